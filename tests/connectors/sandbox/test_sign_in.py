"""What both stand-ins do alike when a person signs in and a client redeems what they bring."""

from typing import Any

import pytest

from connectors.sandbox.consent import Ending
from tests.connectors.sandbox.callers import STATE, Caller
from tests.connectors.sandbox.persons import (
    PROVIDERS,
    brought,
    code,
    linked,
    persons,
    redeemed,
    refreshed,
    sent,
    signed_in,
)


@pytest.fixture(params=PROVIDERS)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_person_is_sent_back_at_once(anyone: Caller, family: str) -> None:
    assert (await brought(anyone, family)).keys() == {"code", "state"}
    assert (await brought(anyone, family))["state"] == STATE


async def test_the_hint_says_who_signs_in_and_else_the_last_one_does(anyone: Caller, family: str) -> None:
    hinted, last = persons(anyone, family)[3], persons(anyone, family)[-1]
    for who, hint in ((hinted, hinted.address.upper()), (last, None)):
        told = await signed_in(anyone, family, (await linked(anyone, family, login_hint=hint))["id_token"])
        assert told["oid" if family == "entra" else "sub"] == who.id
        assert told["nonce"] == "nonce"
        assert who.address not in str(told)


async def test_whoever_declines_brings_an_error(anyone: Caller, family: str) -> None:
    anyone.sandbox.world.personal(persons(anyone, family)[-1].address).declines = True
    back = await brought(anyone, family)
    assert (back["error"], back["state"], "code" in back) == ("access_denied", STATE, False)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "Mail.Read"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
    ],
)
async def test_a_client_that_asks_wrongly_is_told_by_way_of_the_person(
    anyone: Caller, family: str, changed: dict[str, str | None], error: str
) -> None:
    assert (await brought(anyone, family, **changed))["error"] == error


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"redirect_uri": None},
        {"redirect_uri": "http://elsewhere.example/back"},
        {"redirect_uri": "http://127.0.0.1.elsewhere.example/back"},
        {"login_hint": "nobody@nowhere.example"},
    ],
)
async def test_nobody_is_sent_where_they_may_not_go(
    anyone: Caller, family: str, changed: dict[str, str | None]
) -> None:
    answer = await sent(anyone, family, **changed)
    assert (answer.status // 100, "Location" in answer.headers) == (4, False)


async def test_a_code_is_redeemed_once(anyone: Caller, family: str) -> None:
    given = await code(anyone, family)
    assert (await redeemed(anyone, family, given)).status == 200
    again = await redeemed(anyone, family, given)
    assert (again.status, again.code) == (400, "invalid_grant")
    assert family == "google" or again.body["error_codes"] == [54005]


@pytest.mark.parametrize(
    ("changed", "number", "words"),
    [
        ({"code_verifier": "w" * 43}, 501481, "verifier"),
        ({"code_verifier": ""}, 501481, "verifier"),
        ({"redirect_uri": "https://gateway.example/connected"}, 500112, "Bad Request"),
        ({"code": "made up"}, 70008, "Malformed"),
    ],
)
async def test_a_code_is_only_for_who_asked_for_it(
    anyone: Caller, family: str, changed: dict[str, str], number: int, words: str
) -> None:
    form = {"code": await code(anyone, family)} | changed
    answer = await redeemed(anyone, family, **form)
    assert answer.status == 400
    if family == "entra":
        assert answer.body["error_codes"] == [number]
    else:
        assert words in answer.body["error_description"]


async def test_a_client_has_to_show_who_it_is(anyone: Caller, family: str) -> None:
    given = await code(anyone, family)
    shown = {"client_secret": "guessed"} if family == "google" else {"client_assertion": "forged"}
    answer = await redeemed(anyone, family, given, **shown)
    assert (answer.status, answer.code) == (401, "invalid_client")


async def test_scopes_may_be_left_out_without_a_word(anyone: Caller, family: str) -> None:
    consent = anyone.sandbox.world.personal(persons(anyone, family)[-1].address)
    everything: list[str] = (await linked(anyone, family))["scope"].split()
    consent.withheld = frozenset(everything) - {"openid"}
    assert (await linked(anyone, family))["scope"] == "openid"


async def test_a_refresh_may_ask_for_less_and_never_for_more(anyone: Caller, family: str) -> None:
    held: str = (await linked(anyone, family))["refresh_token"]
    less = await refreshed(anyone, family, held, scope="openid")
    assert (less.status, less.body["scope"]) == (200, "openid")
    more = await refreshed(anyone, family, held, scope="openid email Mail.Read")
    assert (more.status, "access_token" in more.body) == (400, False)


@pytest.mark.parametrize("ending", Ending)
async def test_what_has_ended_is_refused_until_they_sign_in_anew(
    anyone: Caller, family: str, ending: Ending
) -> None:
    held: str = (await linked(anyone, family))["refresh_token"]
    consent = anyone.sandbox.world.personal(persons(anyone, family)[-1].address)
    consent.end(ending)
    assert (await refreshed(anyone, family, held)).status == 400
    if consent.has_account:
        new: str = (await linked(anyone, family))["refresh_token"]
        assert (await refreshed(anyone, family, new)).status == 200
    else:
        assert (await sent(anyone, family)).status == 400
    assert (await refreshed(anyone, family, held)).status == 400


async def test_an_admin_may_end_it_for_all(anyone: Caller, family: str) -> None:
    held: str = (await linked(anyone, family))["refresh_token"]
    anyone.sandbox.world.consent_removed |= {one.id for one in anyone.sandbox.world.tenants}
    assert (await refreshed(anyone, family, held)).code in {"unauthorized_client", "admin_policy_enforced"}


async def test_a_consumer_belongs_to_no_organization(anyone: Caller, family: str) -> None:
    consent = anyone.sandbox.world.personal(persons(anyone, family)[-1].address)
    claims: list[dict[str, Any]] = []
    for consent.is_consumer in (False, True):
        claims.append(await signed_in(anyone, family, (await linked(anyone, family))["id_token"]))
    assert [claim.get("hd") for claim in claims] == (
        [None] * 2 if family == "entra" else ["kestrel.example", None]
    )
    if family == "entra":
        assert claims[1]["tid"] == "9188040d-6c67-4c5b-b112-36a304b66dad" != claims[0]["tid"]
        assert all(claim["iss"].endswith(f"/{claim['tid']}/v2.0") for claim in claims)
