"""What it costs to seal and to open one record, beside Fernet."""

import os
import time
from collections.abc import Callable

from cryptography.fernet import Fernet

from gateway.vault.columns import SealedColumn
from gateway.vault.secret import KEY_BYTES, SecretKey
from tests.benchmarks.rounds import Costs

PLAINTEXT = os.urandom(400)
RECORDS = 2000


def compare_sealing(rounds: int) -> Costs:
    """Sealing and opening 400 bytes, ours and Fernet's."""
    key = SecretKey(os.urandom(KEY_BYTES))
    column = SealedColumn(key, region="eu", tenant="tenant", table="bookings", column="body")
    fernet = Fernet(Fernet.generate_key())
    sealed, token = column.seal("row", 1, PLAINTEXT), fernet.encrypt(PLAINTEXT)
    acts: dict[str, Callable[[], bytes]] = {
        "seal": lambda: column.seal("row", 1, PLAINTEXT),
        "fernet seal": lambda: fernet.encrypt(PLAINTEXT),
        "open": lambda: column.open("row", 1, sealed),
        "fernet open": lambda: fernet.decrypt(token),
    }
    return Costs([{name: _cost(act) for name, act in acts.items()} for _ in range(rounds)])


def sizes() -> tuple[int, int]:
    """Bytes of a record, ours and Fernet's."""
    column = SealedColumn(SecretKey(os.urandom(KEY_BYTES)), region="eu", tenant="", table="t", column="c")
    return len(column.seal("row", 1, PLAINTEXT)), len(Fernet(Fernet.generate_key()).encrypt(PLAINTEXT))


def _cost(act: Callable[[], bytes]) -> float:
    begun = time.process_time()
    for _ in range(RECORDS):
        act()
    return (time.process_time() - begun) * 1e6 / RECORDS
