"""The feed as a command: what it tells of refusals, and when it prints a cursor."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.booking import TenantId
from gateway.cli.feed import feed
from gateway.errors import ConfigurationError
from tests.fakes.filled_store import FilledStore, a_booking, a_resource
from tests.gateway.web.served import Served


@pytest.fixture
async def tenant(filled: FilledStore) -> TenantId:
    tenant = await filled.add_tenant("harbour")
    await filled.put_resource(tenant, a_resource("north"))
    await filled.put(tenant, a_booking("one", "north"))
    return tenant


@pytest.fixture
async def token_file(filled: FilledStore, tenant: TenantId, tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(await filled.add_consumer(tenant))
    return file


def address(served: Served) -> str:
    return str(served.client._base_url)


async def test_the_last_line_is_the_cursor_to_go_on_from(
    served: Served, token_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await feed(token_file=token_file, url=address(served))
    *entries, last = capsys.readouterr().out.splitlines()
    assert len(entries) == 3
    cursor = msgspec.json.decode(last)["next"]
    await feed(token_file=token_file, url=address(served), after=cursor)
    assert [*msgspec.json.decode(capsys.readouterr().out)] == ["next"]


async def test_a_cursor_that_is_refused_is_not_printed(
    served: Served, token_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigurationError, match="leave out --after") as refused:
        await feed(token_file=token_file, url=address(served), after="no-cursor")
    assert "restart" not in str(refused.value)
    assert capsys.readouterr().out == ""


async def test_a_cursor_that_is_too_old_is_said_to_be(
    filled: FilledStore,
    tenant: TenantId,
    served: Served,
    token_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await feed(token_file=token_file, url=address(served))
    cursor = msgspec.json.decode(capsys.readouterr().out.splitlines()[-1])["next"]
    await filled.remove(tenant, "north", "one")
    filled.clock.move(timedelta(minutes=2))
    await filled.forget_removed(tenant)
    with pytest.raises(ConfigurationError, match="too old"):
        await feed(token_file=token_file, url=address(served), after=cursor)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["none", "."])
async def test_a_token_file_that_cannot_be_read_is_said_to_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="The token file cannot be read"):
        await feed(token_file=tmp_path / name)


@pytest.mark.parametrize("content", ["", "two words", "é"])
async def test_a_file_without_a_token_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_text(content)
    with pytest.raises(ConfigurationError, match="does not hold a token"):
        await feed(token_file=tmp_path / "token")
