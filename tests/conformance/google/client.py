"""The official client as its users build it, but for the hosts and the authority that it trusts."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httplib2
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build

from connectors.sandbox.handout import Handout
from tests.connectors.sandbox.callers import AUDIT, DIRECTORY, READING, USERS


class Google:
    """All services, with a token for some scopes; it is fetched when it is first needed."""

    def __init__(self, handout: Handout, *scopes: str) -> None:
        tenant = next(one for one in handout.tenants if one.id in handout.customer_ids)
        self.credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]  # the library has no type for it
            handout.google_file, scopes=scopes or (READING, DIRECTORY, USERS, AUDIT), subject=tenant.read_as
        )
        self.http = AuthorizedHttp(self.credentials, httplib2.Http(ca_certs=str(handout.authority_file)))
        self.calendar = self._service("calendar", "v3", f"{handout.google_url}/calendar/v3/")
        self.directory = self._service("admin", "directory_v1", handout.google_url)
        self.reports = self._service("admin", "reports_v1", handout.google_url)

    async def ask(self, request: Any, *, retries: int = 0) -> Any:
        """What a request answers; between retries no time passes."""
        request._rand = lambda: 0.0
        return await asyncio.to_thread(request.execute, num_retries=retries)

    async def pages(self, collection: Any, request: Any) -> list[Any]:
        """All pages from a first request on."""
        found = []
        while request is not None:
            found.append(await self.ask(request))
            request = collection.list_next(request, found[-1])
        return found

    def _service(self, name: str, version: str, url: str) -> Any:
        options = {"api_endpoint": url}
        return build(name, version, http=self.http, static_discovery=True, client_options=options)


@contextmanager
def connected(handout: Handout, *scopes: str) -> Iterator[Google]:
    google = Google(handout, *scopes)
    with closing(google.http):
        yield google
