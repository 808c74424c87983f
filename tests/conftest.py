"""What holds for all tests."""

import gc
from pathlib import Path

import pytest
from aiohttp import web_app
from hypothesis import HealthCheck, settings

from tests import at_once
from tests.compiled import compile_once
from tests.killed import leaks_in, summary
from tests.loopback import stay_on_loopback
from tests.memory import work_in_memory

_TESTS = Path(__file__).parent
#: Begun with, so that all processes end together: folders, and a file.
_LONGEST = {"system", "properties", "test_killed_anywhere.py"}

# Next to nothing that is made until the first test begins ever goes.
gc.disable()
stay_on_loopback()
work_in_memory()
compile_once()
# How long an example takes tells how busy the machine is.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _LONGEST.isdisjoint(item.path.relative_to(_TESTS).parts))


def pytest_collection_finish() -> None:
    """Let the collector pass by what stays anyhow: modules and tests, which are most of all objects."""
    gc.collect()
    gc.freeze()
    # Most of what is new goes without it.
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    at_once.choose(item.path.relative_to(_TESTS))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Let go of what was served: aiohttp remembers applications, and so the houses behind them."""
    web_app._cached_build_middleware.cache_clear()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say, behind everything else, which leaks were found."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        stats = terminal.stats
        for line in summary(leaks_in(stats.get("passed", ())), leaks_in(stats.get("failed", ()))):
            terminal.write_line(line)
