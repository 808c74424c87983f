"""A person connects their own calendar: what the gateway asks of any provider. OAuth 2.0, RFC 6749, 9700."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec.structs import replace

from connectors.errors import ConnectorError, ConsentDeclined
from connectors.kept_token import FreshToken, KeptToken
from connectors.port import CalendarAddress
from connectors.proof import Proof, first, row
from connectors.raw import Hidden
from connectors.token_endpoint import TokenReply
from connectors.transport import Grant


class Link(Hidden, frozen=True):
    """What one person has granted. Stored sealed: whoever holds the refresh token reads the calendar.

    ``account`` is the provider's immutable id of the person, unique in the ``organization``: a directory id,
    or a domain, None where there is none. ``calendar`` is their own, and names no address.
    """

    refresh_token: str
    scopes: frozenset[str]
    account: str
    organization: str | None
    is_consumer: bool
    calendar: CalendarAddress


#: Stores a link whose refresh token is another now. Until it returns, nobody uses what came with it.
Persist = Callable[[Link], Awaitable[None]]

#: Asks a provider what a refresh token is good for.
Refresh = Callable[[str], Awaitable[TokenReply]]


class DelegatedGrant:
    """Access tokens for one link, by refresh; one request at a time is under way.

    A rotated refresh token is stored before its access token is used. Where storing fails, that error passes
    through and the old one is used again: Microsoft keeps it valid, and Google rotates none. Raises
    AccessLost, AccessDoubtful, SignInNeeded, ScopeTooSmall, CredentialRefused, Throttled, Unreachable;
    Malformed for an answer without end.
    """

    def __init__(self, link: Link, refresh: Refresh, persist: Persist) -> None:
        self._link = link
        self._refresh = refresh
        self._persist = persist
        self._kept = KeptToken(self._renewed)

    async def token(self) -> str:
        return await self._kept.token()

    def forget(self, token: str) -> None:
        self._kept.forget(token)

    async def _renewed(self) -> FreshToken:
        reply = await self._refresh(self._link.refresh_token)
        if reply.refresh_token not in {"", self._link.refresh_token}:
            rotated = replace(self._link, refresh_token=reply.refresh_token)
            await self._persist(rotated)
            self._link = rotated
        return FreshToken(reply.access_token, reply.expires_in)


class Delegation(Protocol):
    """One provider's way for persons to connect their own calendars.

    Raises a ConnectorError, and only that; whatever the admission raises passes through.
    """

    #: What only the person can take back, and where.
    removal: str

    def begin(self, state: str, verifier: str, redirect_uri: str) -> str:
        """Where to send the person. ``state`` comes back as it is; ``verifier`` stays with us (see pkce)."""
        ...

    async def redeem(self, code: str, verifier: str, redirect_uri: str) -> Link:
        """What the person has granted. ScopeTooSmall if it is less than they were asked for."""
        ...

    def grant(self, link: Link, persist: Persist) -> DelegatedGrant:
        """What shows the link to the provider. One link has one grant in the process."""
        ...

    async def revoke(self, link: Link) -> bool:
        """Give back what was granted; False where the provider takes nothing back from us."""
        ...


#: How a provider sends a person back without a code: RFC 6749, section 4.1.2.1, OpenID Connect, and theirs.
_SENT_BACK_ROWS = (
    row("sign_in_needed", Proof.SIGN_IN_NEEDED, "login_required", "interaction_required"),
    row("provider_unavailable", Proof.NOTHING, "server_error", "temporarily_unavailable"),
    row("blocked_by_policy", Proof.GRANT_LOST, "admin_policy_enforced"),
    row(
        "sign_in_refused",
        Proof.OUR_FAULT,
        *("invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope"),
        *("invalid_resource", "invalid_client", "redirect_uri_mismatch", "org_internal"),
    ),
)
_UNKNOWN = row("sign_in_unknown", Proof.UNKNOWN)
_DECLINED = frozenset({"access_denied", "consent_required"})


def sent_back(error: str) -> ConnectorError:
    """What the ``error`` means that a person brings along in place of a code. Anybody can make one up."""
    if error in _DECLINED:
        return ConsentDeclined("consent_declined")
    return (first(_SENT_BACK_ROWS, (error,)) or _UNKNOWN).error()


_: type[Grant] = DelegatedGrant
