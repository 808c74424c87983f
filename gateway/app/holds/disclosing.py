"""Disclosing of a legal hold: what an order asks for, of the bookings it names, and nothing else."""

from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from gateway.app.holds.journal import write_down
from gateway.app.new_file import new_file
from gateway.app.parts import Parts
from gateway.booking import Booking
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError
from gateway.legal_hold import Deed, HeldBooking, HeldPlace, HoldStep
from gateway.proposal import Disclose, NotConfirmed
from gateway.store.handle import Handle
from gateway.store.history import Happened
from gateway.store.legal_holds import HELD, HoldRow, held_by
from gateway.vault.columns import SealedColumn

#: What of a held booking may be asked for.
FIELDS = (*Booking.__struct_fields__, *(f"place.{name}" for name in HeldPlace.__struct_fields__))

#: Written of one booking: what was asked for, by its name.
Extract = dict[str, object]


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file: JSON."""

    hold: str
    reference: str
    disclosed_at: str
    fields: tuple[str, ...]
    bookings: list[Extract]


def check_fields(fields: tuple[str, ...]) -> None:
    """Raises ConfigurationError."""
    if not fields or not set(fields) <= set(FIELDS):
        raise ConfigurationError(
            f"Name the fields that the order asks for, of: {', '.join(FIELDS)}. Nothing was proposed."
        )


async def disclose(parts: Parts, row: HoldRow, proposal: Disclose, by: tuple[str, ...], target: Path) -> int:
    """Write what was confirmed into a new file; how many bookings.

    It is recorded first, and without contents. Raises ConfigurationError for the file, NotConfirmed where
    nothing of it is held, KeyUnavailable.
    """
    column = await parts.keyring.hold(row.tenant, row.id, *HELD)
    read = partial(_extracts, row=row, column=column, proposal=proposal)
    found = await parts.store.read(read)
    if not found:
        raise NotConfirmed("Nothing that is held is of these places and this period. Nothing was written.")
    at = milliseconds(parts.clock())
    made = Disclosure(
        hold=row.id,
        reference=proposal.reference,
        disclosed_at=parts.clock().isoformat(),
        fields=proposal.fields,
        bookings=found,
    )
    step = HoldStep(at=at, what=Deed.DISCLOSED, by=by, proposal=proposal.id, reference=proposal.reference)
    with new_file(target, "Nothing was disclosed.") as file:
        await write_down(parts, row, step, Happened.HOLD_DISCLOSED)
        file.write(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return len(found)


def _extracts(handle: Handle, row: HoldRow, column: SealedColumn, proposal: Disclose) -> list[Extract]:
    found = (_extract(one, proposal) for one in held_by(handle, row, column))
    return [one for one in found if one is not None]


def _extract(one: HeldBooking, proposal: Disclose) -> Extract | None:
    booking, asked = one.booking, proposal.asked
    start, end = (datetime.fromisoformat(str(booking[name])) for name in ("start", "end"))
    is_there = not asked.resources or booking["resource"] in asked.resources
    if not (is_there and asked.covers(start, end)):
        return None
    place = {} if one.place is None else msgspec.structs.asdict(one.place)
    known = {**booking, **{f"place.{name}": value for name, value in place.items()}}
    return {name: known.get(name) for name in proposal.fields}
