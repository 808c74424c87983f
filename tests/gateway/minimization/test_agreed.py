"""Whatever a policy's file says later, nothing is told beyond what was agreed to."""

from enum import IntEnum

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.minimization.agreed import agreement, disclosure_in, lived_by, tells_more, within
from gateway.minimization.lattice import FIELDS, WIDEST, Disclosure, Title, disclosure_of, meet
from gateway.minimization.policy import Policy
from gateway.minimization.vocabulary import Vocabulary
from gateway.tenant import Agreed, Registration

CHAINS: list[type[IntEnum]] = [type(getattr(WIDEST, field)) for field in FIELDS]
DISCLOSURES = st.tuples(*(st.sampled_from(list(chain)) for chain in CHAINS)).map(
    lambda levels: disclosure_of(bytes(levels))
)
VOCABULARIES = st.sampled_from([Vocabulary([("review",)]), Vocabulary([("budget",), ("review",)])])
POLICIES = st.builds(Policy, st.just("example"), DISCLOSURES, VOCABULARIES)


def chosen(agreed: Agreed | None) -> Registration:
    return Registration(name="Example", policy="example", zone="UTC", basis="f", agreed=agreed)


@given(POLICIES, DISCLOSURES)
def test_what_was_agreed_to_is_in_force_as_it_was(policy: Policy, ceiling: Disclosure) -> None:
    agreed = agreement(policy, ceiling)
    assert disclosure_in(agreed) == meet(policy.disclosure, ceiling)
    assert meet(within(policy, agreed).disclosure, ceiling) == meet(policy.disclosure, ceiling)
    assert not tells_more(policy, ceiling, agreed)


@given(POLICIES, DISCLOSURES, st.lists(POLICIES, max_size=4), DISCLOSURES)
def test_no_file_and_no_ceiling_widens_it(
    first: Policy, ceiling: Disclosure, later: list[Policy], other: Disclosure
) -> None:
    agreed = agreement(first, ceiling)
    for policy in later:
        lived = lived_by({"example": policy}, chosen(agreed)).disclosure
        told = meet(lived, other)
        assert meet(told, disclosure_in(agreed)) == told
        assert meet(lived, policy.disclosure) == lived
        if policy.vocabulary.digest != first.vocabulary.digest:
            assert told.title <= Title.CATEGORY


@given(POLICIES, POLICIES, DISCLOSURES)
def test_a_version_tells_more_where_something_is_held_back(
    first: Policy, second: Policy, ceiling: Disclosure
) -> None:
    agreed = agreement(first, ceiling)
    held_back = meet(within(second, agreed).disclosure, ceiling) != meet(second.disclosure, ceiling)
    assert tells_more(second, ceiling, agreed) == held_back


def test_a_field_or_a_level_that_nobody_knows_is_told_least() -> None:
    whole = agreement(Policy("example", WIDEST), WIDEST)
    without = {field: level for field, level in whole.levels.items() if field != "people"}
    odd = replace(whole, levels={**without, "title": 9, "mood": 3})
    least = {field: int(getattr(disclosure_in(odd), field)) for field in ("people", "title")}
    assert least == {"people": 0, "title": 0}
    assert disclosure_in(replace(whole, levels={})) == disclosure_of(bytes(min(chain) for chain in CHAINS))


def test_before_anything_was_agreed_to_the_file_says_it() -> None:
    policy = Policy("example", WIDEST)
    assert lived_by({"example": policy}, chosen(None)) is policy
