"""Whether Google tells of accounts, as an operator is told it: what keeps it from that, and what to do."""

from typing import NamedTuple

from connectors.grant_form import Check
from gateway.app.examining.diagnosis import Answer, Finding, Verdicts
from gateway.app.parts import Parts
from gateway.app.signals.project_stream import LED_ELSEWHERE
from gateway.app.signals.streams import SILENT
from gateway.clock import milliseconds, to_minute
from gateway.settings import Settings
from gateway.signals.stream import Status
from gateway.signals.transmitter import VERIFY_MILLISECONDS
from gateway.store.project_streams import ProjectStreamRow, project_stream
from gateway.tenant import Provider, Tenant

_KEY, _CONSOLE = "gateway.toml, [providers.google]", "Google's console, the project of client_file"
_NOT_ASKED = "not_asked"


class Trouble(NamedTuple):
    """What it means, what to change, and where."""

    means: str
    change: str
    where: str


_ROLE = (
    "Let the service account of risc_key_file be of that project, with the role 'RISC Configuration Admin' "
    "(roles/riscconfigs.admin); enter the host of listen.public_url among its authorized domains; where "
    "Firebase signs people in there, it has the stream: use a project of its own."
)
_TROUBLES = {
    "not_understood": Trouble(
        "it finds something missing in what is asked",
        "Look for a newer version of the gateway.",
        "this machine",
    ),
    "unauthorized": Trouble(
        "it does not take our key: it was deleted there, or this machine's clock is wrong",
        "Set the clock; make another key of the service account, and put it into risc_key_file.",
        _KEY,
    ),
    "forbidden": Trouble("it does not let that account arrange for it at this address", _ROLE, _CONSOLE),
    "not_found": Trouble(
        "the project has no such stream, and none came to be", "Enable the RISC API there.", _CONSOLE
    ),
    "elsewhere": Trouble(
        "it tells its keys at a host that settings do not name; what it tells is judged by those of before",
        "Look for a newer version of the gateway.",
        "this machine",
    ),
    LED_ELSEWHERE: Trouble(
        "its stream led to another address, and was put right",
        "If it stays so, another installation has the same project: give each one of its own.",
        _CONSOLE,
    ),
    Status.DISABLED: Trouble(
        "the stream was switched off there, and what happened meanwhile is lost; it was asked to go on",
        "If it stays so, see who switches it off.",
        _CONSOLE,
    ),
    SILENT: Trouble(
        "it was asked each hour to repeat something, and nothing came",
        "See to it that Google reaches listen.public_url, and that the proxy hands on POST /v1/signals/.",
        "the proxy in front",
    ),
    _NOT_ASKED: Trouble("nobody has asked it lately", "Run 'gateway serve'.", "this machine"),
}
_UNKNOWN = Trouble(
    "it was not reached, or did not answer as it should",
    "It is asked again by itself; if it stays so, look at the network and at the addresses.",
    _KEY,
)


def trouble_with(reason: str) -> Trouble:
    """What keeps it from telling, by its code."""
    return _TROUBLES.get(reason, _UNKNOWN)


def is_configured(settings: Settings) -> bool:
    """Whether Google is to tell of accounts."""
    google = settings.providers.google
    return google is not None and google.risc_key_file is not None


async def project_trouble(parts: Parts) -> str | None:
    """What keeps Google from telling of accounts, for operators; None: nothing, or it is not asked to."""
    if not is_configured(parts.settings):
        return None
    reason = _reason(await parts.store.read(project_stream), milliseconds(parts.clock()))
    if reason is None:
        return None
    found = trouble_with(reason)
    return (
        f"Google does not tell of the accounts of people who connected ({reason}): {found.means}. Until it "
        f"does, an end shows when a token is renewed. {found.change} Where: {found.where}."
    )


async def project_finding(parts: Parts, tenant: Tenant, verdicts: Verdicts) -> Finding:
    """Whether Google tells of the accounts of a tenant's people, as it was asked last by whatever serves."""
    check = Check.ACCOUNTS
    if tenant.connection.provider is not Provider.GOOGLE or tenant.registration.persons is None:
        return verdicts.unchecked(check, "Nobody connects a Google calendar of their own here.")
    if not is_configured(parts.settings):
        fact = "Google is not asked to tell (risc_key_file): an end shows when a token is renewed."
        return verdicts.unchecked(check, fact)
    row, now = await parts.store.read(project_stream), milliseconds(parts.clock())
    reason = _reason(row, now)
    if reason is not None:
        found = trouble_with(reason)
        fact = f"Google does not tell ({reason}): {found.means}."
        return verdicts.ours(check, fact, found.change, found.where)
    if row is None or row.heard_at is None:
        return _awaited(check)
    return verdicts.yes(check, f"Google tells: it said so at {to_minute(row.heard_at)}.")


def _awaited(check: Check) -> Finding:
    return Finding(
        check=check,
        answer=Answer.NOT_YET,
        fact="Google was asked to repeat something, and has not yet.",
        change="Ask again.",
        where="gateway doctor",
        usually="some minutes",
    )


def _reason(row: ProjectStreamRow | None, now: int) -> str | None:
    """None while it is waited for what was asked a moment ago, too."""
    if row is None:
        return _NOT_ASKED
    if row.reason is not None:
        return row.reason
    # What serves says so itself; where nothing serves, nobody does.
    return _NOT_ASKED if row.is_silent(now, pause=VERIFY_MILLISECONDS) else None
