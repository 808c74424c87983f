from typing import Any

import pytest

from connectors.sandbox.server import Sandbox
from tests.conformance.google.client import Google
from tests.connectors.sandbox.discovery import directory


@pytest.mark.parametrize(("collection", "rows"), [("calendars", "items"), ("buildings", "buildings")])
async def test_the_directory_comes_page_by_page(google: Google, collection: str, rows: str) -> None:
    listed: Any = getattr(google.directory.resources(), collection)()
    pages = await google.pages(listed, listed.list(customer="my_customer", maxResults=2))
    assert len(pages) > 1
    assert [page for page in pages if directory().complaints(page, f"resources.{collection}.list")] == []
    assert (
        len({row["etags" if rows == "items" else "buildingId"] for page in pages for row in page[rows]}) > 2
    )


async def test_every_place_is_told(google: Google, sandbox: Sandbox) -> None:
    listed = google.directory.resources().calendars()
    (page,) = await google.pages(listed, listed.list(customer="my_customer"))
    told = {row["resourceEmail"] for row in page["items"]}
    assert told == {place.address for place in sandbox.world.tenants[1].resources}
