"""The doctor: asks a tenant's provider whether its grant allows what it should and no more. Keeps nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from connectors.errors import CalendarMissing, ConnectorError
from connectors.examining import Examiner
from connectors.grant_form import Check, GrantForm
from connectors.port import CalendarAddress
from gateway.app.connecting import Examine
from gateway.app.diagnosis import Answer, Diagnosis, Finding, Verdicts
from gateway.app.grants import form_of
from gateway.app.parts import Parts
from gateway.app.tenants import TenantOverview, open_tenant
from gateway.clock import Clock
from gateway.errors import ConfigurationError, Fenced
from gateway.store.registry import Standing, standing_of

#: Google names a day for a delegation to be known everywhere; then a little.
WAIT_MAX = timedelta(hours=26)
PAUSE_FIRST = timedelta(seconds=30)
PAUSE_MAX = timedelta(minutes=15)

_NO_TOKEN = "Needs a token."  # noqa: S105  a sentence, and no secret

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
        form = form_of(tenant.connection.provider, tenant.connection.grant)
        examiner = self._examine(tenant, partial(self._admit, standing))
        since = changed_at or _recorded_at(overview)
        elapsed = timedelta.max if since is None else self._parts.clock() - since
        mailbox = None if refused_mailbox is None else CalendarAddress(refused_mailbox)
        examination = _Examination(examiner, Verdicts(form, elapsed), self._wall_clock, mailbox)
        return Diagnosis(
            tenant=tenant.id,
            grant=form.name,
            warnings=form.warnings,
            findings=tuple(await examination.findings()),
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

    async def _admit(self, examined: Standing) -> None:
        """Raises Fenced once the tenant is not as it was when the examination began."""
        now = await self._parts.store.watch(partial(standing_of, tenant=examined.tenant))
        if now is None or now.authorization.epoch != examined.authorization.epoch:
            raise Fenced(
                "The tenant was suspended, resumed or withdrawn meanwhile. Look at it, then ask again."
            )


class _Examination:
    """One look at everything; what cannot be had ends a check and not the others."""

    def __init__(
        self,
        examiner: Examiner,
        verdicts: Verdicts,
        wall_clock: Clock,
        refused_mailbox: CalendarAddress | None,
    ) -> None:
        self._examiner = examiner
        self._verdicts = verdicts
        self._wall_clock = wall_clock
        self._refused_mailbox = refused_mailbox

    async def findings(self) -> list[Finding]:
        found = [await self._clock(), *await self._tokens()]
        if _answer(found, Check.TOKEN) is Answer.YES:
            found += await self._places()
            found.append(await self._confinement(is_reading=_answer(found, Check.CALENDAR) is Answer.YES))
        else:
            rest = (Check.DIRECTORY, Check.CALENDAR, Check.CONFINEMENT)
            found += [self._verdicts.unchecked(check, _NO_TOKEN) for check in rest]
        return [*found, _push(self._verdicts)]

    async def _clock(self) -> Finding:
        try:
            theirs = await self._examiner.time()
        except ConnectorError as error:
            return self._verdicts.failed(Check.CLOCK, "a question for the time", error)
        return self._verdicts.clock(theirs, self._wall_clock())

    async def _tokens(self) -> list[Finding]:
        try:
            held = await self._examiner.permissions()
        except ConnectorError as error:
            lost = self._verdicts.failed(Check.TOKEN, "a token", error)
            return [lost, self._verdicts.unchecked(Check.PERMISSIONS, _NO_TOKEN)]
        return [self._verdicts.yes(Check.TOKEN, "A fresh token was given."), self._verdicts.permissions(held)]

    async def _places(self) -> list[Finding]:
        """The directory, and the calendar of the first place that it names."""
        verdicts = self._verdicts
        try:
            place = await self._examiner.place()
        except ConnectorError as error:
            refused = verdicts.failed(Check.DIRECTORY, "the directory of places", error)
            return [refused, verdicts.unchecked(Check.CALENDAR, "Needs a place of the directory.")]
        readable = verdicts.yes(Check.DIRECTORY, "The directory of places can be read.")
        if place is None:
            fact, where = "It names no place that can be booked.", "the provider's directory"
            return [readable, verdicts.ours(Check.CALENDAR, fact, "Enter rooms or desks.", where)]
        try:
            await self._examiner.see(place)
        except ConnectorError as error:
            return [readable, verdicts.failed(Check.CALENDAR, "the calendar of a place", error)]
        return [readable, verdicts.yes(Check.CALENDAR, "The calendar of a place can be read.")]

    async def _confinement(self, *, is_reading: bool) -> Finding:
        verdicts, check = self._verdicts, Check.CONFINEMENT
        if self._refused_mailbox is None:
            return _unnamed(verdicts)
        try:
            is_refused = await self._examiner.is_refused(self._refused_mailbox)
        except CalendarMissing:
            fact = "There is no such mailbox, so its refusal proves nothing."
            return verdicts.ours(check, fact, "Name a person's mailbox that exists.", "--refused-mailbox")
        except ConnectorError as error:
            return verdicts.failed(check, "the mailbox that must stay closed", error)
        if not is_refused:
            fact = "The mailbox that must stay closed can be read."
            return verdicts.excess(check, fact, _narrower(verdicts.form))
        if not is_reading:
            return verdicts.unchecked(
                check, "It is refused, which proves nothing while no calendar can be read."
            )
        return verdicts.yes(check, "The mailbox that must stay closed is refused.")


def _unnamed(verdicts: Verdicts) -> Finding:
    if not verdicts.form.confines:
        return verdicts.unchecked(Check.CONFINEMENT, "This grant confines us to no calendars.")
    fact = "Nobody knows whether people's mailboxes are closed to us."
    return verdicts.ours(Check.CONFINEMENT, fact, "Name one that must be.", "--refused-mailbox")


def _narrower(form: GrantForm) -> str:
    return (
        "Take away what opens it." if form.confines else "Choose a grant that confines, or end the sharing."
    )


def _push(verdicts: Verdicts) -> Finding:
    """Waits for an address at which providers can reach us."""
    if not verdicts.form.push:
        return verdicts.unchecked(Check.PUSH, "This grant allows no push: calendars are polled.")
    return verdicts.unchecked(Check.PUSH, "No public address is configured: calendars are polled.")


def _answer(findings: list[Finding], check: Check) -> Answer:
    return next(finding.answer for finding in findings if finding.check is check)


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
