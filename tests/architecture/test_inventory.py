"""Every column says why it is kept, what it holds, for how long, and what makes it go."""

from collections import Counter

import pytest
from sqlalchemy import Table

from gateway.store.inventory import EVERYWHERE, INVENTORY, deleted_with_a_tenant, described
from gateway.store.inventory_terms import Content, EraseRule, KeptFor, Retention
from gateway.store.tables import OF_THE_INSTALLATION, metadata

tables = pytest.mark.parametrize("table", metadata.tables.values(), ids=str)


def test_every_table_is_described_and_no_other() -> None:
    assert INVENTORY.keys() == metadata.tables.keys()


@tables
def test_every_column_is_described_once(table: Table) -> None:
    rows, everywhere = INVENTORY[table.name], " ".join(EVERYWHERE.values()).split()
    own = " ".join(rows.columns.values()).split()
    shared = [name for name in everywhere if name in table.c]
    assert Counter([*own, *shared]) == Counter(table.c.keys())
    assert described(table).keys() == set(table.c.keys())


@tables
def test_exceptions_are_of_columns_that_are_there(table: Table) -> None:
    names = " ".join(INVENTORY[table.name].otherwise.values()).split()
    assert Counter(names).keys() <= set(table.c.keys())
    assert [name for name, often in Counter(names).items() if often > 1] == []


@tables
def test_proof_lasts_for_the_limitation_period_and_nothing_else_does(table: Table) -> None:
    for name, column in described(table).items():
        is_proof = column.rule.erasure in {EraseRule.EVIDENCE, EraseRule.ADMISSION}
        assert (column.rule.retention is Retention.LIMITATION) == is_proof, name


@tables
def test_rows_that_no_cascade_deletes_are_proof_or_tell_how_far_was_read(table: Table) -> None:
    if table not in deleted_with_a_tenant():
        assert INVENTORY[table.name].rule.retention in {
            Retention.LIMITATION,
            Retention.FOREVER,
            Retention.HOLD,
            Retention.CURSOR,
            Retention.INSTALLATION,
        }
        kept = {column.rule.erasure for column in described(table).values()}
        assert kept <= {
            *(EraseRule.EVIDENCE, EraseRule.EMPTIED, EraseRule.ADMISSION, EraseRule.NONE, EraseRule.HOLD),
            *(EraseRule.CURSOR, EraseRule.END_TOLD, EraseRule.INSTALLATION),
        }


def test_what_a_cascade_deletes_bears_its_tenant() -> None:
    assert [table.name for table in deleted_with_a_tenant() if "tenant" not in table.c] == []
    assert not {table.name for table in deleted_with_a_tenant()} & OF_THE_INSTALLATION


def test_no_word_is_without_use() -> None:
    used = [column for table in metadata.tables.values() for column in described(table).values()]
    assert {column.rule.kept_for for column in used} == set(KeptFor)
    assert {column.rule.retention for column in used} == set(Retention)
    assert {column.rule.erasure for column in used} == set(EraseRule)
    assert {column.content for column in used} == set(Content)
