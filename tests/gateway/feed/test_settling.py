"""When something is tried again, and in which order tenants are told."""

import pytest

from gateway.booking import TenantId
from gateway.entry import EntryKind
from gateway.feed.batch import Batch, Message, tenants_in_turn
from gateway.feed.delivery import Delivery, Failure, Reading
from gateway.feed.mark import Mark
from gateway.feed.settling import Taken, settle

ONE = TenantId("ten_1")
SAID = Message(ONE, "room", 7, "msg_1", EntryKind.BOOKING_PUT, b"{}")
NOW = 1_000_000


def failed(taken: Taken, chance: float = 0.0) -> int:
    """After how many milliseconds it is tried again."""
    delivery = Delivery(b"", 0, {ONE: Reading(b"", Mark.at(9), 0)})
    batch = Batch(delivery, NOW, 1)
    batch.messages.append(SAID)
    settle(delivery, batch, {SAID.id: taken}, now=NOW, chance=lambda: chance)
    return delivery.readings[ONE].waiting["room"].due_at - NOW


@pytest.mark.parametrize(
    ("asked", "chance", "pause_ms"),
    [(0, 0, 5000), (0, 1, 5500), (3, 0, 5000), (60, 1, 60_000), (10**12, 0, 86_400_000)],
)
def test_a_pause_is_a_little_longer_by_chance_and_as_long_as_was_asked_for(
    asked: float, chance: float, pause_ms: int
) -> None:
    assert failed(Taken(Failure.REFUSED, asked), chance) == pause_ms


def test_all_tenants_have_their_turn() -> None:
    a, b, c = map(TenantId, "abc")
    assert tenants_in_turn([c, a, b], None) == [a, b, c]
    assert tenants_in_turn([c, a, b], a) == [b, c, a]
    assert tenants_in_turn([c, a, b], c) == [a, b, c]
    assert tenants_in_turn([c, b], a) == [b, c]
