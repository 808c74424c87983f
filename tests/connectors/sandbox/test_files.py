import json
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.sandbox.directory import Person
from connectors.sandbox.errors import WorldError
from connectors.sandbox.files import load_world
from connectors.sandbox.truth import Mode, Provider, ResourceKind, World
from connectors.sandbox.world_file import ResourceTable, TenantTable, WorldTable
from tests.connectors.sandbox.callers import IMMUTABLE, Caller

EXAMPLE = Path(__file__).parents[3] / "config" / "worlds" / "example"
PRIVATE = "Zdzisława Secret"

TENANT = """
now = 2027-03-01T10:00:00+01:00
[[tenant]]
name = "Halden"
provider = "microsoft"
zone = "Europe/Berlin"
directory_id = "d1"
[[tenant.person]]
id = "p1"
name = "Ada"
address = "ada@halden.example"
[[tenant.resource]]
id = "r1"
kind = "room"
name = "Heron"
address = "heron@halden.example"
events = "heron.json"
"""
EVENT = {
    "id": "1",
    "type": "singleInstance",
    "subject": PRIVATE,
    "start": {"dateTime": "2027-03-01T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2027-03-01T10:00:00.0000000", "timeZone": "UTC"},
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a world of one room."""

    def written(toml: str = TENANT, events: str | bytes = "[]") -> Path:
        (tmp_path / "world.toml").write_text(toml)
        (tmp_path / "heron.json").write_bytes(events.encode() if isinstance(events, str) else events)
        return tmp_path

    return written


@pytest.fixture
def world() -> World:
    return load_world(EXAMPLE)


def test_the_example_is_a_world(world: World) -> None:
    microsoft, google = world.tenants
    assert (microsoft.provider, google.provider) == (Provider.MICROSOFT, Provider.GOOGLE)
    assert (microsoft.id[-4:], google.id) == ("0001", "C0example1")
    assert microsoft.resources[1].mode is Mode.ASSIGNED
    assert world.now.isoformat() == "2027-03-01T09:00:00+00:00"
    assert len(world.calendar("HERON@haldenvoss.example").events) == 3
    assert len(world.calendar("tern@resource.kestrel.example").events) == 3


async def test_the_example_is_served_by_graph(graph: Caller) -> None:
    view = "/graph/v1.0/users/heron@haldenvoss.example/calendar/calendarView"
    window = {"startDateTime": "2027-03-01", "endDateTime": "2027-04-01"}
    answer = await graph.get(view, window, IMMUTABLE)
    first, occurrence, _ = answer.body["value"]
    assert first["start"] == {"dateTime": "2027-03-02T08:00:00.0000000", "timeZone": "UTC"}
    master = f"/graph/v1.0/users/heron@haldenvoss.example/events/{occurrence['seriesMasterId']}"
    missing = await graph.get(master, prefer=IMMUTABLE)
    assert (missing.status, missing.code) == (404, "ErrorItemNotFound")


async def test_the_example_is_served_by_google(google: Caller) -> None:
    events = "/google/calendar/v3/calendars/tern@resource.kestrel.example/events"
    answer = await google.get(events, {"singleEvents": "true"})
    assert [item["id"] for item in answer.body["items"]] == ["0ternday1example", "0ternsingle1example"]


@pytest.mark.parametrize(
    "document",
    [
        [EVENT, EVENT | {"id": "2"}],
        {"value": [EVENT, EVENT | {"id": "2"}]},
        {"items": [EVENT, EVENT | {"id": "2"}]},
        [{"value": [EVENT]}, {"value": [EVENT | {"id": "2"}]}],
        [{"value": [EVENT]}, {"value": [EVENT | {"id": "2"}, EVENT, {"id": "3", "@removed": {}}]}],
    ],
)
def test_lists_pages_and_lists_of_pages_are_read(write: Write, document: object) -> None:
    world = load_world(write(events=json.dumps(document)))
    assert set(world.calendar("heron@halden.example").events) == {"1", "2"}


def test_what_is_odd_in_an_event_is_served_as_it_is(write: Write) -> None:
    odd = EVENT | {"start": {"timeZone": "Moon"}, "subject": "\ud800"}
    world = load_world(write(events=json.dumps([odd])))
    assert world.calendar("heron@halden.example").events["1"] == odd


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('kind = "room"', f'kind = "{PRIVATE}"', "tenant[0].resource[0].kind"),
        ('provider = "microsoft"', f'provider = "{PRIVATE}"', "tenant[0].provider"),
        ('kind = "room"', 'kind = "room"\ncapacity = "many"', "tenant[0].resource[0].capacity"),
        ('kind = "room"', 'kind = "room"\ncapacity = -1', "tenant[0].resource[0].capacity"),
        ('kind = "room"', 'kind = "room"\nseats = 4', "tenant[0].resource[0]: object contains unknown field"),
        ('id = "p1"\n', "", "tenant[0].person[0]: object missing required field `id`"),
        ('zone = "Europe/Berlin"', f'zone = "{PRIVATE}"', "tenant[0].zone"),
        ('directory_id = "d1"', 'customer = "c1"', "tenant[0]: Microsoft needs directory_id"),
        ("+01:00", "", "now"),
        ("now =", "now", "file: is not TOML (line 2, column 5)"),
        ("heron@halden.example", "Ada@halden.example", "tenant[0].resource[0].address: stands twice"),
        ('id = "r1"', 'id = "P1"', "tenant[0].resource[0].id: stands twice"),
        ("now = 2027", "now = 1969", "now: is not in the years 1970 to 2200"),
        ("now = 2027", "now = 2201", "now: is not in the years 1970 to 2200"),
        ("now = 2027", "now = 0001", "now: is not in the years 1970 to 2200"),
        ("now = 2027", "now = 9999", "now: is not in the years 1970 to 2200"),
    ],
)
def test_a_wrong_key_is_named_and_its_value_is_not(write: Write, old: str, new: str, where: str) -> None:
    with pytest.raises(WorldError) as refused:
        load_world(write(TENANT.replace(old, new)))
    sentence = str(refused.value)
    assert sentence.startswith("world.toml: " + where), sentence
    assert PRIVATE not in sentence
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("renamed", "where"),
    [
        ({"d1": "d2", "p1": "p2"}, "tenant[1].name"),
        ({"Halden": "Kestrel"}, "tenant[1]"),
        ({"Halden": "Kestrel", "d1": "d2"}, "tenant[1].person[0].address"),
    ],
)
def test_what_stands_twice_is_named(write: Write, renamed: dict[str, str], where: str) -> None:
    second = TENANT.partition("[[tenant]]")[2]
    for old, new in renamed.items():
        second = second.replace(f'"{old}"', f'"{new}"')
    with pytest.raises(WorldError) as refused:
        load_world(write(f"{TENANT}[[tenant]]{second}"))
    assert str(refused.value).startswith(f"world.toml: {where}: stands twice where it must be unique.")


@pytest.mark.parametrize("members", [{"subject": PRIVATE}, {"iCalUId": "1", "showAs": "busy"}])
def test_a_file_of_another_provider_is_refused(write: Write, members: dict[str, str]) -> None:
    google = TENANT.replace('"microsoft"', '"google"').replace("directory_id", "customer")
    page = {"value": [{"id": "1"}, {"id": "2", **members}]}
    with pytest.raises(WorldError) as refused:
        load_world(write(google, json.dumps(page)))
    assert str(refused.value).startswith("heron.json: page 1, item 2 is of another provider")
    assert PRIVATE not in str(refused.value)
    load_world(write(TENANT, json.dumps(page)))


def test_neither_is_one_of_googles_taken_for_microsofts(write: Write) -> None:
    with pytest.raises(WorldError, match="which is at microsoft"):
        load_world(write(events='[{"id": "1", "kind": "calendar#event"}]'))


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        (f'[{{"subject": "{PRIVATE}"}}]', "page 1, item 1 has no id"),
        (f'[{{"value": []}}, {{"value": ["{PRIVATE}"]}}]', "page 2, item 1 is no object"),
        (f'{{"error": "{PRIVATE}"}}', "page 1 has neither value nor items, and is no list"),
        ("[" * 100_000, "it is nested too deeply"),
        (f'["{PRIVATE}"', "it is not JSON (line 1, column 20)"),
        (b"\xff\xfe\xfd", "it is not UTF-8"),
    ],
)
def test_a_wrong_file_of_events_is_named_and_its_contents_are_not(
    write: Write, events: str | bytes, reason: str
) -> None:
    with pytest.raises(WorldError) as refused:
        load_world(write(events=events))
    assert str(refused.value).startswith(f"heron.json: {reason}.")


def test_files_outside_the_folder_are_not_read(write: Write) -> None:
    for name in ("../heron.json", "/etc/hostname"):
        with pytest.raises(WorldError, match="outside the world's folder"):
            load_world(write(TENANT.replace("heron.json", name)))


def test_what_is_missing_is_said(write: Write, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"world\.toml cannot be read: No such file"):
        load_world(tmp_path / "nowhere")
    with pytest.raises(WorldError, match=r"absent\.json: it cannot be read \(No such file"):
        load_world(write(TENANT.replace("heron.json", "absent.json")))
    with pytest.raises(WorldError, match="tenant: there is none"):
        load_world(write("now = 2027-03-01T10:00:00Z\ntenant = []"))
    with pytest.raises(WorldError, match="at least one is needed"):
        load_world(write(TENANT.replace("[[tenant.person]]", "[[tenant.resource]]\nkind = 'desk'")))


def test_every_key_stands_in_the_readme() -> None:
    text = (EXAMPLE / "README.md").read_text()
    names = {
        name for table in (WorldTable, TenantTable, ResourceTable, Person) for name in table.__struct_fields__
    }
    tables = {"tenant": "[[tenant]]", "person": "[[tenant.person]]", "resource": "[[tenant.resource]]"}
    for name in names:
        assert f"`{tables.get(name, name)}`" in text, name
    for word in (*ResourceKind, *Mode, *Provider):
        assert f"`{word}`" in text, word
