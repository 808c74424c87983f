"""Whether what a customer granted still stands at its provider, asked by our own credential alone."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import msgspec

from connectors.errors import AccessLost, ConnectorError
from gateway.app.parts import Parts
from gateway.app.providers.grants import form_of
from gateway.booking import TenantId
from gateway.record import AuthorizationRecord
from gateway.settings import Settings
from gateway.store.removals import Removal, RemovalState, removal_of
from gateway.tenant import Provider
from gateway.withdrawal.pending import Look, NotSeen, Seen

#: What a fresh token for a directory is good for; None where it does not tell. Raises ConnectorError.
RolesIn = Callable[[str], Awaitable[frozenset[str] | None]]

#: Entra knows our application in that directory no more, or not even the directory.
GONE = frozenset({"entra_app_missing", "entra_tenant_missing"})

#: Google's token endpoint tells nothing without one of the customer's users, whom nothing kept here names.
NAMES_A_USER = Seen(RemovalState.UNSEEN, "google_names_a_user")
TOKEN_GIVEN = Seen(RemovalState.PENDING, "entra_token_given")
#: A token that is good for nothing: consent is gone, and so is all there was, or all that Entra knows of.
NOTHING_LEFT = Seen(RemovalState.GONE, "entra_consent_missing")
EXCHANGE_UNSEEN = Seen(RemovalState.PENDING, "exchange_unseen")


async def removal(parts: Parts, tenant: TenantId) -> Removal | None:
    """How it stands at a tenant's provider; None where it has not withdrawn."""
    return await parts.store.read(partial(removal_of, tenant=tenant))


def application_at(settings: Settings, provider: Provider) -> str | None:
    """By which name a customer's admin finds us at a provider; None where the settings do not tell."""
    microsoft, google = settings.providers.microsoft, settings.providers.google
    if provider is Provider.MICROSOFT:
        return None if microsoft is None else microsoft.client_id
    try:
        file = b"" if google is None else Path(google.key_file).read_bytes()
        return msgspec.json.decode(file, type=_Account).client_id
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None


class _Account(msgspec.Struct):
    """What is read of a service account's key."""

    client_id: str


def looking(roles_in: RolesIn) -> Look:
    """Asks the provider of a record."""
    return partial(_look, roles_in)


async def _look(roles_in: RolesIn, record: AuthorizationRecord) -> Seen:
    if record.provider is not Provider.MICROSOFT:
        return NAMES_A_USER
    try:
        held = await roles_in(record.directory)
    except AccessLost as refusal:
        is_gone = refusal.code in GONE
        return Seen(RemovalState.GONE if is_gone else RemovalState.PENDING, refusal.code)
    except ConnectorError as error:
        raise NotSeen(f"Its provider could not be asked ({error.code}); that is tried again.") from None
    if held is None or held:
        return TOKEN_GIVEN
    # A scoped grant stands in Exchange as well, where only a calendar would tell.
    return EXCHANGE_UNSEEN if form_of(record.provider, record.grant).confines else NOTHING_LEFT
