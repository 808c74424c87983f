"""The doctor: asks a tenant's provider whether its grant allows what it should and no more. Keeps nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from connectors.examining import Examiner
from connectors.grant_form import GrantForm
from connectors.port import CalendarAddress
from gateway.app.examining.diagnosis import Diagnosis, Verdicts
from gateway.app.examining.examination import Examination
from gateway.app.examining.push_check import PushCheck
from gateway.app.parts import Parts
from gateway.app.providers.connecting import Examine
from gateway.app.providers.grants import form_of, form_with_accounts, notify_url
from gateway.app.signals.project_standing import project_finding
from gateway.app.tenants import TenantOverview, open_tenant
from gateway.authorization import SuspensionReason
from gateway.clock import Clock, milliseconds
from gateway.errors import ConfigurationError, Fenced
from gateway.signals.transmitter import TransmitterKind
from gateway.store.census import telling
from gateway.store.registry import Standing, standing_of
from gateway.store.transmitters import transmitters_of
from gateway.tenant import Tenant

#: Google names a day for a delegation to be known everywhere; then a little.
WAIT_MAX = timedelta(hours=26)
PAUSE_FIRST = timedelta(seconds=30)
PAUSE_MAX = timedelta(minutes=15)

Sleep = Callable[[float], Awaitable[None]]

#: Told, before each wait, how it stands and how long the wait is.
OnWait = Callable[[Diagnosis, timedelta], None]


class Doctor:
    """Examines grants. ``wall_clock`` is the machine's own, which tokens and providers go by."""

    def __init__(self, parts: Parts, examine: Examine, *, wall_clock: Clock) -> None:
        self._parts = parts
        self._examine = examine
        self._wall_clock = wall_clock

    async def diagnosis(
        self, overview: TenantOverview, refused_mailbox: str | None, *, changed_at: datetime | None = None
    ) -> Diagnosis:
        """One look. What was granted since ``changed_at``, else since onboarding, may not show yet.

        Raises Fenced if the tenant has withdrawn, or moves on meanwhile; KeyUnavailable; ConfigurationError.
        """
        standing = overview.standing
        _refuse_ended(standing)
        _refuse_blank(refused_mailbox)
        tenant = await open_tenant(self._parts, standing)
        form = await self._form(tenant)
        examiner = self._examine(tenant, partial(self._admit, standing))
        since = changed_at or _recorded_at(overview)
        elapsed = timedelta.max if since is None else self._parts.clock() - since
        mailbox = None if refused_mailbox is None else CalendarAddress(refused_mailbox)
        verdicts = Verdicts(form, elapsed)
        push = await self._push_check(tenant, examiner, verdicts)
        examination = Examination(examiner, verdicts, push, self._wall_clock, mailbox)
        told = await project_finding(self._parts, tenant, verdicts)
        return Diagnosis(
            tenant=tenant.id,
            grant=form.name,
            warnings=form.warnings,
            findings=(*await examination.findings(), told),
        )

    async def patient_diagnosis(
        self, overview: TenantOverview, refused_mailbox: str | None, *, sleep: Sleep, on_wait: OnWait
    ) -> Diagnosis:
        """Looks again, ever less often, for as long as nothing but time is lacking: for 26 hours at most."""
        started = self._parts.clock()
        pause = PAUSE_FIRST
        while True:
            found = await self.diagnosis(overview, refused_mailbox, changed_at=started)
            if not found.may_pass or self._parts.clock() + pause > started + WAIT_MAX:
                return found
            on_wait(found, pause)
            await sleep(pause.total_seconds())
            pause = min(2 * pause, PAUSE_MAX)

    async def _form(self, tenant: Tenant) -> GrantForm:
        """What its grant should hold: more, where its provider is asked about accounts."""
        form = form_of(tenant.connection.provider, tenant.connection.grant)
        rows = await self._parts.store.read(partial(transmitters_of, tenant=tenant.id))
        is_asked = any(TransmitterKind(row.kind).is_asked for row in rows)
        return form_with_accounts(tenant.connection.provider, form) if is_asked else form

    async def _push_check(self, tenant: Tenant, examiner: Examiner, verdicts: Verdicts) -> PushCheck:
        parts = self._parts
        url = notify_url(parts.settings.listen.public_url, tenant)
        now = milliseconds(parts.clock())
        found = await parts.store.read(partial(telling, tenant=tenant.id, now=now))
        return PushCheck(examiner, verdicts, parts.clock, url, found)

    async def _admit(self, examined: Standing) -> None:
        """Raises Fenced once the tenant is not as it was when the examination began."""
        now = await self._parts.store.watch(partial(standing_of, tenant=examined.tenant))
        if now is None or now.authorization.epoch != examined.authorization.epoch:
            raise Fenced(
                "The tenant was suspended, resumed or withdrawn meanwhile. Look at it, then ask again."
            )


def _recorded_at(overview: TenantOverview) -> datetime | None:
    return None if overview.record is None else datetime.fromisoformat(overview.record.recorded_at)


def _refuse_blank(refused_mailbox: str | None) -> None:
    if refused_mailbox is not None and not refused_mailbox.strip():
        raise ConfigurationError("--refused-mailbox is empty. Give the address of a person's mailbox.")


def _refuse_ended(standing: Standing) -> None:
    if not standing.authorization.state.is_open:
        raise Fenced(
            "The tenant has withdrawn, so its provider is asked nothing any more. Onboard it anew to examine "
            "what it grants."
        )
    if standing.authorization.reason is SuspensionReason.RESTRICTED:
        raise Fenced(
            "The tenant's data is restricted (Art. 18 GDPR), so its provider is asked nothing. Lift the "
            "restriction before you examine what it grants."
        )
