"""SealedColumn: one sealed column of one tenant under one key."""

from struct import Struct

from gateway.vault.framing import framed
from gateway.vault.records import open_record, seal_record
from gateway.vault.secret import SecretKey

#: Raised when the binding below changes; records sealed under another number do not open.
SCHEMA_VERSION = 1

#: Epoch and length of the row's name: what stands before the row.
ROW_HEAD = Struct(">QI")


class SealedColumn:
    """Seals and opens the cells of one column, each bound to its own place.

    A record opens only in the region, tenant, table, column and row, and with the key and epoch, that it was
    sealed for. What is the same for the whole column is encoded once. ``tenant`` is empty for what belongs
    to the installation. The methods raise KeyUnavailable once the key is dropped.
    """

    __slots__ = ("_key", "_place")

    def __init__(self, key: SecretKey, *, region: str, tenant: str, table: str, column: str) -> None:
        self._key = key
        names = (name.encode() for name in (region, tenant, table, column))
        self._place = framed(SCHEMA_VERSION.to_bytes(2, "big"), *names, key.id)

    def seal(self, row: str, epoch: int, plaintext: bytes) -> bytes:
        return seal_record(self._key, self._context(row, epoch), plaintext)

    def open(self, row: str, epoch: int, record: bytes) -> bytes:
        """The plaintext of ``record``. Raises Unreadable if it is not exactly what was sealed here."""
        return open_record(self._key, self._context(row, epoch), record)

    def _context(self, row: str, epoch: int) -> bytes:
        name = row.encode()
        return self._place + ROW_HEAD.pack(epoch, len(name)) + name
