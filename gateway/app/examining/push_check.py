"""Whether a tenant's provider reaches us with what it tells: as it does already, else by a trial."""

from datetime import timedelta
from secrets import token_urlsafe

from connectors.errors import ConnectorError, PushRefused
from connectors.examining import Examiner
from connectors.grant_form import Check
from connectors.port import CalendarAddress, Target
from gateway.app.examining.diagnosis import Finding, Verdicts
from gateway.clock import Clock
from gateway.store.census import Telling

#: A trial is given back at once. Where that fails it ends by itself.
TRIAL_LIFE = timedelta(hours=1)

#: Codes of refusals that are about our address. All others are about the calendar, and no fault.
_UNREACHED = frozenset({"graph_receiver_unconfirmed", "google_receiver_refused"})


class PushCheck:
    """Asks one examiner. ``url`` is where the provider is to tell, None where nothing is configured."""

    def __init__(
        self, examiner: Examiner, verdicts: Verdicts, clock: Clock, url: str | None, telling: Telling
    ) -> None:
        self._examiner = examiner
        self._verdicts = verdicts
        self._clock = clock
        self._url = url
        self._telling = telling

    async def finding(self, place: CalendarAddress | None) -> Finding:
        """What is so; tried with the calendar of a place, None if none can be read."""
        if not self._verdicts.form.push:
            return self._unchecked("This grant allows no push: calendars are polled.")
        if self._url is None:
            return self._unchecked("No public address is configured: calendars are polled.")
        if self._telling.living:
            told, total = self._telling.living, self._telling.channels
            return self._promised(f"The provider has promised to tell of {told:,} of {total:,} calendars.")
        if place is None:
            return self._unchecked("Needs a calendar that can be read.")
        return await self._trial(place, self._url)

    async def _trial(self, place: CalendarAddress, url: str) -> Finding:
        # Nobody keeps this secret: what the provider may tell meanwhile is told to no one.
        target = Target(url, token_urlsafe())
        try:
            await self._examiner.try_to_be_told(place, target, until=self._clock() + TRIAL_LIFE)
        except PushRefused as refused:
            return self._refused(refused)
        except ConnectorError as error:
            return self._verdicts.failed(Check.PUSH, "a trial to be told of changes", error)
        return self._promised("The provider has promised to tell of changes; the trial was given back.")

    def _promised(self, fact: str) -> Finding:
        if self._examiner.confirms or self._telling.heard:
            return self._verdicts.yes(Check.PUSH, fact)
        return self._unchecked(f"{fact} Whether that arrives shows with the first change.")

    def _refused(self, refused: PushRefused) -> Finding:
        if refused.code not in _UNREACHED:
            return self._unchecked(f"The provider does not tell of changes ({refused.code}): it is polled.")
        return self._verdicts.ours(
            Check.PUSH,
            f"The provider does not reach our public address ({refused.code}): calendars are polled.",
            "Let 'gateway serve' run behind it, with a certificate that the provider trusts.",
            "gateway.toml, listen.public_url",
        )

    def _unchecked(self, fact: str) -> Finding:
        return self._verdicts.unchecked(Check.PUSH, fact)
