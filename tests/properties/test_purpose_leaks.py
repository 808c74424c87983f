"""The suite can fail: every leak between purposes put in on purpose is found, by what two consumers read."""

import pytest

from tests.fakes.filled_store import FilledStore
from tests.properties.leaks.of_purposes import OF_PURPOSES
from tests.properties.purpose_readers import play
from tests.properties.purpose_tales import TALES
from tests.properties.purpose_twins import Tale


@pytest.mark.parametrize("tale", TALES)
async def test_these_tales_are_read_alike(filled: FilledStore, tale: Tale) -> None:
    await play(filled, tale)


@pytest.mark.parametrize("leak", OF_PURPOSES)
async def test_a_leak_is_found(filled: FilledStore, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    OF_PURPOSES[leak](monkeypatch)
    with pytest.raises(AssertionError):  # noqa: PT012  whichever of them tells it
        for tale in TALES:
            await play(filled, tale)
