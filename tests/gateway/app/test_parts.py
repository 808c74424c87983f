"""What every command opens."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.parts import open_parts, warn_of_shared_volume
from gateway.app.tenants import list_tenants, withdraw_tenant
from gateway.errors import ConfigurationError
from tests.fakes.installation import SETTINGS, open_installation
from tests.fakes.provider import FakeProvider


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_all_parts_are_opened(tmp_path: Path) -> None:
    settings = replace(SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"))
    async with open_parts(settings) as parts:
        assert await list_tenants(parts) == []
        assert {"occupancy", "strict", "capacity"} <= parts.rules.policies.keys()
        warn_of_shared_volume(parts)


async def test_the_clock_is_moved_as_set(tmp_path: Path) -> None:
    settings = replace(
        SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), clock_offset_seconds=86_400
    )
    async with open_parts(settings) as moved, open_parts(replace(settings, clock_offset_seconds=0)) as parts:
        assert 86_390 < (moved.clock() - parts.clock()).total_seconds() <= 86_400


async def test_in_production_keys_and_data_lie_on_two_volumes(tmp_path: Path) -> None:
    settings = replace(SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), production=True)
    with pytest.raises(ConfigurationError, match="file system"):
        async with open_parts(settings):
            pass
    assert names_in(tmp_path) == []


@pytest.mark.parametrize(("store", "keys"), [("data", "data/keys"), ("keys/data", "keys"), ("one", "one")])
async def test_one_never_lies_in_the_other(tmp_path: Path, store: str, keys: str) -> None:
    with pytest.raises(ConfigurationError):
        async with open_parts(replace(SETTINGS, store=str(tmp_path / store), keys=str(tmp_path / keys))):
            pass


@pytest.mark.parametrize("years", [-200, 200])
async def test_the_clock_stands_where_calendars_do(tmp_path: Path, years: int) -> None:
    far = replace(SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"))
    with pytest.raises(ConfigurationError, match="years 1970 to 2200"):
        async with open_parts(replace(far, clock_offset_seconds=years * 31_557_600)):
            pass
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("left", [[], ["lost+found"]])
async def test_where_the_keys_of_tenants_should_be_no_new_ones_are_made(
    tmp_path: Path, left: list[str]
) -> None:
    async with open_installation(tmp_path) as installation:
        tenant = await installation.onboard(FakeProvider())
    settings = replace(SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"))
    (tmp_path / "keys").rename(tmp_path / "unmounted")
    for name in left:
        (tmp_path / "keys" / name).mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="is the key volume mounted"):
        async with open_parts(settings):
            pass
    assert left == (names_in(tmp_path / "keys") if left else [])
    assert ("keys" in names_in(tmp_path)) is bool(left)
    shutil.rmtree(tmp_path / "keys", ignore_errors=True)
    (tmp_path / "unmounted").rename(tmp_path / "keys")
    async with open_parts(settings) as parts:
        await withdraw_tenant(parts, tenant)
    # Those who left have no keys that could be lost.
    (tmp_path / "keys").rename(tmp_path / "unmounted")
    async with open_parts(settings):
        pass


async def test_a_configuration_without_policies_is_refused(tmp_path: Path) -> None:
    settings = replace(
        SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), config=str(tmp_path)
    )
    with pytest.raises(ConfigurationError):
        async with open_parts(settings):
            pass
    assert names_in(tmp_path) == []
