"""Consumers: whatever is kept of them is sealed, and of their tokens only a hash."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import UnknownName, Unreadable
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.tables import consumers as table
from tests.fakes.installation import Installation

ONE, TWO = TenantId("ten_one"), TenantId("ten_two")


@asynccontextmanager
async def rows(installation: Installation) -> AsyncIterator[ConsumerRows]:
    records = await installation.parts.keyring.service(*RECORDS)
    async with installation.store.administer() as (connection, _):
        yield ConsumerRows(connection, milliseconds(installation.clock()), records)


async def add(installation: Installation, name: str, *scope: TenantId) -> str:
    async with rows(installation) as consumers:
        return (await consumers.add(name, frozenset(scope)))[1]


async def test_a_token_is_known_by_its_whole(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE, TWO)
    other = await add(installation, "Signage", TWO)
    async with rows(installation) as consumers:
        found = await consumers.by_token(token)
        assert found is not None
        assert (found.name, found.scope, found.revoked_at) == ("FlexO", frozenset({ONE, TWO}), None)
        strangers = ["", ".", "con_unknown", token[:-1], token + "x", token.partition(".")[0] + "."]
        strangers.append(f"{token.partition('.')[0]}.{other.partition('.')[2]}")
        assert [await consumers.by_token(stranger) for stranger in strangers] == [None] * len(strangers)


async def test_neither_token_nor_name_is_stored(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    async with installation.store.reading() as connection:
        (row,) = (await connection.execute(select(table))).all()
    assert token.partition(".")[2] not in str(tuple(row))
    assert set(row._fields) == {"id", "record"}
    assert b"FlexO" not in row.record


async def test_a_revoked_token_is_unknown(installation: Installation) -> None:
    token = await add(installation, "FlexO", ONE)
    installation.clock.move(timedelta(seconds=1))
    other = await add(installation, "Signage", ONE)
    async with rows(installation) as consumers:
        await consumers.revoke("FlexO")
        assert await consumers.by_token(token) is None
        assert await consumers.by_token(other) is not None
        reading = {consumer.name: consumer.revoked_at is None for consumer in await consumers.all()}
        assert reading == {"FlexO": False, "Signage": True}
        with pytest.raises(UnknownName):
            await consumers.revoke("FlexO")


async def test_a_record_moved_to_another_consumer_does_not_open(installation: Installation) -> None:
    await add(installation, "FlexO", ONE)
    await add(installation, "Signage", ONE)
    async with installation.store.administer() as (connection, _):
        first, second = (await connection.execute(select(table))).all()
        await connection.execute(update(table).where(table.c.id == first.id).values(record=second.record))
    async with rows(installation) as consumers:
        with pytest.raises(Unreadable):
            await consumers.all()
