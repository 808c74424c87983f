"""What provisioning jobs speak: SCIM 2.0 to one receiver on this machine, with its token."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from connectors.sandbox.notification_post import Post

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Reply(NamedTuple):
    """What came back; ``body`` is empty where there was none."""

    status: int
    body: dict[str, Any]

    @property
    def is_success(self) -> bool:
        return self.status // 100 == 2  # noqa: PLR2004  the class of 2xx


class ScimClient:
    """``asked`` holds every request, method and path, as it was sent."""

    def __init__(self, post: Post, url: str, token: str) -> None:
        self.asked: list[tuple[str, str]] = []
        self.token = token
        self._post = post
        self._url = url

    async def find(self, attribute: str, value: str, **page: int) -> str | None:
        """The id of the one user whose attribute is this."""
        found = await self.list(filter=f"{attribute} eq {msgspec.json.encode(value).decode()}", **page)
        users = found.body.get("Resources") or []
        return users[0]["id"] if len(users) == 1 else None

    async def list(self, **query: str | int) -> Reply:
        return await self.send("GET", f"/Users?{urlencode(query)}")

    async def patch(self, user_id: str, *operations: dict[str, Any]) -> Reply:
        return await self.send("PATCH", f"/Users/{user_id}", {"schemas": [PATCH], "Operations": operations})

    async def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Reply:
        """Send once."""
        self.asked.append((method, path))
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/scim+json",
            "Content-Type": "application/scim+json; charset=utf-8",
        }
        sent = b"" if body is None else msgspec.json.encode(body)
        answer = await self._post.send(f"{self._url}{path}", headers, sent, method=method)
        return Reply(answer.status, msgspec.json.decode(answer.text) if answer.text else {})
