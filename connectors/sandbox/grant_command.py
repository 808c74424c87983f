"""What can be told to happen to what a company or a person has granted: to us, or to another client."""

import msgspec

from connectors.sandbox.activity import delegation_changed, token_revoked
from connectors.sandbox.consent import Ending
from connectors.sandbox.credentials import CLIENT_ID, DELEGATED_SCOPES, ServiceAccount, WebClient
from connectors.sandbox.errors import UnknownAccount
from connectors.sandbox.truth import Tenant, World

_PERSONAL_SCOPES = ("https://www.googleapis.com/auth/calendar.events.owned.readonly", "openid")
_OURS = frozenset({CLIENT_ID, ServiceAccount.client_id, WebClient.id})


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="action"):
    """Something done about one client's access to a company."""

    tenant: str
    client: str


class Authorize(Command, frozen=True, tag="authorize"):
    """The admin lets the client in."""


class Remove(Command, frozen=True, tag="remove"):
    """The admin takes the client's access away."""


class TakeBack(Command, frozen=True, tag="take-back"):
    """A person ends what they have granted to the client."""

    account: str


GrantAct = Authorize | Remove | TakeBack


def settle(act: GrantAct, world: World, tenant: Tenant) -> None:
    """Do it; another client's is told of just so. UnknownAccount if nobody has such an account."""
    is_ours = act.client in _OURS
    if isinstance(act, TakeBack):
        person = world.directories[tenant.id].find(act.account)
        if person is None:
            raise UnknownAccount("Nobody has an account of that id or address; read the directory.")
        if is_ours:
            world.personal(person.address).end(Ending.REMOVED)
        world.note(tenant, token_revoked(person.address, act.client, _PERSONAL_SCOPES))
        return
    removed = isinstance(act, Remove)
    if is_ours and removed:
        world.consent_removed.add(tenant.id)
    elif is_ours:
        world.consent_removed.discard(tenant.id)
    world.note(tenant, delegation_changed(tenant.read_as, act.client, DELEGATED_SCOPES, removed=removed))
