"""``gateway status`` and ``gateway check-config``: what an operator looks at first."""

from rich.table import Table

from gateway.app.accountability.acknowledged import unacknowledged
from gateway.app.census import tenant_statuses
from gateway.app.consumers.webhooks import Endpoint, list_webhooks
from gateway.app.examining.removals import removal
from gateway.app.holds.overview import HoldOverview, every_hold
from gateway.app.keys.evidence_copies import look
from gateway.app.keys.locked import locked_tenants
from gateway.app.keys.renewal import key_age
from gateway.app.parts import Parts, warn_of_shared_volume
from gateway.app.providers.grants import form_of
from gateway.app.service import check_installation
from gateway.app.signals.project_standing import project_trouble
from gateway.app.tenants import TenantOverview, withdrawals
from gateway.authorization import State
from gateway.booking import Freshness
from gateway.cli.change import unanswered
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console
from gateway.cli.employer import told_employer
from gateway.cli.kept_copies import missing_copies, tried_copies
from gateway.cli.suspensions import suspension
from gateway.cli.told_signals import told_signals
from gateway.cli.withdrawals import KNOWN_LATER, standing_there
from gateway.clock import milliseconds, moment, to_minute
from gateway.errors import GatewayError, KeyUnavailable
from gateway.legal_hold import REVIEW_NOTICES, HoldState
from gateway.store.asked import RequestRow
from gateway.store.census import Census, Telling
from gateway.store.persons import LinkRow
from gateway.store.removals import RemovalState
from gateway.web.webhook import waiting_of

ASKED_AGAIN = (
    "Providers are asked again by themselves. Where a reason that lasts is about our own credential, put the "
    "one that the provider knows into [providers]: 'gateway check-config' looks at the files and asks no "
    "provider."
)
#: Reasons of calendars that did answer.
ANSWERED = {
    "not_understood": "could not be understood in full: unknown, never free",
    "brake": "seemingly emptied: to be looked at again before that is believed",
}


async def status(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Show what is read, how current it is, and what waits for people."""
    table = Table("tenant", "state", "read", "bookings", *Freshness)
    async with configured(config) as parts:
        statuses = await tenant_statuses(parts)
        waiting = [line for one in statuses for line in await _waiting(parts, one.overview)]
        waiting += [line for one in statuses for line in await unanswered(parts, one.overview)]
        waiting += [line for one in statuses for line in await told_signals(parts, one.overview)]
        waiting += [line for one in statuses for line in await told_employer(parts, one.overview)]
        waiting += [line for hold in await every_hold(parts) for line in _reviews(hold, parts)]
        waiting += await _webhooks(parts)
        told = await project_trouble(parts)
        waiting += [] if told is None else [told]
        copies = missing_copies(await look(parts), [one.overview for one in statuses])
        copies += await tried_copies(parts)
        locked = await locked_tenants(parts, [one.overview for one in statuses])
        now = milliseconds(parts.clock())
    for overview, census, telling, links, requests in statuses:
        fresh = [f"{census.freshness.get(freshness, 0):,}" for freshness in Freshness]
        read = f"{census.calendars_read:,} of {census.calendars:,}"
        state = overview.standing.authorization.state
        table.add_row(overview.name, state, read, f"{census.bookings:,}", *fresh)
        waiting += _troubles(overview, census, requests)
        waiting += _trials(overview)
        waiting += _silences(overview, telling)
        waiting += _broken_links(overview, links)
        waiting += _requests(overview, requests, now)
    out = console()
    out.print(table)
    for line in [*_locked(locked), *waiting, *copies]:
        out.print(line)
    if any(one.census.reasons.keys() - ANSWERED for one in statuses):
        out.print(ASKED_AGAIN)
    # Each warning once, in the order in which tenants were onboarded.
    for warning in dict.fromkeys(line for one in statuses for line in _warnings(one.overview)):
        out.print(warning)


def _locked(locked: dict[str, list[str]]) -> list[str]:
    """Why tenants are not even opened. What is behind one reason is said once."""
    return [
        f"{names[0] if len(names) == 1 else f'{len(names):,} tenants'}: neither read nor served. {why}"
        for why, names in locked.items()
    ]


def _warnings(overview: TenantOverview) -> tuple[str, ...]:
    """What is to be known of the grants that reach further than bookable places."""
    record = overview.record
    if record is None or not overview.is_open:
        return ()
    form = form_of(record.provider, record.grant)
    return () if form.confines else form.warnings


def _troubles(overview: TenantOverview, census: Census, requests: list[RequestRow]) -> list[str]:
    """What keeps a tenant from being read, and what to do."""
    found = suspension(overview, requests)
    for reason, number in sorted(census.reasons.items()):
        what = ANSWERED.get(reason, "could not be read")
        found.append(f"{overview.name}: {number:,} {what} ({reason}).")
    return found


def _trials(overview: TenantOverview) -> list[str]:
    """When a trial ends, and what makes more of it."""
    standing = overview.standing
    if standing.authorization.state is not State.TRIAL or standing.expires_at is None:
        return []
    told = (
        f"{overview.name} is a trial until {to_minute(standing.expires_at)}: then all of it "
        "is erased, a day after that was told at the earliest. 'gateway tenant activate' makes more of it."
    )
    return [told]


def _silences(overview: TenantOverview, telling: Telling) -> list[str]:
    """Calendars of which a provider was asked to tell, and does not."""
    if not overview.standing.authorization.state.may_read:
        return []
    return [
        f"{overview.name}: {number:,} polled alone, since the provider does not tell of changes ({reason}); "
        "'gateway doctor' tries it."
        for reason, number in sorted(telling.reasons.items())
    ]


def _broken_links(overview: TenantOverview, links: list[LinkRow]) -> list[str]:
    """People's calendars that cannot be read: they are asked by whoever knows them."""
    broken = sum(not link.is_read for link in links)
    if not broken:
        return []
    told = (
        f"{overview.name}: {broken:,} of {len(links):,} calendars that people connected cannot be read; "
        "'gateway link list' tells why. Whoever is suspended needs a new invitation."
    )
    return [told]


def _requests(overview: TenantOverview, requests: list[RequestRow], now: int) -> list[str]:
    """What people asked, and wait for an answer to."""
    open_ends = sorted(row.ends_at for row in requests if row.is_open)
    if not open_ends or not overview.is_open:
        return []
    overdue = sum(end <= now for end in open_ends)
    told = (
        f"{overview.name}: {len(open_ends):,} requests of people wait for an answer, {overdue:,} of them "
        f"overdue; the first until {to_minute(open_ends[0])}. See 'gateway request list'."
    )
    return [told]


async def _waiting(parts: Parts, overview: TenantOverview) -> list[str]:
    """Keys that are too old, erasures that are under way, or that consumers have not acknowledged."""
    lines = await _old_keys(parts, overview)
    for withdrawal in await withdrawals(parts, overview.standing.tenant):
        if withdrawal.notified_at is None:
            whose = "a subject's withdrawal" if withdrawal.subject is not None else "the withdrawal"
            whose += "" if withdrawal.credentials is None else " of its credentials"
            lines.append(f"{overview.name}: {whose} is under way; whatever serves finishes it.")
            continue
        if withdrawal.proved_at is None:
            lines.append(
                f"{overview.name}: withdrawal {withdrawal.id} is not proved yet; whatever serves finishes "
                "it, and tells in its log what it waits for."
            )
        told = f"erasure {withdrawal.id}, told at {to_minute(withdrawal.notified_at)}"
        try:
            silent = await unacknowledged(parts, withdrawal.tenant, withdrawal.id)
        except KeyUnavailable:
            lines.append(f"{overview.name}: who has acknowledged {told} is {KNOWN_LATER}.")
            continue
        lines += [
            f"{overview.name}: {consumer} has not acknowledged {told} ({waiting})."
            for consumer, waiting in silent.items()
        ]
    found = await removal(parts, overview.standing.tenant)
    if found is not None and found.state is RemovalState.PENDING and found.is_asked:
        lines.append(f"{overview.name}: its grant at its provider is {standing_there(found)}.")
    return lines


async def _webhooks(parts: Parts) -> list[str]:
    try:
        return [line for one in await list_webhooks(parts) for line in _untold(one)]
    except KeyUnavailable:
        return [f"How consumers' webhooks stand is {KNOWN_LATER}."]


def _untold(endpoint: Endpoint) -> list[str]:
    """Consumers that are not told of everything at their webhook."""
    name, paused = endpoint.consumer.name, endpoint.delivery.paused
    dead = sum(held.waiting.is_dead for held in waiting_of(endpoint.delivery))
    told = []
    if paused is not None:
        told.append(
            f"Webhook of {name}: paused since {to_minute(endpoint.delivery.since)} ({paused}). Have it "
            "mended, then 'gateway webhook resume'."
        )
    if dead:
        told.append(
            f"Webhook of {name}: {dead:,} dead letters, and nothing is told behind them. Have it mended, "
            "then 'gateway webhook replay'."
        )
    return told


def _reviews(hold: HoldOverview, parts: Parts) -> list[str]:
    """Legal holds that somebody has to look at. None lapses by itself, and none is lifted."""
    days = hold.record.days_left(milliseconds(parts.clock()))
    if hold.row.state is not HoldState.STANDING or days > max(REVIEW_NOTICES):
        return []
    is_due = "is overdue" if days < 0 else "is due"
    told = (
        f"Legal hold {hold.row.id}: its review {is_due}, on {hold.record.review}. It stands until two "
        "officers lift it: 'gateway hold review' or 'gateway hold lift'."
    )
    return [told]


async def _old_keys(parts: Parts, overview: TenantOverview) -> list[str]:
    try:
        age = await key_age(parts, overview.standing)
    except GatewayError:
        # Why it cannot be opened is told of the tenant as a whole.
        return []
    if not (overview.is_open and age.is_due):
        return []
    told = (
        f"{overview.name}: its encryption key is of {moment(age.since):%Y-%m-%d}, and due to be renewed. "
        "Whatever serves does so within minutes; 'gateway tenant rotate' does at once."
    )
    return [told]


async def check_config(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Read the configuration and say whether it can be used; makes store and keys where there are none."""
    async with configured(config) as parts:
        await check_installation(parts)
        warn_of_shared_volume(parts)
        rules = parts.rules
    policies = ", ".join(sorted(rules.policies))
    console().print(f"The configuration can be used. Policies: {policies}.")
