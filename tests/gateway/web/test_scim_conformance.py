"""Our SCIM beside RFC 7643 and RFC 7644, as an independent tester reads them; and where we mean to differ."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from gateway.booking import TenantId
from gateway.signals.known import Known
from gateway.signals.signal import Name, NameKind
from gateway.web.scim_messages import Asked
from gateway.web.scim_people import People
from tests.fakes.door import TENANT, MemoryDoor

BASE = "https://gateway.example/scim/v2"


class OpenDoor(MemoryDoor):
    """Enrols whoever is shown, so that there is somebody to speak of."""

    async def hashed(self, tenant: TenantId, names: Sequence[Name]) -> Sequence[str]:
        if await self.known(tenant, names) is None:
            addresses = tuple(name.value for name in names if name.kind is NameKind.ADDRESS)
            accounts = [name.value for name in names if name.kind is NameKind.ACCOUNT]
            known = Known(f"sub_{len(self.people)}", is_active=True, addresses=addresses)
            self.enrol(known._replace(directory_id=next(iter(accounts), None)))
        return await super().hashed(tenant, names)


def served(door: MemoryDoor) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """What answers, as the tester's client calls it."""
    from gateway.web.scim_service import answer  # noqa: PLC0415  slow to load, for whoever only collects tests

    people = People(door, TENANT)

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = Asked(
            environ["REQUEST_METHOD"],
            BASE,
            environ["PATH_INFO"].removeprefix("/scim/v2"),
            dict(parse_qsl(environ["QUERY_STRING"])),
            {"Content-Type": environ.get("CONTENT_TYPE", "")},
            environ["wsgi.input"].read(),
        )
        answered = asyncio.run(answer(asked, people))
        start(f"{answered.status.value} {HTTPStatus(answered.status).phrase}", [*answered.headers.items()])
        return [answered.body or b""]

    return application


#: What it misses here, and how often: it looks for its own in a list, calls them otherwise or by no name; and
#: it asks for one whom it has deleted, of whom nothing is known any more, not even that.
MEANT = {
    "object_query_without_id": 1,
    "object_list_with_attributes": 2,
    "search_with_attributes": 2,
    "check_add_attribute": 1,
    "check_replace_attribute": 2,
    "check_remove_attribute": 1,
    "object_deletion": 1,
}
#: It draws whether they are active, and not all of it is for others to say.
DRAWN = {"check_add_attribute", "check_replace_attribute", "check_remove_attribute"}


def test_an_independent_tester_finds_what_we_mean_to_do_otherwise_and_nothing_else() -> None:
    from scim2_client.engines.wsgi import WSGISCIMClient  # noqa: PLC0415  likewise
    from scim2_tester import Status, check_server  # noqa: PLC0415  likewise

    results = check_server(WSGISCIMClient(served(OpenDoor()), BASE))
    missed = [one for one in results if one.status is not Status.SUCCESS]
    drawn = [one for one in missed if "'active'" in (one.reason or "")]
    assert {one.title for one in drawn} <= DRAWN
    found = Counter(one.title for one in missed if one not in drawn)
    assert (len(results), found) == (39, MEANT)
