"""What store and keys together hold of one person is what the threat model lists, and nothing else."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, select

from connectors.raw import Attendee, Named, Response, Tainted
from gateway.app.persons.subjects import finder_of
from gateway.authorization import AuthorizationKind
from gateway.signals.naming import link_finders
from gateway.signals.signal import Name, NameKind
from gateway.store.tables import authorizations, bookings, requests, subjects, withdrawals
from gateway.store.unlock import unlock
from tests.fakes.enrolled import RUBEN, USERS, WENDLA, organized
from tests.fakes.filled_store import NOON
from tests.fakes.full_site import ASKS, open_full_site
from tests.fakes.installation import Installation
from tests.fakes.persons import links_at
from tests.fakes.seized import seize
from tests.fakes.site import AMBER, Site

ROOT = Path(__file__).parents[3]
HEADING = "## What opens of a person"
ROW = re.compile(r"^\| (?P<who>[^|]+?) \| [^|]+ \| (?P<places>[^|]+) \|$", re.MULTILINE)
PLACE = re.compile(r"`([a-z_]+\.[a-z]+)`")

ON_EVENTS = "is on events, whoever they are, and asked for nothing"
ENROLLED = "asked FlexO to be recognized"
OBJECTED = "withdrew from that, or objected"
CONNECTED = "connected a calendar of their own"
DISCONNECTED = "disconnected it again"

ASKED = "asked about their own data, and nothing else"

TILDA = "tilda.voss@cobalt.example"


def listed() -> dict[str, set[str]]:
    """By whom it is about: the places that the threat model names."""
    page = (ROOT / "THREAT_MODEL.md").read_text().partition(HEADING)[2].partition("\n## ")[0]
    places = {
        row["who"]: set(re.findall(r"`([a-z_]+\.[a-z]+)`", row["places"])) for row in ROW.finditer(page)
    }
    return {who: found for who, found in places.items() if who not in {"who", "---"}}


async def marks(site: Site) -> dict[str, list[str]]:
    """By whom it is about: all that tells of one person, keyed hashes and our ids of them included."""
    here = site.installation
    index = (await unlock(here.parts.keyring, await here.standing(site.tenant))).index

    def known_by(address: str) -> list[str]:
        found_by = [
            finder_of(index, user=None, address=address),
            finder_of(index, user=USERS[address], address=None),
        ]
        return [address, USERS[address], *found_by]

    (wendla,) = await ids(here, subjects.c.id)
    (ruben,) = set(await ids(here, withdrawals.c.subject)) - {None}
    (ana,) = [(link.authorization, link.calendar) for link in await links_at(site)]
    personal = await ids(here, authorizations.c.id, authorizations.c.kind == AuthorizationKind.PERSONAL)
    (ben,) = set(personal) - {ana[0]}
    (request,) = await ids(here, requests.c.id)
    calendars = set(await ids(here, bookings.c.calendar, bookings.c.authorization == ben))
    return {
        ON_EVENTS: [TILDA, "tilda", "voss", finder_of(index, user=None, address=TILDA)],
        ENROLLED: [wendla, *known_by(WENDLA)],
        OBJECTED: [ruben, *known_by(RUBEN)],
        CONNECTED: [*ana, *account("ana"), *link_finders([Name(NameKind.ACCOUNT, "ana")], index.identifier)],
        ASKED: [ASKS, request, finder_of(index, user=None, address=ASKS)],
        DISCONNECTED: [ben, *calendars, *account("ben")],
    }


def account(name: str) -> list[str]:
    """What their provider calls somebody, and gave us to read their calendar with."""
    return [f"{name}-of-their-own", f"refresh-{name}", f'"account":"{name}"']


async def ids(installation: Installation, column: Column[str], *conditions: ColumnElement[bool]) -> list[str]:
    found = select(column).where(*conditions)
    return await installation.store.read(lambda handle: list(handle.execute(found).scalars()))


async def test_what_opens_of_a_person_is_what_is_listed(installation: Installation) -> None:
    site = await open_full_site(installation)
    hers = replace(
        organized("event-7", NOON, TILDA),
        title=Tainted("Tilda Voss is ill"),
        named=(Named(Tainted("Tilda Voss"), Tainted(TILDA)),),
        attendees=(Attendee(Response.ACCEPTED, Tainted(TILDA)),),
    )
    site.provider.put(AMBER, hers)
    await site.later()
    cells = await seize(installation, site.tenant)
    places = {
        who: {
            cell.place
            for cell in cells
            if cell.says and any(one.encode().lower() in cell.says.lower() for one in own)
        }
        for who, own in (await marks(site)).items()
    }
    assert places == listed()


@pytest.mark.parametrize("who", [ON_EVENTS, ENROLLED, OBJECTED, CONNECTED, DISCONNECTED, ASKED])
def test_everybody_is_listed(who: str) -> None:
    assert who in listed()
