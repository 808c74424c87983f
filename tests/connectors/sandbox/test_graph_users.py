"""What Graph tells of persons, and to whom."""

import pytest

from connectors.sandbox.directory import AgeGroup, Directory, MinorConsent
from connectors.sandbox.server import Sandbox
from connectors.sandbox.truth import Provider
from tests.connectors.sandbox.callers import Caller, graph_caller, tenant
from tests.connectors.sandbox.persons import linked, persons

ASKED = {"$select": "accountEnabled,legalAgeGroupClassification"}
ME = "/graph/v1.0/me"


def user(name: str) -> str:
    return f"/graph/v1.0/users/{name}"


@pytest.fixture
def directory(sandbox: Sandbox) -> Directory:
    return sandbox.world.directories[tenant(sandbox, Provider.MICROSOFT).id]


@pytest.fixture
async def person(anyone: Caller) -> Caller:
    return anyone.holding((await linked(anyone, "entra"))["access_token"])


@pytest.fixture
async def application(anyone: Caller) -> Caller:
    """With a role that opens accounts."""
    company = tenant(anyone.sandbox, Provider.MICROSOFT)
    anyone.sandbox.world.consents[company.id].roles = ("User.Read.All",)
    return await graph_caller(anyone)


async def test_a_person_reads_their_own_account_and_no_other(person: Caller) -> None:
    own, other = persons(person, "entra")[-1], persons(person, "entra")[1]
    told = (await person.get(ME)).body
    assert (told["id"], told["mail"], "accountEnabled" in told) == (own.id, own.address, False)
    assert (await person.get(user(own.address), ASKED)).body["accountEnabled"] is True
    refused = await person.get(user(other.id), ASKED)
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")


async def test_without_the_scope_a_person_reads_nothing_of_themselves(anyone: Caller) -> None:
    token = (await linked(anyone, "entra", scope="Calendars.ReadBasic openid"))["access_token"]
    refused = await anyone.holding(token).get(ME, ASKED)
    assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")


async def test_an_application_is_nobody_and_needs_its_role(graph: Caller, application: Caller) -> None:
    other = persons(application, "entra")[1]
    assert ((await application.get(ME)).status, (await graph.get(user(other.id))).status) == (400, 403)
    assert (await application.get(user(other.id))).body["userPrincipalName"] == other.address
    missing = await application.get(user("nobody@x.example"))
    assert (missing.status, missing.code) == (404, "Request_ResourceNotFound")
    assert (await application.get(user(other.id), {"$select": "shoeSize"})).status == 400


@pytest.mark.parametrize(
    ("age", "consent", "told"),
    [
        (None, None, None),
        (AgeGroup.ADULT, None, "Adult"),
        (AgeGroup.NOT_ADULT, None, "NotAdult"),
        (AgeGroup.MINOR, None, "MinorWithOutParentalConsent"),
        (AgeGroup.MINOR, MinorConsent.DENIED, "MinorWithOutParentalConsent"),
        (AgeGroup.MINOR, MinorConsent.GRANTED, "MinorWithParentalConsent"),
        (AgeGroup.MINOR, MinorConsent.NOT_REQUIRED, "MinorNoParentalConsentRequired"),
    ],
)
async def test_the_class_of_age_follows_from_age_and_consent(
    person: Caller, directory: Directory, age: AgeGroup | None, consent: MinorConsent | None, told: str | None
) -> None:
    directory.change(persons(person, "entra")[-1].id, age_group=age, minor_consent=consent)
    answer = (await person.get(ME, ASKED)).body
    assert (answer["accountEnabled"], answer["legalAgeGroupClassification"]) == (True, told)


async def test_who_is_deleted_is_found_among_the_deleted_until_they_are_purged(
    application: Caller, directory: Directory
) -> None:
    other = persons(application, "entra")[1]
    bin_ = f"/graph/v1.0/directory/deletedItems/{other.id}"
    assert (await application.get(bin_)).status == 404
    directory.delete(other.address)
    assert (await application.get(user(other.id))).status == 404
    told = (await application.get(bin_)).body
    assert (told["id"], told["deletedDateTime"]) == (other.id, "2027-03-01T09:00:00Z")
    directory.restore(other.id)
    assert [(await application.get(path)).status for path in (user(other.id), bin_)] == [200, 404]
    directory.delete(other.id)
    directory.purge(other.id)
    assert [(await application.get(path)).status for path in (user(other.id), bin_)] == [404, 404]
