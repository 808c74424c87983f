import asyncio
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential

from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.client import Graph


def _credential(handout: Handout, **others: Any) -> CertificateCredential:
    return CertificateCredential(
        handout.directory_ids[0],
        handout.client_id,
        certificate_path=str(handout.microsoft_file),
        authority=handout.entra_url,
        disable_instance_discovery=True,
        connection_verify=str(handout.authority_file),
        **others,
    )


@pytest.mark.parametrize("how", [{}, {"send_certificate_chain": True}])
async def test_a_credential_gets_a_token_and_keeps_it(
    sandbox: Sandbox, handout: Handout, how: dict[str, Any]
) -> None:
    def taken() -> list[Any]:
        with _credential(handout, **how) as credential:
            return [credential.get_token(f"{handout.graph_url}/.default") for _ in range(2)]

    first, second = await asyncio.to_thread(taken)
    assert first.token == second.token
    assert sandbox.requests["entra.token"] == 1


@pytest.mark.parametrize("number", [700016, 7000112])
async def test_a_refusal_is_told_by_its_number(sandbox: Sandbox, handout: Handout, number: int) -> None:
    def refused() -> str:
        with _credential(handout) as credential, pytest.raises(ClientAuthenticationError) as error:
            credential.get_token(f"{handout.graph_url}/.default")
        return str(error.value)

    sandbox.faults.ask(f"entra.aadsts{number}")
    assert f"AADSTS{number}" in await asyncio.to_thread(refused)


async def test_a_token_serves_for_many_requests(graph: Graph, sandbox: Sandbox) -> None:
    for _ in range(3):
        await graph.client.places.graph_room.get()
    assert (sandbox.requests["entra.token"], sandbox.requests["graph.places"]) == (1, 3)
