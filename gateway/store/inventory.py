"""The inventory: of every column why it is kept, what stands in it, for how long, and what makes it go.

A column that is not described does not build. Withdrawals go by it, and the records of processing are written
from it.
"""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import Column, Table

from gateway.store.inventory_terms import Content, Described, EraseRule, KeptFor, Retention, Rows, Rule
from gateway.store.tables import metadata

Key = TypeVar("Key", Content, Rule)

_PROOF = Rule(KeptFor.ACCOUNTABILITY, Retention.LIMITATION, EraseRule.EVIDENCE)
_CHOSEN = Rule(KeptFor.INSTRUCTION, Retention.AUTHORIZATION, EraseRule.EMPTIED)
_READ = Rule(KeptFor.READING, Retention.LISTING, EraseRule.PERSON)
_TOLD = Rule(KeptFor.TELLING, Retention.REMOVAL, EraseRule.TENANT)
_BOOKED = Rule(KeptFor.TELLING, Retention.WINDOW, EraseRule.PERSON)
_COUNTED = Rule(KeptFor.STATISTICS, Retention.COUNTING, EraseRule.TENANT)
_ENROLLED = Rule(KeptFor.RECOGNITION, Retention.ENROLMENT, EraseRule.SUBJECT)

#: What stands under the same name in every table.
EVERYWHERE = {
    Content.IDENTIFIER: "tenant lease_owner",
    Content.NUMBER: "bucket epoch fencing attempts",
    Content.WORK_TIME: "due_at lease_until",
}

#: By table. A column is described once: here, or above.
INVENTORY = {
    "tenants": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id",
            Content.STATE: "region",
            Content.NUMBER: "head horizon persons_epoch erase_after_days",
            Content.WORK_TIME: "created_at",
            Content.SEALED_CREDENTIAL: "connection",
            Content.SEALED_CHOICE: "registration",
            Content.SEALED_ADDRESS: "webhook",
        },
        {
            _CHOSEN: "registration",
            _CHOSEN._replace(kept_for=KeptFor.READING): "connection",
            Rule(KeptFor.INSTRUCTION, Retention.END_TOLD, EraseRule.END_TOLD): "webhook",
        },
    ),
    "authorizations": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id",
            Content.STATE: "kind state reason",
            Content.WORK_TIME: "created_at changed_at doubted_at expires_at erase_at",
            Content.SEALED_EVIDENCE: "record",
        },
    ),
    "history": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "authorization",
            Content.STATE: "what state reason",
            Content.NUMBER: "number days",
            Content.WORK_TIME: "at",
            Content.SEALED_EVIDENCE: "detail",
        },
    ),
    "directories": Rows(
        Rule(KeptFor.READING, Retention.AUTHORIZATION, EraseRule.TENANT),
        {Content.STATE: "reason", Content.NUMBER: "braked", Content.WORK_TIME: "completed_at"},
    ),
    "resources": Rows(
        _TOLD,
        {
            Content.IDENTIFIER: "id",
            Content.KEYED_HASH: "fingerprint",
            Content.STATE: "freshness reason",
            Content.NUMBER: "position state_position",
            Content.WORK_TIME: "since",
            Content.SEALED_PLACE: "body",
        },
        {_TOLD._replace(retention=Retention.LISTING): "body fingerprint"},
    ),
    "calendars": Rows(
        _READ,
        {
            Content.IDENTIFIER: "id authorization resource",
            Content.KEYED_HASH: "rules",
            Content.STATE: "reason freshness freshness_reason",
            Content.NUMBER: "cursor_epoch generation braked",
            Content.WORK_TIME: "completed_at full_at since notified_at",
            Content.SEALED_PLACE: "details cursor",
        },
    ),
    "links": Rows(
        _READ._replace(retention=Retention.AUTHORIZATION),
        {
            Content.IDENTIFIER: "authorization calendar",
            Content.KEYED_HASH: "account",
            Content.SEALED_PERSON: "link",
        },
    ),
    "link_finders": Rows(
        Rule(KeptFor.SIGNALS, Retention.AUTHORIZATION, EraseRule.PERSON),
        {Content.IDENTIFIER: "authorization", Content.KEYED_HASH: "finder"},
    ),
    "subjects": Rows(
        _ENROLLED,
        {
            Content.IDENTIFIER: "id",
            Content.NUMBER: "told_days",
            Content.WORK_TIME: "enrolled_at suspended_at erase_at",
            Content.SEALED_PERSON: "record",
        },
    ),
    "finders": Rows(_ENROLLED, {Content.IDENTIFIER: "subject", Content.KEYED_HASH: "finder"}),
    "suppressions": Rows(
        Rule(KeptFor.OBJECTION, Retention.AUTHORIZATION, EraseRule.TENANT),
        {Content.KEYED_HASH: "finder", Content.WORK_TIME: "withdrawn_at"},
    ),
    "transmitters": Rows(
        Rule(KeptFor.SIGNALS, Retention.AUTHORIZATION, EraseRule.TENANT),
        {
            Content.IDENTIFIER: "id",
            Content.SECRET_HASH: "secret",
            Content.STATE: "kind reason",
            Content.NUMBER: "pause",
            Content.WORK_TIME: "created_at heard_at silent_at",
            Content.SEALED_CREDENTIAL: "record",
        },
    ),
    "signals": Rows(
        Rule(KeptFor.ACCOUNTABILITY, Retention.RECEIPT, EraseRule.TENANT),
        {
            Content.IDENTIFIER: "authorization subject",
            Content.KEYED_HASH: "id",
            Content.WORD_OR_IDENTIFIER: "channel",
            Content.STATE: "claim extent effect probe",
            Content.NUMBER: "late",
            Content.WORK_TIME: "received_at",
        },
    ),
    "invitations": Rows(
        Rule(KeptFor.READING, Retention.INVITATION, EraseRule.TENANT),
        {
            Content.IDENTIFIER: "id",
            Content.SECRET_HASH: "secret state session",
            Content.WORK_TIME: "expires_at begun_at",
            Content.SEALED_CREDENTIAL: "verifier",
        },
    ),
    "channels": Rows(
        Rule(KeptFor.READING, Retention.PROMISE, EraseRule.TENANT),
        {
            Content.IDENTIFIER: "calendar",
            Content.SECRET_HASH: "secret next_secret",
            Content.STATE: "reason",
            Content.WORK_TIME: "expires_at",
            Content.SEALED_CREDENTIAL: "watch",
        },
    ),
    "bookings": Rows(
        _TOLD,
        {
            Content.IDENTIFIER: "calendar id resource subject told_as authorization",
            Content.KEYED_HASH: "fingerprint series uid facets",
            Content.NUMBER: "generation position whole moved",
            Content.WORK_TIME: "minute",
            Content.SEALED_BOOKING: "body",
            Content.SEALED_PERSON: "booker",
        },
        {
            _BOOKED: "body fingerprint series uid facets",
            _BOOKED._replace(kept_for=KeptFor.RECOGNITION, erasure=EraseRule.SUBJECT): "subject booker",
        },
    ),
    "traces": Rows(
        _TOLD,
        {
            Content.IDENTIFIER: "calendar id",
            Content.NUMBER: "position moved later",
            Content.WORK_TIME: "minute",
        },
    ),
    "entries": Rows(
        _TOLD,
        {
            Content.IDENTIFIER: "resource note",
            Content.STATE: "kind",
            Content.NUMBER: "position",
            Content.WORK_TIME: "minute",
        },
        # Which erasure consumers are to acknowledge.
        {_PROOF: "note"},
    ),
    "withdrawals": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id authorization subject",
            Content.NUMBER: "credentials",
            Content.WORK_TIME: (
                "fenced_at dropped_at shredded_at erased_at notified_at verified_at proved_at"
            ),
        },
    ),
    "certificates": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id",
            Content.NUMBER: "log position",
            Content.SEALED_EVIDENCE: "record",
        },
    ),
    "holds": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id",
            Content.STATE: "state",
            Content.WORK_TIME: "changed_at",
            Content.SEALED_EVIDENCE: "record",
        },
    ),
    "held": Rows(
        Rule(KeptFor.HOLD, Retention.HOLD, EraseRule.HOLD),
        {Content.IDENTIFIER: "hold", Content.NUMBER: "number", Content.SEALED_BOOKING: "record"},
    ),
    "leaves": Rows(
        Rule(KeptFor.ACCOUNTABILITY, Retention.FOREVER, EraseRule.NONE),
        {Content.NUMBER: "log position witnesses", Content.PUBLISHED: "leaf checkpoint"},
    ),
    "requests": Rows(
        Rule(KeptFor.REQUEST, Retention.LIMITATION, EraseRule.EVIDENCE),
        {
            Content.IDENTIFIER: "id link",
            Content.STATE: "kind state",
            Content.NUMBER: "told_days number settled",
            Content.WORK_TIME: "opened_at ends_at executes_at ended_at",
            Content.SEALED_EVIDENCE: "record",
        },
    ),
    "request_finders": Rows(
        Rule(KeptFor.REQUEST, Retention.REQUEST, EraseRule.TENANT),
        {Content.IDENTIFIER: "request", Content.KEYED_HASH: "finder"},
    ),
    "acknowledgements": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "erasure consumer",
            Content.WORK_TIME: "acknowledged_at",
            Content.SEALED_EVIDENCE: "signed",
        },
    ),
    "escalations": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "id erasure consumer about",
            Content.STATE: "what",
            Content.WORK_TIME: "since ends_at told_at",
        },
    ),
    "removals": Rows(
        _PROOF,
        {
            Content.IDENTIFIER: "authorization",
            Content.STATE: "state reason",
            Content.WORK_TIME: "since asked_at",
        },
    ),
    "consumers": Rows(
        Rule(KeptFor.ADMISSION, Retention.LIMITATION, EraseRule.ADMISSION),
        {Content.IDENTIFIER: "id", Content.SEALED_CONSUMER: "record", Content.WORK_TIME: "used_at"},
    ),
    "cursors": Rows(
        Rule(KeptFor.TELLING, Retention.CURSOR, EraseRule.CURSOR),
        {
            Content.IDENTIFIER: "consumer id",
            Content.SEALED_CURSOR: "record",
            Content.WORK_TIME: "given_at",
        },
    ),
    "endpoints": Rows(
        Rule(KeptFor.TELLING, Retention.LIMITATION, EraseRule.ADMISSION),
        {Content.IDENTIFIER: "consumer", Content.SEALED_CONSUMER: "record"},
    ),
    "project_streams": Rows(
        Rule(KeptFor.SIGNALS, Retention.INSTALLATION, EraseRule.INSTALLATION),
        {
            Content.IDENTIFIER: "id",
            Content.SECRET_HASH: "secret",
            Content.STATE: "reason",
            Content.WORK_TIME: "created_at heard_at",
            Content.SEALED_CREDENTIAL: "record",
        },
    ),
    "tallies": Rows(
        _COUNTED,
        {
            Content.IDENTIFIER: "resource",
            Content.NUMBER: "month",
            Content.WORK_TIME: "day",
            Content.SEALED_COUNT: "sums",
        },
    ),
    "counted_bookers": Rows(
        _COUNTED._replace(erasure=EraseRule.SUBJECT),
        {Content.IDENTIFIER: "subject", Content.KEYED_HASH: "site", Content.NUMBER: "month"},
    ),
    "groupings": Rows(
        _COUNTED._replace(retention=Retention.YEAR),
        {Content.IDENTIFIER: "resource name", Content.NUMBER: "year"},
    ),
    "usages": Rows(
        _COUNTED._replace(retention=Retention.RELEASE),
        {Content.NUMBER: "month", Content.SEALED_COUNT: "body"},
    ),
    "budgets": Rows(_PROOF, {Content.NUMBER: "month spent", Content.WORK_TIME: "spent_at"}),
    "receipts": Rows(
        Rule(KeptFor.TRANSPARENCY, Retention.RECEIPT, EraseRule.TENANT),
        {
            Content.STATE: "what field",
            # Who withheld something, or the consumer that asked.
            Content.WORD_OR_IDENTIFIER: "party",
            Content.NUMBER: "ring number",
            Content.WORK_TIME: "day",
        },
    ),
}


def described(table: Table) -> dict[str, Described]:
    """What is laid down of a table's columns. Raises KeyError for a table or column that is not described."""
    rows = INVENTORY[table.name]
    contents = {**_by_name(EVERYWHERE), **_by_name(rows.columns)}
    rules = _by_name(rows.otherwise)
    return {
        name: Described(rules.get(name, rows.rule), contents[name])
        for name in (column.name for column in table.columns)
    }


def deleted_with_a_tenant() -> list[Table]:
    """The tables whose rows go in the cascade of their tenant."""
    return [table for table in metadata.sorted_tables if INVENTORY[table.name].rule.erasure.deletes]


def emptied_with_a_tenant(table: Table) -> list[Column[object]]:
    """The columns that the cascade empties where rows stay."""
    columns = described(table).items()
    return [table.c[name] for name, column in columns if column.rule.erasure is EraseRule.EMPTIED]


def _by_name(names_of: Mapping[Key, str]) -> dict[str, Key]:
    return {name: key for key, names in names_of.items() for name in names.split()}
