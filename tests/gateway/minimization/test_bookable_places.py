"""Which directory entries become resources, and which are really a person."""

import pytest
from msgspec.structs import replace

from connectors.raw import PlaceKind, PlaceMode, RawPlace
from gateway.booking import Resource, ResourceId, ResourceKind
from gateway.minimization.lattice import Place
from gateway.minimization.places import Bookable, Importer
from gateway.tenant import Mailbox, Places
from tests.gateway.minimization.made_up import raw_place

UNDECIDED = Places()


def importer(decisions: Places = UNDECIDED, level: Place = Place.RESOURCE) -> Importer:
    return Importer(
        level=level,
        decisions=decisions,
        zone="Europe/Zurich",
        identify=lambda label, text: f"our {label} {text}",
    )


def imported(raw: RawPlace, decisions: Places = UNDECIDED, level: Place = Place.RESOURCE) -> Bookable | None:
    return importer(decisions, level).bookable(raw)


def found(raw: RawPlace, decisions: Places = UNDECIDED, level: Place = Place.RESOURCE) -> Bookable:
    place = imported(raw, decisions, level)
    assert place is not None
    return place


def test_a_room() -> None:
    place = found(raw_place(capacity=8, site="Basel", building="B", floor="2"))
    assert place == Bookable(
        Resource(
            id=ResourceId("our resource place-1"),
            kind=ResourceKind.ROOM,
            name="Harbour",
            site="Basel",
            building="B",
            floor="2",
            capacity=8,
            zone="Europe/Zurich",
            external_ref="place-1",
        ),
        single_person=False,
    )


def test_every_kind_of_place_is_a_kind_of_resource() -> None:
    assert {found(raw_place(kind=kind)).resource.kind for kind in PlaceKind} == {*ResourceKind} - {
        ResourceKind.SITE
    }


def test_the_mailbox_address_goes_nowhere() -> None:
    assert "cobalt.example" not in repr(found(raw_place(capacity=1, site="Basel")))


@pytest.mark.parametrize("mode", [PlaceMode.ASSIGNED, PlaceMode.UNAVAILABLE])
def test_assigned_and_unavailable_desks_are_never_imported(mode: PlaceMode) -> None:
    decisions = Places(cleared=frozenset({"place-1"}))
    assert imported(raw_place(kind=PlaceKind.DESK, mode=mode), decisions) is None


@pytest.mark.parametrize("mode", [PlaceMode.RESERVABLE, PlaceMode.DROP_IN])
@pytest.mark.parametrize("kind", [PlaceKind.DESK, PlaceKind.DESK_POOL])
def test_shared_desks_and_pools_are_no_persons(kind: PlaceKind, mode: PlaceMode) -> None:
    assert not found(raw_place(kind=kind, mode=mode, capacity=1)).single_person


@pytest.mark.parametrize(
    ("capacity", "decisions", "name"),
    [
        (1, Places(), None),
        (1, Places(cleared=frozenset({"place-1"})), "Harbour"),
        (1, Places(cleared=frozenset({"place-2"})), None),
        (1, Places(cleared=frozenset({"place-1"}), personal=frozenset({"place-1"})), None),
        (8, Places(personal=frozenset({"place-1"})), None),
        (8, Places(), "Harbour"),
        (None, Places(), "Harbour"),
        # What was told and not understood may be one.
        (0, Places(), None),
        (0, Places(cleared=frozenset({"place-1"})), "Harbour"),
    ],
)
def test_a_room_for_one_is_a_person_unless_cleared(
    capacity: int | None, decisions: Places, name: str | None
) -> None:
    place = found(raw_place(capacity=capacity), decisions)
    assert place.single_person is (name is None)
    assert place.resource.name == name
    assert place.resource.external_ref == ("place-1" if name else "our resource place-1")
    assert place.resource.capacity == (capacity or None)


def test_equipment_for_one_may_be_a_room_by_another_name() -> None:
    assert found(raw_place(kind=PlaceKind.EQUIPMENT, capacity=1)).single_person
    assert not found(raw_place(kind=PlaceKind.EQUIPMENT)).single_person


def test_an_id_that_is_an_address_is_no_reference() -> None:
    raw = replace(raw_place(capacity=8), place_id="anna.schmidt@cobalt.example")
    assert found(raw).resource.external_ref == "our resource anna.schmidt@cobalt.example"


def test_the_zone_is_the_sites_or_the_tenants() -> None:
    decisions = Places(site_zones={"Porto": "Europe/Lisbon"})
    assert found(raw_place(site="Porto"), decisions).resource.zone == "Europe/Lisbon"
    assert found(raw_place(site="Basel"), decisions).resource.zone == "Europe/Zurich"
    assert found(raw_place(), decisions).resource.zone == "Europe/Zurich"


def test_the_admins_own_reference_wins() -> None:
    decisions = Places(external_refs={"place-1": "flexo-9"})
    assert found(raw_place(), decisions).resource.external_ref == "flexo-9"


def test_a_place_of_which_only_the_site_may_be_seen_is_that_site() -> None:
    decisions = Places(external_refs={"place-1": "flexo-9"}, site_zones={"Porto": "Europe/Lisbon"})
    place = found(raw_place(capacity=8, site="Porto", building="B", floor="2"), decisions, Place.SITE)
    assert place == Bookable(
        Resource(
            id=ResourceId("our site Porto"),
            kind=ResourceKind.SITE,
            name="Porto",
            site="Porto",
            building=None,
            floor=None,
            capacity=None,
            zone="Europe/Lisbon",
            external_ref="our site Porto",
        ),
        single_person=False,
    )


def test_a_room_for_one_is_a_person_in_its_site_too() -> None:
    assert found(raw_place(capacity=1, site="Basel"), level=Place.SITE).single_person


def test_a_site_has_the_admins_reference() -> None:
    decisions = Places(site_refs={"Basel": "flexo-site-4"}, external_refs={"Basel": "flexo-9"})
    assert found(raw_place(site="Basel"), decisions, Place.SITE).resource.external_ref == "flexo-site-4"


@pytest.mark.parametrize(
    ("site", "level"), [(None, Place.SITE), ("", Place.SITE), ("  ", Place.SITE), ("Basel", Place.NONE)]
)
def test_a_place_that_may_not_be_named_is_never_imported(site: str | None, level: Place) -> None:
    assert imported(raw_place(site=site), level=level) is None


def test_a_site_has_one_name_however_it_is_spaced() -> None:
    assert found(raw_place(site=" Basel "), level=Place.SITE) == found(
        raw_place(site="Basel"), level=Place.SITE
    )


BEAMER = Mailbox(id="beamer-3", address="beamer3@cobalt.example", name="Projector 3", site="Basel")


def test_a_mailbox_that_no_directory_lists_is_a_place_like_any_other() -> None:
    (entry,) = importer(Places(unlisted=(BEAMER,))).unlisted()
    resource = entry.place.resource
    assert (resource.kind, resource.name, resource.site) == (ResourceKind.EQUIPMENT, "Projector 3", "Basel")
    assert (entry.calendar, entry.address) == ("our calendar beamer-3", "beamer3@cobalt.example")
    assert resource.external_ref == "beamer-3"
    assert "beamer3@" not in repr(resource)


def test_what_holds_for_listed_places_holds_for_it() -> None:
    nowhere = Mailbox(id="b", address="b@cobalt.example", name="B")
    for_one = Mailbox(id="o", address="o@cobalt.example", name="Office", kind=ResourceKind.ROOM, capacity=1)
    assert importer(Places(unlisted=(nowhere,)), Place.SITE).unlisted() == []
    (entry,) = importer(Places(unlisted=(for_one,))).unlisted()
    assert entry.place.single_person
    assert entry.place.resource.name is None
