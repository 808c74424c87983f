from typing import Any

import pytest
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

from connectors.sandbox.directory import Account, AgeGroup, Directory, Person
from connectors.sandbox.handout import Handout
from connectors.sandbox.server import Sandbox
from tests.conformance.microsoft.client import Graph, asking

PREFER = {"Prefer": "odata.maxpagesize=5"}
SELECTED = ["accountEnabled", "ageGroup", "consentProvidedForMinor", "legalAgeGroupClassification"]


@pytest.fixture(autouse=True)
def directory(sandbox: Sandbox, handout: Handout) -> Directory:
    """With the role that opens it, from before the first token."""
    (directory_id,) = handout.directory_ids
    sandbox.world.consents[directory_id].roles = ("User.Read.All",)
    return sandbox.world.directories[directory_id]


@pytest.fixture
def people(sandbox: Sandbox) -> tuple[Person, ...]:
    return sandbox.world.tenants[0].people


class Round:
    """One round, read to its end: what it told of whom, and the link for the next one."""

    def __init__(self) -> None:
        self.users: dict[str, Any] = {}
        self.removed: dict[str, str] = {}
        self.pages = 0
        self.delta_link = ""

    async def read(self, graph: Graph, page: Any) -> "Round":
        while True:
            self._take(graph.checked(page))
            if page.odata_delta_link:
                self.delta_link = page.odata_delta_link
                return self
            page = await graph.client.users.delta.with_url(page.odata_next_link).get()

    def _take(self, page: Any) -> None:
        self.pages += 1
        for user in page.value:
            if "@removed" in user.additional_data:
                self.removed[user.id] = user.additional_data["@removed"]["reason"]
            else:
                self.users[user.id] = user


def _query(**more: Any) -> Any:
    return DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=SELECTED, **more)


async def test_rounds_tell_everybody_and_then_what_happened(
    graph: Graph, directory: Directory, people: tuple[Person, ...]
) -> None:
    directory.change(people[1].id, age_group=AgeGroup.MINOR)
    page = await graph.client.users.delta.get(asking(_query(), **PREFER))
    first = await Round().read(graph, page)
    assert first.pages > 2
    assert first.users.keys() == {one.id for one in people}
    minor = first.users[people[1].id]
    assert (minor.account_enabled, minor.age_group) == (True, "Minor")
    assert minor.legal_age_group_classification == "MinorWithOutParentalConsent"
    directory.change(people[1].id, is_enabled=False)
    for person in people[2:5]:
        directory.delete(person.id)
    directory.restore(people[2].id)
    directory.purge(people[3].id)
    directory.add(Account(id="new-id", name="New Name", address="new@haldenvoss.example"))
    link = await graph.client.users.delta.with_url(first.delta_link).get()
    second = await Round().read(graph, link)
    assert {key: user.account_enabled for key, user in second.users.items()} == {
        people[1].id: False,
        people[2].id: True,
        "new-id": True,
    }
    assert second.removed == {people[3].id: "deleted", people[4].id: "changed"}
    again = await Round().read(graph, await graph.client.users.delta.with_url(second.delta_link).get())
    assert (again.users, again.removed) == ({}, {})


async def test_a_user_is_told_as_the_models_know_it(graph: Graph, people: tuple[Person, ...]) -> None:
    user = graph.client.users.by_user_id(people[1].id)
    whole: Any = graph.checked(await user.get())
    assert (whole.display_name, whole.account_enabled) == (people[1].name, None)
    query = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=SELECTED)
    chosen: Any = graph.checked(await user.get(asking(query)))
    assert (chosen.account_enabled, chosen.display_name) == (True, None)


async def test_who_is_deleted_is_among_the_deleted(
    graph: Graph, directory: Directory, people: tuple[Person, ...]
) -> None:
    directory.delete(people[1].id)
    with pytest.raises(ODataError) as refused:
        await graph.client.users.by_user_id(people[1].id).get()
    graph.checked(refused.value)
    assert (refused.value.response_status_code, refused.value.error.code) == (404, "Request_ResourceNotFound")
    item = graph.client.directory.deleted_items.by_directory_object_id(people[1].id)
    found: Any = graph.checked(await item.get())
    assert (found.id, found.deleted_date_time) == (people[1].id, directory.clock())


async def test_a_token_that_is_forgotten_is_refused(graph: Graph, sandbox: Sandbox) -> None:
    page: Any = await graph.client.users.delta.get(asking(_query()))
    sandbox.expire_sync_tokens()
    with pytest.raises(ODataError) as refused:
        await graph.client.users.delta.with_url(page.odata_delta_link).get()
    graph.checked(refused.value)
    assert (refused.value.response_status_code, refused.value.error.code) == (400, "syncStateNotFound")
