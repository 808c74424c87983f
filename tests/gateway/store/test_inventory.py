"""The inventory is true of what the product writes, and withdrawals leave what it says."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Row, Table

from gateway.app.persons.links import withdraw_link
from gateway.app.tenants import withdraw_tenant
from gateway.entry import EntryKind
from gateway.store.inventory import described
from gateway.store.inventory_terms import Content, EraseRule, Retention
from gateway.store.tables import OF_THE_INSTALLATION, bookings, calendars, entries, links, metadata, resources
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.enrolled import WENDLA, withdraw
from tests.fakes.full_site import acknowledge, open_full_site, rows_of, tables_held
from tests.fakes.installation import Installation
from tests.fakes.persons import links_at
from tests.fakes.provider import room
from tests.fakes.site import Site

WORD = re.compile(r"[a-z][a-z0-9_.]*")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
HASHED = re.compile(r"[A-Za-z0-9_-]{22}")
#: A moment of the years 2020 to 2100, in milliseconds, minutes or days; or none yet.
TIMES = (range(1_577_836_800_000, 4_102_444_800_000), range(26_297_280, 68_374_080), range(18_262, 47_482))
NEVER = (0, 2**62)


@pytest.fixture
async def site(installation: Installation) -> Site:
    return await open_full_site(installation)


SUCH: dict[Content, Callable[[object], bool]] = {
    Content.IDENTIFIER: lambda value: NAME.fullmatch(str(value)) is not None,
    Content.KEYED_HASH: lambda value: isinstance(value, bytes) or HASHED.fullmatch(str(value)) is not None,
    Content.SECRET_HASH: lambda value: isinstance(value, bytes) and len(value) == 32,
    Content.STATE: lambda value: value == "" or WORD.fullmatch(str(value)) is not None,
    Content.WORD_OR_IDENTIFIER: lambda value: value == "" or NAME.fullmatch(str(value)) is not None,
    Content.NUMBER: lambda value: isinstance(value, int),
    Content.PUBLISHED: lambda value: isinstance(value, bytes | str),
    Content.WORK_TIME: lambda value: value in NEVER or any(value in times for times in TIMES),
}


def is_sealed(value: object) -> bool:
    return isinstance(value, bytes) and len(value) > 64


async def test_everything_that_is_written_is_what_it_is_described_as(site: Site) -> None:
    store = site.installation.store
    assert await tables_held(store, site.tenant) == metadata.tables.keys() - OF_THE_INSTALLATION
    for table in metadata.sorted_tables:
        for row in await rows_of(store, table, site.tenant):
            for name, column in described(table).items():
                value = row._mapping[name]
                assert value is None or SUCH.get(column.content, is_sealed)(value), (table.name, name)


async def test_a_withdrawal_leaves_what_is_proof_and_nothing_else(site: Site) -> None:
    store = site.installation.store
    await acknowledge(site, (await withdraw_tenant(site.installation.parts, site.tenant)).id)
    for table in metadata.sorted_tables:
        left = await rows_of(store, table, site.tenant)
        if table is entries:
            assert [row.kind for row in left] == [EntryKind.TENANT_ERASED]
            continue
        rules = {name: column.rule.erasure for name, column in described(table).items()}
        told = {name for row in left for name, value in row._mapping.items() if value is not None}
        assert {rules[name] for name in told} <= {
            *(EraseRule.EVIDENCE, EraseRule.ADMISSION, EraseRule.NONE, EraseRule.HOLD, EraseRule.END_TOLD)
        }, table.name


async def test_a_place_that_is_listed_no_more_leaves_that_it_was_there(site: Site) -> None:
    store = site.installation.store
    site.provider.places = {"place-birch": room("birch")}
    await site.later(timedelta(days=1, minutes=1))
    await site.later(timedelta(minutes=2))
    left = {row.id for row in await rows_of(store, resources, site.tenant) if row.body is None}
    assert left
    assert {row.resource for row in await rows_of(store, calendars, site.tenant)} & left == set()
    listed = [name for name, one in described(resources).items() if one.rule.retention is Retention.LISTING]
    gone = [row for row in await rows_of(store, resources, site.tenant) if row.id in left]
    assert {row._mapping[name] for row in gone for name in listed} == {None}


def test_every_rule_without_a_number_is_shown_to_hold() -> None:
    # By the end of a tenant, of a place's listing, and of a subject's part.
    shown = {Retention.AUTHORIZATION, Retention.LISTING, Retention.ENROLMENT, Retention.FOREVER}
    # By two officers, in tests of confirming.
    shown |= {Retention.HOLD}
    # By whoever tells employers, in tests of informing.
    shown |= {Retention.END_TOLD}
    # By what Google tells on its one stream, in tests of its hearing.
    shown |= {Retention.INSTALLATION}
    assert {rule for rule in Retention if "{days}" not in rule} == shown


async def test_a_persons_end_leaves_that_something_was_there(site: Site) -> None:
    parts, store = site.installation.parts, site.installation.store
    (link,) = await links_at(site)
    await withdraw_link(parts, site.tenant, link.authorization, nothing_to_revoke)
    assert await links_at(site) == []
    assert await rows_of(store, links, site.tenant) == []
    theirs = [row for row in await rows_of(store, bookings, site.tenant) if row.calendar == link.calendar]
    assert theirs
    assert _kept(theirs, {EraseRule.PERSON, EraseRule.SUBJECT}) == {None}


async def test_a_subjects_end_leaves_nothing_of_them(site: Site) -> None:
    store = site.installation.store
    assert _kept(await rows_of(store, bookings, site.tenant), {EraseRule.SUBJECT}) != {None}
    await withdraw(site, address=WENDLA)
    assert _kept(await rows_of(store, bookings, site.tenant), {EraseRule.SUBJECT}) == {None}
    assert await tables_held(store, site.tenant) & {"subjects", "finders", "counted_bookers"} == set()


def _kept(rows: list[Row[tuple[object, ...]]], rules: set[EraseRule]) -> set[object]:
    """What stands in columns of bookings that obey one of these rules."""
    names = [name for name, column in described(bookings).items() if column.rule.erasure in rules]
    return {row._mapping[name] for row in rows for name in names}


async def test_whose_neighbour_ends_loses_nothing(installation: Installation, site: Site) -> None:
    other = await open_full_site(installation)
    before = await _all_of(other)
    await withdraw_tenant(installation.parts, site.tenant)
    assert await _all_of(other) == before


async def _all_of(site: Site) -> dict[Table, list[Row[tuple[object, ...]]]]:
    store = site.installation.store
    return {
        table: await rows_of(store, table, site.tenant)
        for table in metadata.sorted_tables
        if table.name != "leaves"
    }
