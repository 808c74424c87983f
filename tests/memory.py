"""Files of tests lie in memory where there is room: a commit is synced there without a disk to wait for."""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  folders below it are made by tempfile and pytest, for us alone
#: More than all processes have at once.
_ROOM_BYTES = 2**30


def work_in_memory() -> None:
    """Where there is less room, they lie where temporary files always do."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
        tempfile.tempdir = str(_MEMORY)
