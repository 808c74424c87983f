"""A company's accounts: what its directory knows of its people, and the order in which that changed.

Accounts are never altered in place, so that a page being served stays as it was.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from connectors.sandbox.calendar import Clock
from connectors.sandbox.errors import UnknownAccount


class AgeGroup(StrEnum):
    """How old the directory says that somebody is, in Entra's words; most directories never say."""

    MINOR = "Minor"
    NOT_ADULT = "NotAdult"
    ADULT = "Adult"


class MinorConsent(StrEnum):
    """What a minor's parents said."""

    GRANTED = "Granted"
    DENIED = "Denied"
    NOT_REQUIRED = "NotRequired"


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who works in a company. ``id`` is the directory's."""

    id: str
    name: str
    address: str


class Account(Person, frozen=True, kw_only=True):
    """What the directory knows of them. One that was ``deleted_at`` a time can still be restored.

    Whatever they signed in with before ``sessions_valid_from`` is no good any more.
    """

    is_enabled: bool = True
    #: At Google: their data is kept, and nobody signs in.
    is_archived: bool = False
    is_admin: bool = False
    age_group: AgeGroup | None = None
    minor_consent: MinorConsent | None = None
    sessions_valid_from: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def is_there(self) -> bool:
        return self.deleted_at is None


class Deed(StrEnum):
    """What was done to an account."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    RESTORED = "restored"
    #: Deleted for good.
    PURGED = "purged"


class Happening(NamedTuple):
    """One entry of the log: the account as it was then, and which members of it changed."""

    account: Account
    deed: Deed
    members: frozenset[str] = frozenset()


#: Is told of each happening at once.
Heed = Callable[[Happening], None]


class Directory:
    """All accounts by id, deleted ones too, and the log of what happened to them.

    ``clock`` says when one is deleted; ``heed`` is told what happens.
    """

    def __init__(self, accounts: Iterable[Account], clock: Clock, heed: Heed) -> None:
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.log: list[Happening] = []
        self._heed = heed
        self._ids: dict[str, str] = {}
        for account in accounts:
            self._enter(account)

    def there(self) -> list[Account]:
        """Everybody who has an account now."""
        return [account for account in self.accounts.values() if account.is_there]

    def find(self, name: str) -> Account | None:
        """Who has an account now under this id or address."""
        found = self.accounts.get(self._ids.get(name.lower(), ""))
        return found if found is not None and found.is_there else None

    def add(self, account: Account) -> None:
        """A new account; its address may have been another's that is deleted."""
        if account.id in self.accounts or self.find(account.address) is not None:
            raise UnknownAccount("The id or the address is somebody's; take one that is free.")
        self._put(account, Deed.ADDED)

    def change(self, name: str, **members: Any) -> None:
        """Other members of an account, such as ``is_enabled``; as they were already, nothing happened."""
        account = self._found(name)
        altered = {member for member, value in members.items() if getattr(account, member) != value}
        if altered:
            self._put(replace(account, **members), Deed.CHANGED, frozenset(altered))

    def delete(self, name: str) -> None:
        """Gone, and may be restored."""
        self._put(replace(self._found(name), deleted_at=self.clock()), Deed.DELETED)

    def restore(self, account_id: str) -> None:
        """Back as it was, under its own id and address."""
        account = self._deleted(account_id)
        if self.find(account.address) is not None:
            raise UnknownAccount("The address is another's by now; delete that account first.")
        self._put(replace(account, deleted_at=None), Deed.RESTORED)

    def purge(self, account_id: str) -> None:
        """Gone for good."""
        account = self._deleted(account_id)
        del self.accounts[account_id]
        self._note(Happening(account, Deed.PURGED))

    def _put(self, account: Account, deed: Deed, members: frozenset[str] = frozenset()) -> None:
        self._enter(account)
        self._note(Happening(account, deed, members))

    def _enter(self, account: Account) -> None:
        self.accounts[account.id] = account
        if account.is_there:
            self._ids |= {account.id.lower(): account.id, account.address.lower(): account.id}

    def _note(self, happened: Happening) -> None:
        self.log.append(happened)
        self._heed(happened)

    def _found(self, name: str) -> Account:
        found = self.find(name)
        if found is None:
            raise UnknownAccount("Nobody has an account of that id or address; read the directory.")
        return found

    def _deleted(self, account_id: str) -> Account:
        account = self.accounts.get(account_id)
        if account is None or account.is_there:
            raise UnknownAccount("No account of that id is deleted and can be restored.")
        return account
