import asyncio
import ssl
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msal
import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.sandbox.authority import private_pem
from connectors.sandbox.handout import Handout, write_credentials
from connectors.sandbox.identity import Identity
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider, World
from tests.connectors.sandbox.callers import NOW, WALL_CLOCK, Caller, entra_form, graph_caller, tenant


def _application(handout: Handout, directory_id: str, session: requests.Session) -> Any:
    pem = handout.microsoft_file.read_text()
    return msal.ConfidentialClientApplication(
        handout.client_id,
        authority=f"{handout.entra_url}/{directory_id}",
        client_credential={"private_key": pem, "public_certificate": pem},
        instance_discovery=False,
        http_client=session,
    )


@pytest.fixture
def handout(sandbox: Sandbox, tmp_path: Path) -> Handout:
    return write_credentials(sandbox, tmp_path)


@pytest.fixture
def directory_id(sandbox: Sandbox) -> str:
    return tenant(sandbox, Provider.MICROSOFT).id


async def test_msal_gets_a_token_that_graph_accepts(
    anyone: Caller, handout: Handout, directory_id: str
) -> None:
    def acquire() -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(handout.authority_file)
            application = _application(handout, directory_id, session)
            assert application.authority.tenant == directory_id
            scopes = [f"{handout.graph_url}/.default"]
            taken: dict[str, Any] = application.acquire_token_for_client(scopes)
            return taken

    answer = await asyncio.to_thread(acquire)
    assert answer["expires_in"] == 3599
    assert "refresh_token" not in answer
    rooms = await anyone.holding(answer["access_token"]).get("/graph/v1.0/places/microsoft.graph.room")
    assert rooms.status == 200


async def test_msal_is_told_that_a_tenant_is_unknown(handout: Handout) -> None:
    def construct() -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(handout.authority_file)
            _application(handout, "00000000-0000-4000-8000-000000000000", session)

    with pytest.raises(ValueError, match="authority configuration"):
        await asyncio.to_thread(construct)


async def test_discovery_of_an_unknown_tenant_is_refused(anyone: Caller) -> None:
    answer = await anyone.get("/nowhere/v2.0/.well-known/openid-configuration")
    assert (answer.status, answer.code) == (400, "invalid_tenant")
    assert answer.body["error_codes"] == [90002]
    assert answer.body["error_description"].startswith("AADSTS90002: ")


async def test_the_older_assertion_is_accepted_too(anyone: Caller, directory_id: str) -> None:
    thumbprint = urlsafe_b64encode(anyone.sandbox.identity.certificate.sha1_thumbprint).decode().rstrip("=")
    header = {"alg": "RS256", "x5t": thumbprint, "x5t#S256": None}
    form = entra_form(anyone.sandbox, directory_id, header=header)
    answer = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    assert answer.status == 200


async def test_an_assertion_may_be_padded_and_signed_so(anyone: Caller, directory_id: str) -> None:
    form = entra_form(anyone.sandbox, directory_id)
    padded = [part + "=" * (-len(part) % 4) for part in form["client_assertion"].split(".")]
    key = serialization.load_pem_private_key(anyone.sandbox.identity.certificate.pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert "=" in padded[0] + padded[1]
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    signature = key.sign(".".join(padded[:2]).encode(), salted, hashes.SHA256())
    for last, status in ((urlsafe_b64encode(signature).decode(), 200), (padded[2], 401)):
        form["client_assertion"] = ".".join([*padded[:2], last])
        answer = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
        assert answer.status == status


async def test_an_assertion_may_be_used_again(anyone: Caller, directory_id: str) -> None:
    form = entra_form(anyone.sandbox, directory_id)
    for _ in range(2):
        answer = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
        assert answer.status == 200


@pytest.mark.parametrize(
    ("changed", "status", "code", "number"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "https://graph.microsoft.com/Calendars.Read"}, 400, "invalid_scope", 70011),
        ({"client_id": "another"}, 400, "unauthorized_client", 700016),
        ({"client_assertion_type": ""}, 401, "invalid_client", 7000218),
        ({"client_assertion": "not.a.token"}, 401, "invalid_client", 700027),
        ({"header": {"x5t#S256": "AAAA"}}, 401, "invalid_client", 700027),
        ({"header": {"x5t#S256": None}}, 401, "invalid_client", 700027),
        ({"claims": {"aud": "https://elsewhere.example/token"}}, 401, "invalid_client", 50027),
        ({"claims": {"iss": "another"}}, 401, "invalid_client", 700021),
        ({"claims": {"exp": 1.5}}, 401, "invalid_client", 700024),
        ({"claims": {"exp": "soon"}}, 401, "invalid_client", 700024),
    ],
)
async def test_what_is_wrong_is_refused_by_number(
    anyone: Caller, directory_id: str, changed: dict[str, Any], status: int, code: str, number: int
) -> None:
    form = entra_form(anyone.sandbox, directory_id, **changed)
    answer = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    assert (answer.status, answer.code, answer.body["error_codes"]) == (status, code, [number])


async def test_another_key_signs_for_nobody(anyone: Caller, directory_id: str) -> None:
    key = private_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    form = entra_form(anyone.sandbox, directory_id, key=key)
    answer = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    assert answer.body["error_codes"] == [700027]


async def test_consent_removed_ends_new_tokens_and_empties_old_ones(
    anyone: Caller, directory_id: str
) -> None:
    graph = await graph_caller(anyone)
    anyone.sandbox.world.consent_removed.add(directory_id)
    form = entra_form(anyone.sandbox, directory_id)
    refused = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    assert refused.body["error_codes"] == [700016]
    rooms = await graph.get("/graph/v1.0/places/microsoft.graph.room")
    assert (rooms.status, rooms.code) == (403, "ErrorAccessDenied")


async def test_a_token_lasts_an_hour(world: World, identity: Identity) -> None:
    past = [timedelta()]
    async with Sandbox(world, lambda: NOW, lambda: WALL_CLOCK() + past[0], identity=identity) as sandbox:
        context = ssl.create_default_context(cadata=identity.authority.pem.decode())
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            graph = await graph_caller(Caller(session, sandbox))
            past[0] = timedelta(minutes=59)
            assert (await graph.get("/graph/v1.0/places/microsoft.graph.room")).status == 200
            past[0] = timedelta(minutes=61)
            assert (await graph.get("/graph/v1.0/places/microsoft.graph.room")).status == 401


async def test_graph_refuses_a_token_of_nobody(anyone: Caller) -> None:
    for caller in (anyone, anyone.holding("made-up")):
        answer = await caller.get("/graph/v1.0/places/microsoft.graph.room")
        assert (answer.status, answer.code) == (401, "InvalidAuthenticationToken")
