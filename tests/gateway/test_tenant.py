import msgspec
import pytest

from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.tenant import Connection, Mode, Places, Provider, Registration, Tenant

REACH = Connection(provider=Provider.MICROSOFT, directory="cobalt-directory")
CHOICE = Registration(name="Cobalt Harbour", policy="occupancy", zone="Europe/Zurich", basis="f")
TENANT = Tenant(
    id=TenantId("ten_1"), authorization=AuthorizationId("aut_1"), connection=REACH, registration=CHOICE
)


def test_a_tenant_shows_its_id_alone() -> None:
    assert repr(TENANT) == "<Tenant ten_1>"


@pytest.mark.parametrize("shape", [REACH, CHOICE, Places(cleared=frozenset({"place-1"}))])
def test_what_is_sealed_opens_as_it_was(shape: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(shape), type=type(shape)) == shape


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        (Connection, b'{"provider": "microsoft", "directory": "d", "password": "p"}'),
        (Connection, b'{"provider": "exchange", "directory": "d"}'),
        (Registration, b'{"name": "n", "policy": "p", "zone": "z", "basis": "f", "consent": "all"}'),
        (Places, b'{"clear": ["place-1"]}'),
    ],
)
def test_what_is_not_known_is_refused(shape: type[msgspec.Struct], content: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(content, type=shape)


def test_people_stay_off_the_wire_unless_chosen_otherwise() -> None:
    assert REACH.mode is Mode.SNAPSHOT
