"""One table from what a signal proves to what it does: it can only tighten, and seldom destroys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.decision import DECISIONS, Decision, Effect, Reach, decide
from gateway.signals.signal import About, Claim, Extent, Name, NameKind, Signal

GRANTED = 1_000
LATER, BEFORE = GRANTED, GRANTED - 1
BY_ID, BY_ADDRESS = [NameKind.ACCOUNT], [NameKind.ADDRESS]

#: Section by section what providers tell, and our duty: person, their link, organization, channel.
ROWS = {
    Claim.DELETED: Effect.BURN,
    Claim.NAME_RECYCLED: Effect.BURN,
    Claim.DISABLED: Effect.SUSPEND,
    Claim.HIJACKED: Effect.SUSPEND,
    Claim.RISK_HIGH: Effect.SUSPEND,
    Claim.CONSENT_REVOKED: Effect.SUSPEND,
    Claim.CREDENTIALS_AT_RISK: Effect.SUSPEND,
    Claim.GRANT_LOST: Effect.SUSPEND,
    Claim.APPLICATION_BLOCKED: Effect.SUSPEND,
    Claim.ACCESS_DOUBTFUL: Effect.DEGRADE,
    Claim.WATCH_LOST: Effect.RECREATE,
    Claim.WATCH_ENDING: Effect.REFRESH,
    Claim.SESSIONS_ENDED: Effect.REFRESH,
    Claim.ATTRIBUTES_CHANGED: Effect.REFRESH,
}


@pytest.mark.parametrize("proves", Claim)
def test_each_claim_has_one_effect(proves: Claim) -> None:
    """What gives back, is unknown, or is about the channel or us changes nothing of anybody's."""
    extent = Extent.TENANT if proves in {Claim.GRANT_LOST, Claim.APPLICATION_BLOCKED} else Extent.PERSON
    decided = decide(proves, extent, BY_ID, at=LATER, granted_at=GRANTED)
    assert decided.effect is ROWS.get(proves, Effect.IGNORE)


def test_what_was_granted_is_told_from_all_that_is_known_of_somebody() -> None:
    of_links = {proves for proves, decided in DECISIONS.items() if decided.reach is Reach.LINK}
    assert of_links == {
        *(Claim.CONSENT_REVOKED, Claim.CREDENTIALS_AT_RISK),
        *(Claim.SESSIONS_ENDED, Claim.ATTRIBUTES_CHANGED),
    }


@pytest.mark.parametrize(
    ("proves", "extent", "found_by", "at", "effect"),
    [
        (Claim.DELETED, Extent.PERSON, BY_ID, LATER, Effect.BURN),
        (Claim.DELETED, Extent.PERSON, BY_ADDRESS, LATER, Effect.SUSPEND),
        (Claim.DELETED, Extent.PERSON, BY_ID, BEFORE, Effect.SUSPEND),
        (Claim.DELETED, Extent.TENANT, [], LATER, Effect.SUSPEND),
        (Claim.DELETED, Extent.PERSON, [NameKind.GRANT], LATER, Effect.SUSPEND),
        (Claim.NAME_RECYCLED, Extent.PERSON, BY_ADDRESS, LATER, Effect.BURN),
        (Claim.NAME_RECYCLED, Extent.PERSON, BY_ADDRESS, BEFORE, Effect.SUSPEND),
        (Claim.NAME_RECYCLED, Extent.TENANT, [], LATER, Effect.SUSPEND),
        (Claim.DISABLED, Extent.PERSON, BY_ADDRESS, BEFORE, Effect.SUSPEND),
    ],
)
def test_only_the_end_of_one_person_destroys_by_itself(
    proves: Claim, extent: Extent, found_by: list[NameKind], at: int, effect: Effect
) -> None:
    assert decide(proves, extent, found_by, at=at, granted_at=GRANTED).effect is effect


@given(st.sampled_from(Claim), st.sets(st.sampled_from(NameKind)), st.integers(0, 2 * GRANTED))
def test_a_channel_says_nothing_of_anybody(proves: Claim, found_by: set[NameKind], at: int) -> None:
    assert decide(proves, Extent.CHANNEL, found_by, at=at, granted_at=GRANTED).effect is Effect.IGNORE


@given(st.sampled_from(Claim), st.sampled_from(Extent), st.sets(st.sampled_from(NameKind)), st.integers())
def test_whom_a_late_signal_suspends_it_suspends_all_the_same(
    proves: Claim, extent: Extent, found_by: set[NameKind], at: int
) -> None:
    """A revocation that is repeated after a fresh consent asks; it is never passed over."""
    early, late = (decide(proves, extent, found_by, at=at, granted_at=granted) for granted in (at, at + 1))
    assert late == early or late == early._replace(effect=Effect.SUSPEND)
    assert min(early.effect, Effect.SUSPEND) == late.effect


@given(st.sampled_from(Claim), st.integers(0, 2 * GRANTED))
def test_a_watch_says_nothing_but_of_itself(proves: Claim, at: int) -> None:
    of_watches = {Claim.WATCH_ENDING: Effect.REFRESH, Claim.WATCH_LOST: Effect.RECREATE}
    decided = decide(proves, Extent.WATCH, at=at, granted_at=GRANTED)
    assert decided.effect is of_watches.get(proves, Effect.IGNORE)


def test_a_name_does_not_show_itself() -> None:
    about = About.person(Name(NameKind.ADDRESS, "ines@example.org"))
    told = Signal("https://issuer.example", "1", about, Claim.DISABLED, 0)
    assert "ines" not in f"{told!r} {told}"
    assert Decision(Effect.IGNORE).reach is Reach.PERSON
