"""What is stored of a place becomes as private as the admin now says it is, and never less than it was."""

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.raw import RawPlace
from gateway.booking import SubjectId
from gateway.minimization.lattice import Place
from gateway.minimization.places import Importer, Listed, nobody_agreed
from gateway.minimization.regarded import Regarded
from gateway.tenant import Places
from tests.properties.test_place_silence import levels, places

IDS = ("one", "two", "three")
some = st.frozensets(st.sampled_from(IDS))


@st.composite
def decisions(draw: st.DrawFn) -> Places:
    personal = draw(some)
    refs = draw(st.dictionaries(st.sampled_from(IDS), st.sampled_from(["flexo-1", "flexo-2"])))
    return Places(
        personal=personal,
        cleared=draw(some) - personal,
        scrubbed_titles=draw(some),
        external_refs=refs,
    )


def identify(label: str, text: str) -> str:
    return f"{label} {text}"


def importer(said: Places, level: Place, *, agreed: bool) -> Importer:
    user = SubjectId("sub_1")
    whose = (lambda _: user) if agreed else nobody_agreed
    return Importer(level=level, decisions=said, zone="UTC", identify=identify, agreed=whose)


@given(
    raw=places,
    place_id=st.sampled_from(IDS),
    level=levels,
    before=decisions(),
    now=decisions(),
    agreed=st.booleans(),
)
def test_what_is_stored_meets_what_is_said_now(
    *, raw: RawPlace, place_id: str, level: Place, before: Places, now: Places, agreed: bool
) -> None:
    named = replace(raw, place_id=place_id)
    stored = importer(before, level, agreed=agreed).listed(named)
    anew = importer(now, level, agreed=agreed).listed(named)
    assume(stored is not None and anew is not None)
    assert isinstance(stored, Listed)
    assert isinstance(anew, Listed)
    regarded = Regarded(now, identify)
    again = regarded(stored)
    narrower = stored.place.single_person or anew.place.single_person
    # Who agrees is for the directory's look to ask.
    assert again.place.single_person == narrower or (agreed and again.place.single_person)
    assert again.place.scrubbed_titles == (stored.place.scrubbed_titles and anew.place.scrubbed_titles)
    if again.place.single_person and level is Place.RESOURCE:
        assert again.place.resource.name is None
        if anew.place.single_person and not stored.place.single_person:
            assert again.place.resource.external_ref == anew.place.resource.external_ref
    assert regarded(again) is again
    if before == now:
        assert again is stored
