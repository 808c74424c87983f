"""The official client as its users build it, but for the hosts and the authority that it trusts."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from azure.identity.aio import CertificateCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_option import RequestOption
from kiota_abstractions.serialization import Parsable
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from kiota_http.middleware.options import RetryHandlerOption
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory
from msgraph_core.tasks.page_iterator import PageIterator

from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.complaints import complaints

ONCE: RequestOption = RetryHandlerOption(max_retries=0)
AT_ONCE: RequestOption = RetryHandlerOption(delay=0)


@dataclass
class Graph:
    """The client, and the bodies of all answers as they came."""

    client: GraphServiceClient
    adapter: GraphRequestAdapter
    answers: list[Any] = field(default_factory=list)

    def checked(self, model: Parsable) -> Parsable:
        """The last answer, once Microsoft's models find nothing wrong with it."""
        assert complaints(model, self.answers[-1]) == []
        return model

    async def items(self, page: Any) -> list[Any]:
        """All items from this page on."""
        found: list[Any] = []

        def took(item: Any) -> bool:
            found.append(item)
            return True

        await PageIterator(page, self.adapter).iterate(took)
        return found

    async def keep(self, response: httpx.Response) -> None:
        await response.aread()
        self.answers.append(response.json() if response.content else None)


def asking(query: Any = None, *options: RequestOption, **headers: str) -> "RequestConfiguration[Any]":
    """What one request asks for beside its path."""
    configuration: RequestConfiguration[Any] = RequestConfiguration(
        query_parameters=query, options=list(options)
    )
    for name, value in headers.items():
        configuration.headers.add(name, value)
    return configuration


@asynccontextmanager
async def connected(sandbox: Sandbox, handout: Handout, tls: ssl.SSLContext) -> AsyncIterator[Graph]:
    credential = CertificateCredential(
        handout.directory_ids[0],
        handout.client_id,
        certificate_path=str(handout.microsoft_file),
        authority=handout.entra_url,
        disable_instance_discovery=True,
        connection_verify=str(handout.authority_file),
    )
    scopes = [f"{handout.graph_url}/.default"]
    # Entered here, since what the factory puts around it does not close it.
    async with credential, httpx.AsyncHTTPTransport(verify=tls) as transport:
        http = httpx.AsyncClient(transport=transport)
        GraphClientFactory.create_with_default_middleware(client=http)
        adapter = GraphRequestAdapter(
            AzureIdentityAuthenticationProvider(credential, scopes=scopes, allowed_hosts=["127.0.0.1"]), http
        )
        adapter.base_url = f"{handout.graph_url}/v1.0"
        graph = Graph(GraphServiceClient(request_adapter=adapter), adapter)
        http.event_hooks = {"response": [graph.keep]}
        yield graph
