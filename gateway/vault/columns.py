"""SealedColumn: one sealed column of one tenant under one key."""

from collections.abc import Sequence
from struct import Struct

from gateway.vault.framing import framed
from gateway.vault.records import fresh_salts, open_record, seal_record
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
        return self.seal_all(epoch, [(row, plaintext)])[0]

    def seal_all(self, epoch: int, cells: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Many cells, each a row and what stands in it, as ``seal`` would seal one after the other."""
        salts = fresh_salts(len(cells))
        return [
            seal_record(self._key, salt, self._context(row, epoch), plaintext)
            for salt, (row, plaintext) in zip(salts, cells, strict=True)
        ]

    def open(self, row: str, epoch: int, record: bytes) -> bytes:
        """The plaintext of ``record``. Raises Unreadable if it is not exactly what was sealed here."""
        return open_record(self._key, self._context(row, epoch), record)

    def _context(self, row: str, epoch: int) -> bytes:
        name = row.encode()
        return self._place + ROW_HEAD.pack(epoch, len(name)) + name
