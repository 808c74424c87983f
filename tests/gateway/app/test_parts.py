"""What every command opens."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.app.parts import open_parts, warn_of_shared_volume
from gateway.app.tenants import list_tenants
from gateway.errors import ConfigurationError
from tests.fakes.installation import SETTINGS


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


async def test_a_configuration_without_policies_is_refused(tmp_path: Path) -> None:
    settings = replace(
        SETTINGS, store=str(tmp_path / "store"), keys=str(tmp_path / "keys"), config=str(tmp_path)
    )
    with pytest.raises(ConfigurationError):
        async with open_parts(settings):
            pass
    assert names_in(tmp_path) == []
