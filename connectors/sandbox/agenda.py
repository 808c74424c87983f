"""What happens in a place over half a year: series, single meetings, whole days, and everything odd."""

from calendar import SATURDAY
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from connectors.sandbox.calendar import Guest
from connectors.sandbox.chance import Chance
from connectors.sandbox.meeting import Answer, Invited, Meeting, Sort
from connectors.sandbox.people import Company
from connectors.sandbox.series import expanded
from connectors.sandbox.titles import DAY_TITLES, Conference, Mention, body, conference, title
from connectors.sandbox.truth import Resource, ResourceKind

DAY = timedelta(days=1)

#: How far the agenda reaches back and ahead of now.
PAST_DAYS, AHEAD_DAYS = 14, 190

_ANSWERS = (
    Answer.ACCEPTED,
    Answer.ACCEPTED,
    Answer.ACCEPTED,
    Answer.UNANSWERED,
    Answer.TENTATIVE,
    Answer.DECLINED,
)
_CATEGORIES = ("Blue category", "HR", "Customer", "Betriebsrat")


class Setting(msgspec.Struct, frozen=True):
    """Where and when an agenda is made up. ``zones`` are those of all the company's sites."""

    company: Company
    resource: Resource
    zone: str
    zones: tuple[str, ...]
    meet_host: str
    today: date


class Agenda:
    """Makes up the meetings of one place. The same chance makes the same agenda."""

    def __init__(self, chance: Chance, setting: Setting) -> None:
        self._chance = chance
        self._setting = setting
        self._count = 0

    def meetings(self) -> Iterator[Meeting]:
        """All items, masters of series included, in no order."""
        if self._setting.resource.kind in {ResourceKind.DESK, ResourceKind.DESK_POOL}:
            yield from self._desk_days()
        else:
            yield from self._series(weekday=0, hour=9, zone=self._setting.zone)
            yield from self._series(weekday=2, hour=14, zone=self._chance.pick(self._setting.zones))
            yield from self._single_meetings()
        yield from self._oddities()

    def _series(self, weekday: int, hour: int, zone: str) -> Iterator[Meeting]:
        monday = self._setting.today - timedelta(days=PAST_DAYS + self._setting.today.weekday())
        first = self._meeting(monday + weekday * DAY, hour, 60, zone)
        return expanded(first, (PAST_DAYS + AHEAD_DAYS) // 7, self._chance)

    def _single_meetings(self) -> Iterator[Meeting]:
        for day in self._days(self._chance.between(14, 24)):
            meeting = self._meeting(
                day, self._chance.pick((10, 11, 13, 16)), self._chance.pick((30, 45, 60, 90))
            )
            yield replace(meeting, private=self._chance.once_in(6))

    def _desk_days(self) -> Iterator[Meeting]:
        """Bookings of whole working days."""
        pool = self._setting.resource.kind is ResourceKind.DESK_POOL
        days = self._days(30)
        # A pool has room for several at once (EnforceCapacity is off by default).
        for day in [*days, *days[:10]] if pool else days:
            meeting = self._meeting(day, 8, 9 * 60)
            yield replace(meeting, title=f"Desk {meeting.title}", invited=(), conference=None)

    def _oddities(self) -> Iterator[Meeting]:
        """One of each thing that a reader must not stumble over."""
        days = iter(self._days(9))
        yield replace(self._meeting(next(days), 15, 60), private=True)
        yield replace(self._meeting(next(days), 15, 60), cancelled=True)
        yield replace(self._meeting(next(days), 15, 60), answer=Answer.DECLINED)
        yield replace(self._meeting(next(days), 15, 60), answer=Answer.TENTATIVE, tentative=True)
        # Without length, as a reminder that somebody invited the room to.
        yield self._meeting(next(days), 15, 0)
        yield self._whole_day(next(days))
        yield self._maintenance(next(days))
        # Google's own types; they tell of a person, not of the place.
        yield replace(self._meeting(next(days), 17, 0), sort=Sort.BIRTHDAY)
        yield replace(self._meeting(next(days), 8, 480), sort=Sort.WORKING_LOCATION)

    def _days(self, count: int) -> list[date]:
        """Different working days, the past fortnight included."""
        first = self._setting.today - timedelta(days=PAST_DAYS)
        every = [first + number * DAY for number in range(PAST_DAYS + AHEAD_DAYS)]
        return self._chance.several([day for day in every if day.weekday() < SATURDAY], count)

    def _meeting(self, day: date, hour: int, minutes: int, zone: str | None = None) -> Meeting:
        chance, setting = self._chance, self._setting
        zone = zone or setting.zone
        start = datetime.combine(day, time(hour), ZoneInfo(zone))
        organizer, invited = self._people()
        mention, joining = self._mention(), self._joining()
        return Meeting(
            key=self._key(),
            start=start,
            end=start + timedelta(minutes=minutes),
            zone=zone,
            title=title(chance, mention),
            body=body(chance, mention, joining),
            location=setting.resource.name,
            organizer=organizer,
            invited=invited,
            conference=joining,
            category=chance.pick(_CATEGORIES) if chance.once_in(4) else None,
        )

    def _whole_day(self, day: date) -> Meeting:
        meeting = self._meeting(day, 0, 0)
        text = title(self._chance, self._mention(), DAY_TITLES)
        return replace(meeting, start=day, end=day + self._chance.between(1, 3) * DAY, title=text)

    def _maintenance(self, day: date) -> Meeting:
        """An item that the resource organizes itself."""
        meeting = self._meeting(day, 18, 60)
        return replace(
            meeting, title="Maintenance", body="", organizer=None, invited=(), answer=None, conference=None
        )

    def _people(self) -> tuple[Guest, tuple[Invited, ...]]:
        chance, company = self._chance, self._setting.company
        alone = self._setting.resource.capacity == 1
        count = 1 if alone else chance.pick((1, 2, 2, 3, 3, 4, 5, 7, 9))
        colleagues = chance.several(company.colleagues, count + 1)
        organizer, *staff = (Guest(one.name, one.address) for one in colleagues)
        outsiders = chance.several(company.outsiders, chance.between(1, 2)) if chance.once_in(3) else []
        invited = (Invited(guest, chance.pick(_ANSWERS), chance.once_in(5)) for guest in [*staff, *outsiders])
        return organizer, tuple(invited)

    def _mention(self) -> Mention:
        company = self._setting.company
        return Mention(self._chance.pick(company.colleagues).name, self._chance.pick(company.outsiders).name)

    def _joining(self) -> Conference | None:
        return conference(self._chance, self._setting.meet_host) if self._chance.once_in(2) else None

    def _key(self) -> str:
        self._count += 1
        return f"{self._setting.resource.address}/{self._count}"
