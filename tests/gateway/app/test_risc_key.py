"""The key that arranges for what Google tells of accounts: looked at before anything depends on it."""

import json
from pathlib import Path

import aiohttp
import pytest
from joserfc import jwt

from connectors.google.delegation import client_id
from connectors.sandbox.identity import Identity
from gateway.app.providers.credentials import read_risc_key
from gateway.app.signals.asking import HostAsker, NotAnswered
from gateway.clock import system_clock
from gateway.errors import ConfigurationError

AUDIENCE = "https://risc.googleapis.com/google.identity.risc.v1beta.RiscManagementService"
URL = "https://google.example"


def test_it_signs_by_itself_for_an_hour(identity: Identity, tmp_path: Path) -> None:
    key = read_risc_key(written(tmp_path, identity), identity.web_client.file(URL))
    token = jwt.decode(key.token(), identity.account.public_key, algorithms=["RS256"])
    claims, email = token.claims, identity.account.email
    assert (claims["iss"], claims["sub"], claims["aud"]) == (email, email, AUDIENCE)
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - system_clock()().timestamp()) < 60
    assert token.header == {"alg": "RS256", "typ": "JWT", "kid": identity.account.key_id}


def test_one_of_another_project_is_refused(identity: Identity, tmp_path: Path) -> None:
    client = identity.web_client.file(URL)
    with pytest.raises(ConfigurationError, match="are of two projects") as refused:
        read_risc_key(written(tmp_path, identity, project_id="another"), client)
    assert "another" not in str(refused.value).replace("another application", "")
    unsaid = json.loads(client)
    del unsaid["web"]["project_id"]
    read_risc_key(written(tmp_path, identity), json.dumps(unsaid).encode())


@pytest.mark.parametrize("changes", [{"private_key": "none"}, {"client_email": None}, {"private_key_id": 7}])
def test_what_is_no_key_is_refused_without_a_word_of_it(
    identity: Identity, tmp_path: Path, changes: dict[str, object]
) -> None:
    path = written(tmp_path, identity, **changes)
    with pytest.raises(
        ConfigurationError, match=r"risc_key_file .* is no key of a service account"
    ) as refused:
        read_risc_key(path, identity.web_client.file(URL))
    assert refused.value.__cause__ is None


def written(folder: Path, identity: Identity, **changes: object) -> str:
    """Its file, changed."""
    path, content = folder / "risc.json", json.loads(identity.account.file("https://x.example/token"))
    kept = {name: value for name, value in (content | changes).items() if value is not None}
    path.write_text(json.dumps(kept))
    return str(path)


def test_tokens_are_for_our_client(identity: Identity) -> None:
    assert client_id(identity.web_client.file(URL)) == identity.web_client.id


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://accounts.example/",
            "https://accounts.example.evil.example/",
            "https://accounts.example:444/",
        ),
        *(
            "https://me:secret@accounts.example/",
            "accounts.example",
            "https://[",
            "",
            "https://other.example/",
        ),
    ],
)
async def test_none_but_the_hosts_that_are_named_are_asked(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        asker = HostAsker(session, ["https://accounts.example/"])
        with pytest.raises(NotAnswered) as refused:
            await asker.get(address, "a token")
    assert refused.value.code == "elsewhere"
