"""Graph's ``/subscriptions``: made after a handshake with each receiver, renewed, reauthorized, deleted."""

from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import msgspec
from aiohttp import web

from connectors.sandbox.calendar import Clock
from connectors.sandbox.door import Route, json_response
from connectors.sandbox.graph_access import GraphAccess
from connectors.sandbox.graph_subscription import (
    Asked,
    Renewal,
    Subscription,
    Target,
    check,
    granted,
    refused,
    sealed_for,
    target,
)
from connectors.sandbox.graph_subscription_register import Register
from connectors.sandbox.notification_faults import NotificationFaults
from connectors.sandbox.notification_post import Post
from connectors.sandbox.odata import preferences
from connectors.sandbox.refusal import graph_refusal
from connectors.sandbox.truth import Tenant

_HOSTILE = 'Validation: <script>alert("+/%41")</script>\u00e9 &validationToken=x;'


class GraphSubscriptions:
    """Each tenant's token sees the subscriptions that were made with that tenant's tokens."""

    def __init__(
        self,
        access: GraphAccess,
        register: Register,
        post: Post,
        clock: Clock,
        faults: NotificationFaults,
    ) -> None:
        self._access = access
        self._register = register
        self._post = post
        self._now = clock
        self._faults = faults

    def routes(self) -> list[Route]:
        root = "/graph/v1.0/subscriptions"
        one = root + "/{subscription}"
        return [
            Route("graph.subscriptions", "GET", root, self._list),
            Route("graph.subscribe", "POST", root, self._create),
            Route("graph.subscription", "GET", one, self._get),
            Route("graph.renew", "PATCH", one, self._renew),
            Route("graph.unsubscribe", "DELETE", one, self._delete),
            Route("graph.reauthorize", "POST", one + "/reauthorize", self._reauthorize),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        tenant = self._access.tenant(request)
        return json_response({"value": [one.printed() for one in self._register.of(tenant.id)]})

    async def _get(self, request: web.Request) -> web.Response:
        return json_response(self._found(request).printed())

    async def _create(self, request: web.Request) -> web.Response:
        tenant = self._access.tenant(request)
        asked: Asked = await _read(request, Asked)
        aimed = target(asked)
        check(asked, aimed)
        rich = asked.include_resource_data
        until = granted(asked.expiration_date_time, aimed, self._now(), rich=rich)
        user, address = self._named(request, aimed, tenant)
        new = Subscription(
            id=str(uuid4()),
            tenant=tenant.id,
            asked=asked,
            target=aimed,
            user=user,
            address=address,
            until=until,
            immutable_ids=preferences(request).immutable_ids,
            receiver=sealed_for(asked) if rich else None,
        )
        # While the client still waits for its answer, and twice where both URLs are one.
        for url in (asked.notification_url, asked.lifecycle_notification_url):
            if url is not None:
                await self._shake_hands(url)
        self._register.add(new)
        return json_response(new.printed(), status=201)

    async def _renew(self, request: web.Request) -> web.Response:
        found = self._found(request)
        asked: Renewal = await _read(request, Renewal)
        if asked.expiration_date_time is not None:
            rich = found.receiver is not None
            found.until = granted(asked.expiration_date_time, found.target, self._now(), rich=rich)
        if asked.encryption_certificate is not None or asked.encryption_certificate_id is not None:
            found.receiver = sealed_for(asked)
            found.asked = msgspec.structs.replace(
                found.asked, encryption_certificate_id=asked.encryption_certificate_id
            )
        self._resume(request, found)
        found.warned = None
        withheld = {"clientState": None} if self._faults.take("subscription-state-withheld") else {}
        return json_response(found.printed() | withheld)

    async def _reauthorize(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if self._faults.take("subscription-reauthorize-forbidden"):
            raise graph_refusal(
                403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
            )
        self._resume(request, found)
        # Raised past the door, which compresses what it is handed, and nothing cannot be compressed.
        raise web.HTTPNoContent

    async def _delete(self, request: web.Request) -> web.Response:
        self._register.drop(self._found(request))
        raise web.HTTPNoContent

    def _found(self, request: web.Request) -> Subscription:
        tenant = self._access.tenant(request)
        return self._register.find(tenant.id, request.match_info["subscription"])

    def _named(self, request: web.Request, aimed: Target, tenant: Tenant) -> tuple[str | None, str | None]:
        """The directory id of who is named, and for events the mailbox's address."""
        if not aimed.of_events:
            self._access.users(request)
            return aimed.user and self._access.account(request, aimed.user).id, None
        address = self._access.named(request, str(aimed.user)).calendar.address
        if self._faults.take("subscription-forbidden"):
            raise graph_refusal(403, "ErrorAccessDenied", "Access to OData is disabled.")
        account = self._access.accounts(tenant).find(address)
        return _place_id(tenant, address) if account is None else account.id, address

    def _resume(self, request: web.Request, found: Subscription) -> None:
        """Go on, if the token still opens the mailbox."""
        if found.address is not None:
            self._access.named(request, found.address)
        found.paused = False

    async def _shake_hands(self, url: str) -> None:
        """Refuse unless the receiver answers in time with the token, decoded, as plain text."""
        hostile = self._faults.take("handshake-hostile-token")
        token = _HOSTILE if hostile else f"Validation: Testing client application reachability {uuid4()}"
        asking = f"{url}{'&' if '?' in url else '?'}validationToken={quote_plus(token)}"
        answer = await self._post.send(asking, {"Content-Type": "text/plain; charset=utf-8"})
        if answer.status != 200 or answer.is_late:  # noqa: PLR2004  other 2xx do not count here
            message = "Notification endpoint must respond with 200 OK to validation request."
            raise refused(f"Subscription validation request failed. {message}")
        if (answer.content_type, answer.text) != ("text/plain", token):
            message = "HTTP response must contain the decoded validation token as plain text."
            raise refused(f"Subscription validation request failed. {message}")


def _place_id(tenant: Tenant, address: str) -> str:
    return next(place.id for place in tenant.resources if place.address == address)


async def _read(request: web.Request, kind: Any) -> Any:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError:
        raise refused("The body is not a subscription of this service.") from None
