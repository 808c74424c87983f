"""What happens to an account decides who can sign in and whose calendar there is, at either provider."""

from typing import Any

import pytest

from connectors.sandbox.directory import Account, Deed, Directory, Happening, Person
from connectors.sandbox.errors import UnknownAccount
from tests.connectors.sandbox.callers import Caller, tenant
from tests.connectors.sandbox.persons import PROVIDERS, linked, persons, refreshed, sent


@pytest.fixture(params=["entra", "google"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def directory(anyone: Caller, family: str) -> Directory:
    return anyone.sandbox.world.directories[tenant(anyone.sandbox, PROVIDERS[family]).id]


@pytest.fixture
def person(anyone: Caller, family: str) -> Person:
    return persons(anyone, family)[-1]


async def act(anyone: Caller, family: str, action: str, account: str, **rest: Any) -> int:
    """What another process is answered that does something to an account."""
    company = tenant(anyone.sandbox, PROVIDERS[family]).id
    body = {"action": action, "tenant": company, "account": account, **rest}
    operator = anyone.holding(anyone.sandbox.control_token)
    return (await operator.post("/control/accounts", json=body)).status


async def test_who_is_away_is_refused_and_who_comes_back_has_what_they_had(
    anyone: Caller, family: str, person: Person
) -> None:
    held: str = (await linked(anyone, family))["refresh_token"]
    for away, back in (("disable", "enable"), ("delete", "restore")):
        assert await act(anyone, family, away, person.id) == 200
        assert (await refreshed(anyone, family, held)).status == 400
        assert (await sent(anyone, family)).status == 400
        assert await act(anyone, family, back, person.id) == 200
        assert (await refreshed(anyone, family, held)).status == 200


async def test_who_was_disabled_and_deleted_is_restored_disabled(
    anyone: Caller, family: str, person: Person
) -> None:
    held: str = (await linked(anyone, family))["refresh_token"]
    for action in ("disable", "delete", "restore"):
        assert await act(anyone, family, action, person.id) == 200
    assert (await refreshed(anyone, family, held)).status == 400


async def test_an_address_that_is_used_again_is_somebody_else(
    anyone: Caller, family: str, person: Person, directory: Directory
) -> None:
    world = anyone.sandbox.world
    held: str = (await linked(anyone, family))["refresh_token"]
    world.calendar(person.address).load([{"id": "theirs"}])
    assert await act(anyone, family, "delete", person.address.upper()) == 200
    assert world.mailbox(tenant(anyone.sandbox, PROVIDERS[family]), person.address) is None
    assert await act(anyone, family, "add", "new-id", name="New Name", address=person.address) == 200
    found = directory.find(person.address)
    assert found is not None
    assert (found.id, world.calendar(person.address).events) == ("new-id", {})
    assert (await refreshed(anyone, family, held)).status == 400
    assert (await linked(anyone, family))["refresh_token"]
    # The old one's account cannot come back to that address, and can be purged without harm to the new one.
    assert await act(anyone, family, "restore", person.id) == 404
    assert await act(anyone, family, "purge", person.id) == 200
    assert (await linked(anyone, family))["refresh_token"]


async def test_the_log_holds_what_happened_in_order(anyone: Caller, family: str, person: Person) -> None:
    for action, rest in (
        ("make-admin", {}),
        ("classify", {"age_group": "Minor", "minor_consent": "Denied"}),
        ("disable", {}),
        ("disable", {}),
        ("delete", {}),
        ("purge", {}),
    ):
        assert await act(anyone, family, action, person.id, **rest) == 200
    log = anyone.sandbox.world.directories[tenant(anyone.sandbox, PROVIDERS[family]).id].log
    assert [(one.deed, set(one.members)) for one in log] == [
        (Deed.CHANGED, {"is_admin"}),
        (Deed.CHANGED, {"age_group", "minor_consent"}),
        (Deed.CHANGED, {"is_enabled"}),
        (Deed.DELETED, set()),
        (Deed.PURGED, set()),
    ]


async def test_what_cannot_be_done_does_nothing(anyone: Caller, family: str, person: Person) -> None:
    for action in ("restore", "purge"):
        assert await act(anyone, family, action, person.id) == 404
    assert await act(anyone, family, "disable", "nobody") == 404
    assert await act(anyone, family, "add", person.id, name="N", address="n@x.example") == 404
    assert await act(anyone, family, "add", "new", name="N", address=person.address) == 404
    assert await act(anyone, family, "explode", person.id) == 400
    body = {"action": "disable", "tenant": "nowhere", "account": person.id}
    operator = anyone.holding(anyone.sandbox.control_token)
    assert (await operator.post("/control/accounts", json=body)).status == 404
    assert (await anyone.post("/control/accounts", json=body)).status == 401
    directory = anyone.sandbox.world.directories[tenant(anyone.sandbox, PROVIDERS[family]).id]
    assert directory.log == []


def test_an_account_is_never_altered_in_place() -> None:
    told: list[Happening] = []
    held = Account(id="Id-1", name="Ada Example", address="Ada@x.example")
    directory = Directory([held], lambda: pytest.fail("nothing is deleted"), told.append)
    directory.change("id-1", is_enabled=False)
    assert (held.is_enabled, directory.find("ada@X.example")) == (True, told[0].account)
    with pytest.raises(UnknownAccount):
        directory.change("somebody", is_enabled=False)
