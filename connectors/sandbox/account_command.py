"""What can be told to happen to somebody's account."""

import msgspec

from connectors.sandbox.directory import Account, AgeGroup, Directory, MinorConsent


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="action"):
    """Something done in a company's directory; ``account`` is an id, or the address of one that is there."""

    tenant: str
    account: str


class Add(Command, frozen=True, tag="add"):
    """A new account of this id; the address may be that of a deleted one."""

    name: str
    address: str


class Disable(Command, frozen=True, tag="disable"):
    """Nobody signs in to it: blocked at Microsoft, suspended at Google."""


class Enable(Command, frozen=True, tag="enable"):
    """Not disabled any more."""


class Archive(Command, frozen=True, tag="archive"):
    """Kept, and nobody signs in to it, at Google."""


class Unarchive(Command, frozen=True, tag="unarchive"):
    """Not archived any more."""


class Promote(Command, frozen=True, tag="make-admin"):
    """An administrator's from now on."""


class Classify(Command, frozen=True, tag="classify"):
    """Of another age."""

    age_group: AgeGroup | None = None
    minor_consent: MinorConsent | None = None


class EndSessions(Command, frozen=True, tag="end-sessions"):
    """Whoever is signed in has to sign in again."""


class Delete(Command, frozen=True, tag="delete"):
    """Gone, and may be restored."""


class Restore(Command, frozen=True, tag="restore"):
    """Not deleted any more."""


class Purge(Command, frozen=True, tag="purge"):
    """Gone for good."""


AccountAct = (
    Add | Disable | Enable | Archive | Unarchive | Promote | Classify | EndSessions | Delete | Restore | Purge
)


def perform(act: AccountAct, directory: Directory) -> None:
    """Do it. UnknownAccount if nobody has such an account, or somebody has it already."""
    match act:
        case Add(account=account_id, name=name, address=address):
            directory.add(Account(id=account_id, name=name, address=address))
        case Disable() | Enable():
            directory.change(act.account, is_enabled=isinstance(act, Enable))
        case Archive() | Unarchive():
            directory.change(act.account, is_archived=isinstance(act, Archive))
        case Promote():
            directory.change(act.account, is_admin=True)
        case Classify(age_group=age_group, minor_consent=minor_consent):
            directory.change(act.account, age_group=age_group, minor_consent=minor_consent)
        case EndSessions():
            directory.change(act.account, sessions_valid_from=directory.clock())
        case Delete():
            directory.delete(act.account)
        case Restore():
            directory.restore(act.account)
        case Purge():
            directory.purge(act.account)
