"""The meet of all parties, who decided, and what has to be asked for."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.port import Projection
from gateway.minimization.contract import (
    BARE,
    CONTRACT,
    INCOMPLETE,
    NOT_UNDERSTOOD,
    PRIVATE,
    ROOM_MAILBOX,
    SINGLE_PERSON,
    Party,
    Term,
    Traits,
    effective,
    event_ceiling,
    event_terms,
    explain,
    of_events,
    projection,
    standing_terms,
)
from gateway.minimization.lattice import FIELDS, WIDEST, Booker, Disclosure, People, PersonLevel, Title, meet
from tests.gateway.minimization.made_up import OCCUPANCY

disclosures = st.builds(Disclosure)


def levels(disclosure: Disclosure) -> tuple[int, ...]:
    return tuple(msgspec.to_builtins(disclosure).values())


def test_ceilings_say_what_the_design_says() -> None:
    assert FIELDS == ("time", "place", "status", "conference", "booker", "people", "title")
    assert levels(CONTRACT) == (2, 2, 1, 1, 2, 2, 3)
    assert levels(SINGLE_PERSON) == (1, 2, 1, 1, 0, 0, 1)
    assert levels(PRIVATE) == (2, 2, 1, 1, 0, 2, 0)
    assert levels(ROOM_MAILBOX) == levels(INCOMPLETE) == (2, 2, 1, 1, 2, 2, 1)
    assert levels(BARE) == (2, 2, 1, 1, 0, 0, 0)
    assert levels(NOT_UNDERSTOOD) == (2, 2, 1, 0, 0, 0, 0)


def test_a_bare_occurrence_lowers_every_person_field_and_no_other() -> None:
    for field in msgspec.structs.fields(Disclosure):
        person = issubclass(field.type, PersonLevel)
        assert getattr(BARE, field.name) == (0 if person else getattr(WIDEST, field.name))


@given(policy=disclosures, legal=disclosures, single_person=st.booleans())
def test_no_party_can_widen_anothers_choice(
    policy: Disclosure, legal: Disclosure, *, single_person: bool
) -> None:
    most = effective(standing_terms(policy, legal, single_person=single_person))
    parties = [CONTRACT, policy, legal, *([SINGLE_PERSON] if single_person else [])]
    assert most == meet(parties[0], *parties[1:])


def test_the_contract_holds_even_if_nobody_names_it() -> None:
    assert effective([]) == CONTRACT
    assert {decision.by for decision in explain([]).values()} == {Party.CONTRACT}


@pytest.mark.parametrize(
    ("traits", "party", "field"),
    [
        ({"private": True}, Party.PRIVACY, "title"),
        ({"private": True, "bare": True}, Party.PRIVACY, "booker"),
        ({"private": True, "bare": True}, Party.OCCURRENCE, "people"),
        ({"understood": False}, Party.NOT_UNDERSTOOD, "conference"),
    ],
)
def test_explain_names_the_first_party_that_wanted_no_more(
    traits: dict[str, bool], party: Party, field: str
) -> None:
    plain = Traits(private=False, bare=False, understood=True, complete=True)
    standing = standing_terms(WIDEST, WIDEST, single_person=False)
    terms = (*standing, *event_terms(plain._replace(**traits)))
    assert explain(terms)[field] == (0, party)


def test_explain_covers_the_standing_parties() -> None:
    legal = replace(WIDEST, booker=Booker.PSEUDONYM)
    policy = replace(WIDEST, title=Title.NONE)
    decided = explain(standing_terms(policy, legal, single_person=True))
    assert decided["title"] == (0, Party.POLICY)
    assert decided["conference"] == (1, Party.CONTRACT)
    assert decided["time"] == (1, Party.PLACE)
    assert decided["booker"] == (0, Party.PLACE)
    assert explain(standing_terms(policy, legal, single_person=False))["booker"] == (1, Party.LEGAL_BASIS)


def test_who_is_left_out_of_the_list_may_be_named_in_the_title() -> None:
    omitted = Traits(private=False, bare=False, understood=True, complete=False)
    assert explain(event_terms(omitted))["title"] == (1, Party.PROVIDER)
    assert event_ceiling(omitted) == replace(CONTRACT, title=Title.CATEGORY)


def test_a_room_mailbox_tells_no_words() -> None:
    terms = standing_terms(WIDEST, WIDEST, single_person=False, room_mailbox=True)
    assert explain(terms)["title"] == (1, Party.ROOM_MAILBOX)
    assert not projection(effective(terms)).title


@given(st.lists(st.builds(Term, st.sampled_from(Party), disclosures)))
def test_explain_agrees_with_effective(terms: list[Term]) -> None:
    decided = explain(terms)
    assert [decision.level for decision in decided.values()] == list(levels(effective(terms)))


def test_only_what_can_be_shown_is_asked_for() -> None:
    assert projection(OCCUPANCY) == Projection()
    assert projection(replace(OCCUPANCY, people=People.BUCKET)) == Projection(people=True)
    assert projection(CONTRACT) == Projection(people=True, booker=True, conference=True, title=True)


def test_the_calendars_kept_are_bounded() -> None:
    assert of_events.cache_info().maxsize == 256


def test_a_party_is_shown_by_its_own_name() -> None:
    assert all(party.value == party.name.lower() for party in Party)
