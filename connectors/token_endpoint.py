"""A token endpoint as it is asked on behalf of persons: codes and refresh tokens, RFC 6749."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Annotated

import msgspec

from connectors.errors import ConnectorError, ScopeTooSmall, Unreachable
from connectors.raw import Hidden
from connectors.transport import Answer, Transport

#: No token and no set of them is longer; an answer that is, is none.
REPLY_BYTES_MAX = 64 * 2**10

#: What may stand in a header. RFC 6749, appendix A.12.
_Shown = Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]+\Z")]


class TokenReply(Hidden, frozen=True):
    """What is read of an answer. Without ``scope``, what was asked for was given."""

    access_token: _Shown
    expires_in: int = 0
    refresh_token: str = ""
    scope: str | None = None
    id_token: str = ""


class TokenEndpoint:
    """Asks for ``scopes``; the first is the calendar's, without which nothing else is of use.

    ``authentication`` makes the members of a form that show who asks. ``refusal`` reads an error, and
    ``family`` begins the codes of ours. Raises what ``refusal`` finds, ScopeTooSmall, Throttled, Unreachable.
    """

    def __init__(
        self,
        transport: Transport,
        url: str,
        *,
        scopes: tuple[str, ...],
        family: str,
        authentication: Callable[[], Awaitable[Mapping[str, str]]],
        refusal: Callable[[Answer], ConnectorError],
    ) -> None:
        self._transport = transport
        self._url = url
        self._scopes = scopes
        self._family = family
        self._authentication = authentication
        self._refusal = refusal

    async def redeem(self, code: str, verifier: str, redirect_uri: str) -> TokenReply:
        """What a code is good for. It is sent once: a second time would prove it stolen."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        reply = await self._reply(form, repeatable=False)
        if not reply.refresh_token:
            raise ScopeTooSmall(f"{self._family}_offline_scope_missing")
        if not reply.id_token:
            raise ScopeTooSmall(f"{self._family}_openid_scope_missing")
        return reply

    async def refresh(self, refresh_token: str) -> TokenReply:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "scope": " ".join(self._scopes),
        }
        return await self._reply(form, repeatable=True)

    def granted(self, reply: TokenReply) -> frozenset[str]:
        return frozenset(self._scopes if reply.scope is None else reply.scope.split())

    def covers(self, reply: TokenReply, scope: str) -> bool:
        return _bare(scope) in map(_bare, self.granted(reply))

    async def _reply(self, form: Mapping[str, str], *, repeatable: bool) -> TokenReply:
        shown = {**form, **await self._authentication()}
        answer = await self._transport.post_form(self._url, shown, repeatable=repeatable)
        if answer.status != HTTPStatus.OK:
            raise self._refusal(answer)
        reply = self._read(answer.body)
        if not self.covers(reply, self._scopes[0]):
            raise ScopeTooSmall(f"{self._family}_calendar_scope_missing")
        return reply

    def _read(self, body: bytes) -> TokenReply:
        try:
            return msgspec.json.decode(body, type=TokenReply, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        raise Unreachable(f"{self._family}_unreadable")


def _bare(scope: str) -> str:
    """Entra names a scope with the resource before it or without, and means the same."""
    return scope.rpartition("/")[2]
