"""Places that one level cannot tell apart become one and the same resource, whatever else they are."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import PlaceKind, PlaceMode, RawPlace
from gateway.minimization.lattice import Place
from gateway.minimization.places import Bookable, Importer
from gateway.tenant import Places

texts = st.text(max_size=8)
sites = st.none() | texts | st.sampled_from(["Basel", " Basel ", "Porto"])
places = st.builds(
    RawPlace,
    place_id=texts,
    address=texts,
    kind=st.sampled_from(PlaceKind),
    name=texts,
    mode=st.sampled_from([PlaceMode.RESERVABLE, PlaceMode.DROP_IN]),
    capacity=st.none() | st.integers(0, 40),
    site=sites,
    building=st.none() | texts,
    floor=st.none() | texts,
)
levels = st.sampled_from(Place)


def imported(raw: RawPlace, level: Place) -> Bookable | None:
    decisions = Places(
        external_refs={raw.place_id: "flexo-9"}, site_refs={"Porto": "flexo-4"}, site_zones={"Porto": "WET"}
    )
    importer = Importer(
        level=level, decisions=decisions, zone="UTC", identify=lambda label, text: f"{label} {text}"
    )
    return importer.bookable(raw)


@given(places, places)
def test_of_two_places_in_one_site_only_the_site_shows(one: RawPlace, other: RawPlace) -> None:
    first, second = imported(one, Place.SITE), imported(replace(other, site=one.site), Place.SITE)
    if first is None or second is None:
        assert first is second is None
    else:
        assert first.resource == second.resource


@given(places, texts, levels)
def test_an_address_shows_at_no_level(raw: RawPlace, address: str, level: Place) -> None:
    assert imported(raw, level) == imported(replace(raw, address=address), level)


@given(places, levels)
def test_a_resource_tells_as_much_as_its_level(raw: RawPlace, level: Place) -> None:
    place = imported(raw, level)
    assert place is None or place.level is level


@given(places, st.sampled_from([Place.SITE, Place.RESOURCE]))
def test_who_sits_there_does_not_depend_on_what_is_told(raw: RawPlace, level: Place) -> None:
    place, whole = imported(raw, level), imported(raw, Place.RESOURCE)
    assert whole is not None
    assert place is None or place.single_person is whole.single_person
