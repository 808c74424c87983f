"""Odd pages lead to the same round as plain ones."""

from typing import Any

import pytest

from tests.connectors.sandbox.fault_scenes import Shown, Stage

SCENES = ("graph.view", "graph.delta", "graph.places", "google.events", "google.resources")


async def _walk(stage: Stage, scene: str, pages_max: int = 8) -> list[Shown]:
    """All pages of a round, or the first few."""
    pages = [await stage.ask(scene)]
    while len(pages) < pages_max:
        body = pages[-1].body
        if "@odata.nextLink" in body:
            pages.append(await stage.get("graph", body["@odata.nextLink"]))
        elif "nextPageToken" in body:
            path = stage._paths[scene]
            sign = "&" if "?" in path else "?"
            pages.append(await stage.get("google", f"{path}{sign}pageToken={body['nextPageToken']}"))
        else:
            break
    return pages


def _ids(pages: list[Shown]) -> list[Any]:
    return [item.get("id", item.get("resourceId")) for page in pages for item in page.items]


def _cursors(page: Shown) -> Any:
    return [page.body.get(name) for name in ("@odata.deltaLink", "nextSyncToken")]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("name", ["empty-page", "short-pages", "duplicate-item"])
async def test_two_pages_tell_what_one_told(stage: Stage, scene: str, name: str) -> None:
    usual = await stage.ask(scene)
    stage.sandbox.faults.ask(f"{scene.partition('.')[0]}.{name}")
    pages = await _walk(stage, scene)
    assert len(pages) == 2
    ids, once = _ids(pages), _ids([usual])
    assert sorted({*ids}) == sorted(once)
    assert len(ids) - len(once) == (1 if name == "duplicate-item" else 0)
    assert _cursors(pages[-1]) == _cursors(usual)


@pytest.mark.parametrize("scene", SCENES)
async def test_pages_without_end_say_the_same_under_new_tokens(stage: Stage, scene: str) -> None:
    usual = await stage.ask(scene)
    stage.sandbox.faults.ask(f"{scene.partition('.')[0]}.endless-pages@1-1")
    pages = await _walk(stage, scene)
    assert len(pages) == 8
    assert all(_ids([page]) == _ids([usual]) for page in pages)
    links = {page.body.get("@odata.nextLink", page.body.get("nextPageToken")) for page in pages}
    assert len(links) == 8


async def test_what_is_removed_on_the_second_page_was_told_on_the_first(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.updated-then-removed")
    first, second = await _walk(stage, "graph.delta")
    assert second.items[0]["@removed"] == {"reason": "deleted"}
    assert second.items[0]["id"] in _ids([first])
    assert "@odata.deltaLink" in second.body


async def test_a_cursor_with_an_odd_query_still_leads_on(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.delta-link-query")
    cursor = (await stage.ask("graph.delta")).body["@odata.deltaLink"]
    assert (await stage.get("graph", cursor)).status == 200


async def test_a_link_to_a_mailbox_of_another_tenant_opens_nothing(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.link-other-tenant")
    link = (await stage.ask("graph.delta")).body["@odata.deltaLink"]
    assert (await stage.get("graph", link)).status == 404


async def test_odd_pages_may_be_ordered_together(stage: Stage) -> None:
    usual = await stage.ask("graph.view")
    for name in ("graph.empty-page", "graph.short-pages"):
        stage.sandbox.faults.ask(name)
    assert _ids(await _walk(stage, "graph.view")) == _ids([usual])


async def test_desks_become_persons_and_rooms_do_not(stage: Stage) -> None:
    stage.sandbox.faults.ask("graph.desks-assigned")
    rooms = await stage.ask("graph.places")
    desks = await stage.get("graph", "/graph/v1.0/places/microsoft.graph.desk")
    assert all("mode" not in room for room in rooms.items)
    modes = {desk["mode"]["@odata.type"] for desk in desks.items}
    assert modes <= {"#microsoft.graph.assignedPlaceMode"}
