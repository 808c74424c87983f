"""One look at everything that a grant should allow, and at what it should not."""

from connectors.errors import CalendarMissing, ConnectorError
from connectors.examining import Examiner
from connectors.grant_form import Check, GrantForm
from connectors.port import CalendarAddress
from gateway.app.examining.diagnosis import Answer, Finding, Verdicts
from gateway.app.examining.push_check import PushCheck
from gateway.clock import Clock

_NO_TOKEN = "Needs a token."  # noqa: S105  a sentence, and no secret


class Examination:
    """Asks one examiner; what cannot be had ends a check and not the others."""

    def __init__(
        self,
        examiner: Examiner,
        verdicts: Verdicts,
        push: PushCheck,
        wall_clock: Clock,
        refused_mailbox: CalendarAddress | None,
    ) -> None:
        self._examiner = examiner
        self._verdicts = verdicts
        self._push = push
        self._wall_clock = wall_clock
        self._readable: CalendarAddress | None = None
        self._refused_mailbox = refused_mailbox

    async def findings(self) -> list[Finding]:
        found = [await self._clock(), *await self._tokens()]
        if _answer(found, Check.TOKEN) is Answer.YES:
            found += await self._places()
            found.append(await self._confinement())
        else:
            rest = (Check.DIRECTORY, Check.CALENDAR, Check.CONFINEMENT)
            found += [self._verdicts.unchecked(check, _NO_TOKEN) for check in rest]
        return [*found, await self._push.finding(self._readable)]

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
        self._readable = place
        return [readable, verdicts.yes(Check.CALENDAR, "The calendar of a place can be read.")]

    async def _confinement(self) -> Finding:
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
        if self._readable is None:
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


def _answer(findings: list[Finding], check: Check) -> Answer:
    return next(finding.answer for finding in findings if finding.check is check)
