"""Every write that is made for persons, and what it is made to."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.authorization import Authorization
from gateway.booking import CalendarId
from gateway.store.bookings import Draft, Placement
from gateway.store.store import Fence
from gateway.store.told import SILENT
from gateway.store.transaction import Transaction
from gateway.vault.keyring import TenantKeys
from tests.fakes.site import Site

INVITATION, STATE = "inv_there", "ten.inv_there.state"


@dataclass
class PersonScene:
    """Two persons whose calendars hold the same event: ``theirs`` tells it, ``others`` does not."""

    site: Site
    fence: Fence
    keys: TenantKeys
    theirs: CalendarId
    others: CalendarId
    draft: Draft

    @property
    def at(self) -> Placement:
        return Placement(self.theirs, 1)

    @property
    def changed(self) -> Draft:
        return replace(self.draft, fingerprint=b"another")


def pass_on(to: Transaction, at: PersonScene) -> None:
    assert to.told.pass_on(to.told.of_calendar(at.theirs))


def take(to: Transaction, _: PersonScene) -> None:
    assert to.invitations.take(INVITATION, STATE) is not None


def their_grant(to: Transaction, at: PersonScene) -> Authorization:
    found = to.grants.find(at.fence.authorization)
    assert found is not None
    return found


Write = Callable[[Transaction, PersonScene], object]

OF_PERSONS: dict[str, Write] = {
    "bookings.put_at": lambda to, at: to.bookings.put_at(at.at, [at.changed], [SILENT]),
    "personal.rewrite": lambda to, at: to.personal.rewrite(at.at, [at.changed]),
    "bookings.delete": lambda to, at: to.bookings.delete(at.theirs, [at.draft.id]),
    "personal.interrupt": lambda to, _: to.personal.interrupt(),
    "personal.put": lambda to, at: to.personal.put(at.at, [at.changed]),
    "personal.remove": lambda to, at: to.personal.remove(at.theirs, [at.draft.id]),
    "personal.forget": lambda to, at: to.personal.forget(at.theirs, [at.draft.id]),
    "personal.give_way": lambda to, at: to.personal.give_way([at.draft]),
    "told.pass_on": pass_on,
    "told.withhold": lambda to, at: to.told.withhold(at.theirs),
    "told.restore": lambda to, at: to.told.restore(at.theirs),
    "link.rotate": lambda to, _: to.link.rotate(b"link"),
    "grants.change": lambda to, at: to.grants.change(their_grant(to, at), their_grant(to, at).amend()),
    "grants.withdraw": lambda to, at: to.grants.withdraw(their_grant(to, at), "era_1", owner="me"),
    "invitations.add": lambda to, _: to.invitations.add("inv_new", "secret"),
    "invitations.begin": lambda to, _: to.invitations.begin(
        INVITATION, state="another", session="session", verifier="verifier"
    ),
    "invitations.take": take,
}
