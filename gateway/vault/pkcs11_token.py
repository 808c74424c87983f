"""Pkcs11Token: one token, reached by a module of whoever made it. What it refuses becomes KeyUnavailable.

Modules are started without a promise of threads, so one call is made at a time. What a module has lost it
finds again only when it is started anew. That takes a log-in, so it is done once in five seconds at most.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

import pkcs11
import structlog
from pkcs11 import SlotFlag, Token, TokenFlag
from pkcs11._pkcs11 import lib
from pkcs11.exceptions import PKCS11Error

from gateway.errors import KeyUnavailable
from gateway.vault.blocking import OneThread
from gateway.vault.pkcs11_refusals import (
    LAST_TRY,
    LOCKED_PIN,
    NO_MODULE,
    PIN_REFUSED,
    WRONG_PIN,
    told_of,
)
from gateway.vault.pkcs11_session import TokenSession

REOPEN_SECONDS = 5.0

#: A module is the process's, however many ask it.
ONE_AT_A_TIME = Lock()

Result = TypeVar("Result")

log = structlog.get_logger()


class Doubtful(KeyUnavailable):
    """What a token says that may have lost us. Said again in a new session, it counts."""


class Pkcs11Token:
    """A token by its label. Its PIN is read when it is needed, and one that was refused is not sent again."""

    def __init__(self, module: Path, label: str, pin_file: Path) -> None:
        self._path = module
        self._label = label
        self._pin_file = pin_file
        self._thread = OneThread("pkcs11")
        self._module: lib | None = None
        self._session: TokenSession | None = None
        self._reopen_at = 0.0
        self._failure = ""
        self._refused_pin = ""

    async def run(self, work: Callable[[TokenSession], Result]) -> Result:
        """What ``work`` makes of a session, in one piece; once more in a new one, if the first may be lost.

        Raises KeyUnavailable, also if there is no end of it in time.
        """
        try:
            return await self._thread.call(partial(self._run, work))
        except TimeoutError:
            log.warning("key_service_silent")
        raise KeyUnavailable(
            "The token does not answer. Nothing is read or served until it does; check that its own tool "
            "reaches it. If it does, and this lasts, its module is stuck: start the gateway again."
        )

    async def close(self) -> None:
        """Log out, unless the token does not answer."""
        with suppress(TimeoutError):
            await self._thread.call(self._close)
        self._thread.close()

    def _run(self, work: Callable[[TokenSession], Result]) -> Result:
        with ONE_AT_A_TIME:
            if self._session is not None:
                try:
                    return _told(partial(work, self._session))
                except Doubtful as doubtful:
                    self._failure = str(doubtful)
            if time.monotonic() < self._reopen_at:
                raise KeyUnavailable(self._failure)
            return _told(partial(work, self._opened()))

    def _opened(self) -> TokenSession:
        self._reopen_at = time.monotonic() + REOPEN_SECONDS
        self._stop()
        try:
            self._session = _told(lambda: TokenSession(self._logged_in(self._token())))
        except KeyUnavailable as error:
            self._failure = str(error)
            raise
        return self._session

    def _token(self) -> Token:
        with suppress(PKCS11Error):
            self._module = pkcs11.lib(str(self._path))
        if self._module is None:
            raise KeyUnavailable(NO_MODULE)
        token = self._module.get_token(token_label=self._label)
        if not token.slot.flags & SlotFlag.HW_SLOT:
            log.warning("key_token_is_no_hardware")
        return token

    def _logged_in(self, token: Token) -> pkcs11.Session:
        pin = _read_pin(self._pin_file)
        if token.flags & TokenFlag.USER_PIN_LOCKED:
            raise KeyUnavailable(LOCKED_PIN)
        if token.flags & TokenFlag.USER_PIN_FINAL_TRY:
            raise KeyUnavailable(LAST_TRY)
        if pin == self._refused_pin:
            raise KeyUnavailable(WRONG_PIN)
        try:
            return token.open(rw=True, user_pin=pin)
        except PIN_REFUSED:
            self._refused_pin = pin
            raise

    def _close(self) -> None:
        with ONE_AT_A_TIME:
            self._stop()

    def _stop(self) -> None:
        self._session = None
        if self._module is not None:
            with suppress(PKCS11Error):
                self._module.finalize()
            self._module = None


def _told(work: Callable[[], Result]) -> Result:
    """Raises Doubtful for what the library raises."""
    try:
        return work()
    except PKCS11Error as error:
        name, sentence = type(error).__name__, told_of(error)
    # Raised outside the except clause, it does not even chain what a module may have put into words.
    log.warning("key_service_refuses", code=name)
    raise Doubtful(sentence)


def _read_pin(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        if pin := path.read_text(encoding="utf-8").rstrip("\r\n"):
            return pin
    raise KeyUnavailable(
        "pin_file holds no PIN, or cannot be read, so the token is not asked. Put there the PIN of its user "
        "and nothing else, where the gateway's user may read it."
    )
