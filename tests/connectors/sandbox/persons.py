"""Small clients of sign-in: what a browser, and then a client's server, does with the stand-ins."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet
from yarl import URL

from connectors.sandbox.directory import Person
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import (
    REDIRECT_URI,
    VERIFIER,
    Answer,
    Caller,
    entra_form,
    sign_in_query,
    tenant,
)

AUTHORIZE = {"entra": "/common/oauth2/v2.0/authorize", "google": "/google/o/oauth2/v2/auth"}
PROVIDERS = {"entra": Provider.MICROSOFT, "google": Provider.GOOGLE}


def persons(caller: Caller, family: str) -> tuple[Person, ...]:
    return tenant(caller.sandbox, PROVIDERS[family]).people


async def sent(caller: Caller, family: str, **changed: str | None) -> Answer:
    """What is answered to a person who is sent to sign in."""
    query = sign_in_query(caller.sandbox, family, **changed)
    url = URL(f"{caller.sandbox.url}{AUTHORIZE[family]}?{query}", encoded=True)
    return await caller.send("GET", str(url), allow_redirects=False)


async def brought(caller: Caller, family: str, **changed: str | None) -> dict[str, str]:
    """What the person brings along when they come back."""
    answer = await sent(caller, family, **changed)
    assert answer.status == 302
    back = URL(answer.headers["Location"])
    assert str(back).startswith(REDIRECT_URI)
    return {name: value for name, value in back.query.items() if name != "of"}


async def code(caller: Caller, family: str, **changed: str | None) -> str:
    return (await brought(caller, family, **changed))["code"]


async def redeemed(caller: Caller, family: str, code: str, **changed: str) -> Answer:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    return await asked(caller, family, **(form | changed))


async def refreshed(caller: Caller, family: str, refresh_token: str, **changed: str) -> Answer:
    return await asked(caller, family, grant_type="refresh_token", refresh_token=refresh_token, **changed)


async def linked(caller: Caller, family: str, **changed: str | None) -> dict[str, Any]:
    """The tokens of a person who consents."""
    answer = await redeemed(caller, family, await code(caller, family, **changed))
    assert answer.status == 200
    tokens: dict[str, Any] = answer.body
    return tokens


async def asked(caller: Caller, family: str, **form: str) -> Answer:
    """The token endpoint's answer to a client that shows who it is."""
    if family == "entra":
        shown = entra_form(caller.sandbox, "common", scope="")
        return await caller.post("/common/oauth2/v2.0/token", data=shown | form)
    client = caller.sandbox.identity.web_client
    shown = {"client_id": client.id, "client_secret": client.secret}
    return await caller.post("/google/token", data=shown | form)


async def signed_in(caller: Caller, family: str, id_token: str) -> dict[str, Any]:
    """The claims of an id_token that one of the provider's keys has signed."""
    path = {"entra": "/common/discovery/v2.0/keys", "google": "/google/oauth2/v3/certs"}[family]
    keys = KeySet.import_key_set((await caller.get(path)).body)
    return jwt.decode(id_token, keys, algorithms=["RS256"]).claims
