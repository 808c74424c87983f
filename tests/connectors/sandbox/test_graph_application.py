"""What Graph tells an application of itself, and which tokens one gets that is held back."""

import pytest

from connectors.sandbox.consent import Consent
from connectors.sandbox.credentials import CLIENT_ID
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import Caller, entra_form, tenant
from tests.connectors.sandbox.persons import linked

SELECTED = {"$select": "accountEnabled,disabledByMicrosoftStatus"}
BLOCKED = "DisabledDueToViolationOfServicesAgreement"


def own(application: str = CLIENT_ID) -> str:
    return f"/graph/v1.0/servicePrincipals(appId='{application}')"


@pytest.fixture
def consent(graph: Caller) -> Consent:
    return graph.sandbox.world.consents[tenant(graph.sandbox, Provider.MICROSOFT).id]


async def test_an_application_sees_itself_without_any_role_and_nothing_else(
    anyone: Caller, graph: Caller, consent: Consent
) -> None:
    consent.roles = ()
    answer = await graph.get(own(), SELECTED)
    context = answer.body.pop("@odata.context")
    assert context.endswith("#servicePrincipals/$entity")
    assert answer.body == {"accountEnabled": True, "disabledByMicrosoftStatus": None}
    assert (await graph.get(own())).body["appId"] == CLIENT_ID
    for refused in (await graph.get(own("another")), await anyone.get(own())):
        assert refused.status in {401, 403}
    assert (await graph.get(own(), {"$select": "shoeSize"})).code == "BadRequest"
    person = anyone.holding((await linked(anyone, "entra"))["access_token"])
    assert (await person.get(own())).code == "Authorization_RequestDenied"


@pytest.mark.parametrize(("enabled", "blocked"), [(False, False), (True, True)])
async def test_one_that_is_held_back_keeps_its_token_and_gets_no_other(
    anyone: Caller, graph: Caller, consent: Consent, *, enabled: bool, blocked: bool
) -> None:
    consent.is_enabled, consent.is_blocked = enabled, blocked
    told = (await graph.get(own(), SELECTED)).body
    assert (told["accountEnabled"], told["disabledByMicrosoftStatus"]) == (
        enabled,
        BLOCKED if blocked else None,
    )
    directory_id = tenant(anyone.sandbox, Provider.MICROSOFT).id
    form = entra_form(anyone.sandbox, directory_id)
    refused = await anyone.post(f"/{directory_id}/oauth2/v2.0/token", data=form)
    assert (refused.status, refused.body["error_codes"]) == (400, [7000112])


async def test_one_that_was_deleted_is_not_known(graph: Caller) -> None:
    graph.sandbox.world.consent_removed.add(tenant(graph.sandbox, Provider.MICROSOFT).id)
    refused = await graph.get(own(), SELECTED)
    assert (refused.status, refused.code) == (401, "Authorization_IdentityNotFound")
