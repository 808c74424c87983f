"""FlexO's users at a site: made up, enrolled and withdrawn as an admin would do it."""

from datetime import datetime

from msgspec.structs import replace

from connectors.raw import Attendee, RawEvent, Response, Tainted
from gateway.app.persons.subjects import enrol_subject, list_subjects, withdraw_subject
from gateway.booking import SubjectId
from gateway.minimization.lattice import Booker, People, Title
from gateway.store.withdrawals import WithdrawalRow
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.installation import Installation
from tests.fakes.provider import meeting
from tests.fakes.site import Site

WENDLA, RUBEN = "wendla@cobalt.example", "ruben@cobalt.example"
USERS = {WENDLA: "flexo-user-17", RUBEN: "flexo-user-18"}

#: Names of policies: who booked alone; how many come and what for alone; both.
BOOKERS, PEOPLE, ALL = "bookers", "people", "all"


def allow(installation: Installation) -> None:
    """Let an installation have these policies."""
    of_people = {"people": People.BUCKET, "title": Title.CATEGORY}
    installation.set_policy(BOOKERS, booker=Booker.USER)
    installation.set_policy(PEOPLE, **of_people)
    installation.set_policy(ALL, booker=Booker.USER, **of_people)


def organized(event: str, start: datetime, organizer: str | None) -> RawEvent:
    """A meeting of two that somebody organizes."""
    two = (Attendee(Response.ACCEPTED), Attendee(Response.ACCEPTED))
    told = None if organizer is None else Tainted(organizer)
    return replace(meeting(event, start), organizer=told, attendees=two)


async def enrol(site: Site, address: str, *more: str, directory: str | None = None) -> SubjectId:
    """Enrol the user of an address, found by others as well."""
    here = site.installation
    addresses = [address, *more]
    standing = await here.standing(site.tenant)
    return await enrol_subject(
        here.parts, standing, user=USERS[address], addresses=addresses, directory=directory
    )


async def withdraw(
    site: Site, *, user: str | None = None, address: str | None = None
) -> WithdrawalRow | None:
    """Withdraw whoever is found so."""
    here = site.installation
    standing = await here.standing(site.tenant)
    return await withdraw_subject(here.parts, standing, nothing_to_revoke, user=user, address=address)


async def enrolled_at(site: Site) -> list[SubjectId]:
    """Who is enrolled, the first first."""
    return [row.id for row in await list_subjects(site.installation.parts, site.tenant)]
