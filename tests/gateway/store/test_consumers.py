"""Consumers: whatever is kept of them is sealed, and of their tokens only a hash."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, update

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import UnknownName, Unreadable
from gateway.residency import Residence
from gateway.store.consumers import RECORDS, Consumer, ConsumerRows
from gateway.store.registry import Registry
from gateway.store.tables import consumers as table
from tests.fakes.installation import Installation

HERE = Residence("eu")
ONE, TWO = TenantId("ten_one"), TenantId("ten_two")

Result = TypeVar("Result")


async def within(installation: Installation, work: Callable[[ConsumerRows], Result]) -> Result:
    records = await installation.parts.keyring.service(*RECORDS)
    return await installation.store.administer(lambda registry: work(ConsumerRows(registry.handle, records)))


async def add(installation: Installation, name: str, *scope: TenantId) -> str:
    now = milliseconds(installation.clock())
    _, token = await within(
        installation,
        lambda rows: rows.add(name, frozenset(scope), purpose="signage", residence=HERE, now=now),
    )
    return token


async def known(installation: Installation, token: str) -> Consumer | None:
    return await within(installation, lambda rows: rows.by_token(token, milliseconds(installation.clock())))


async def test_a_token_is_known_by_its_whole(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE, TWO)
    other = await add(installation, "Signage", TWO)
    found = await known(installation, token)
    assert found is not None
    assert (found.name, found.scope, found.revoked_at) == ("FlexO", frozenset({ONE, TWO}), None)
    strangers = ["", ".", "con_unknown", token[:-1], token + "x", token.partition(".")[0] + "."]
    strangers.append(f"{token.partition('.')[0]}.{other.partition('.')[2]}")
    assert [await known(installation, stranger) for stranger in strangers] == [None] * len(strangers)


async def test_neither_token_nor_name_is_stored(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    (row,) = await installation.store.read(lambda handle: handle.execute(select(table)).all())
    assert token.partition(".")[2] not in str(tuple(row))
    assert set(row._fields) == {"id", "record", "used_at"}
    assert b"FlexO" not in row.record


async def test_a_revoked_token_is_unknown(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    installation.clock.move(timedelta(seconds=1))
    other = await add(installation, "Signage", ONE)
    await within(installation, lambda rows: rows.revoke("FlexO", now=1))
    assert await known(installation, token) is None
    assert await known(installation, other) is not None
    consumers = await within(installation, ConsumerRows.all)
    assert {one.name: one.revoked_at is None for one in consumers} == {"FlexO": False, "Signage": True}
    with pytest.raises(UnknownName):
        await within(installation, lambda rows: rows.revoke("FlexO", now=1))


async def test_a_token_that_was_replaced_is_good_until_its_time_is_over(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    until = milliseconds(installation.clock() + timedelta(hours=1))
    _, new = await within(installation, lambda rows: rows.rotate("FlexO", until=until))
    assert new.partition(".")[0] == token.partition(".")[0]
    assert None not in [await known(installation, one) for one in (token, new)]
    installation.clock.move(timedelta(hours=1) - timedelta(milliseconds=1))
    assert await known(installation, token) is not None
    installation.clock.move(timedelta(milliseconds=1))
    assert await known(installation, token) is None
    assert await known(installation, new) is not None


async def test_of_replaced_tokens_only_the_last_goes_on(installation: Installation) -> None:
    tokens = [await add(installation, "FlexO", ONE)]
    until = milliseconds(installation.clock() + timedelta(hours=1))
    for version in (1, 2):
        consumer, token = await within(installation, lambda rows: rows.rotate("FlexO", until=until))
        tokens.append(token)
        assert consumer.version == version
    assert [await known(installation, token) is not None for token in tokens] == [False, True, True]
    await within(installation, lambda rows: rows.revoke("FlexO", now=1))
    assert [await known(installation, token) for token in tokens] == [None] * 3


async def test_a_scope_changes_under_the_same_token(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    changed = await within(installation, lambda rows: rows.rescope("FlexO", {TWO}))
    assert (changed.scope, changed.version) == (frozenset({TWO}), 1)
    assert await known(installation, token) == changed
    with pytest.raises(UnknownName):
        await within(installation, lambda rows: rows.rescope("Signage", {TWO}))


async def test_a_record_moved_to_another_consumer_does_not_open(installation: Installation) -> None:
    await add(installation, "FlexO", ONE)
    await add(installation, "Signage", ONE)

    def move(registry: Registry) -> None:
        first, second = registry.handle.execute(select(table)).all()
        registry.handle.execute(update(table).where(table.c.id == first.id).values(record=second.record))

    await installation.store.administer(move)
    with pytest.raises(Unreadable):
        await within(installation, ConsumerRows.all)
