"""New files, of what people are handed: whole or not there, and their owner's alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gateway.errors import ConfigurationError

FILE_MODE = 0o600


@contextmanager
def new_file(target: Path, undone: str) -> Iterator[BinaryIO]:
    """A file that is not there yet, durable once the block ends; where that fails it is gone again.

    Raises ConfigurationError, which says what is left undone.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        made = os.open(target, flags, FILE_MODE)
        try:
            with os.fdopen(made, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            # Half of it looks like all of it.
            with suppress(OSError):
                target.unlink()
            raise
    except OSError as error:
        raise ConfigurationError(
            f"Nothing can be written to {target} ({error.strerror}). Name a file that is not there yet, in a "
            f"folder with room that this user may write to. {undone}"
        ) from None
