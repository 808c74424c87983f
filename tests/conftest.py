"""What holds for all tests."""

import pytest

from tests.killed import leaks_in, summary
from tests.loopback import stay_on_loopback

stay_on_loopback()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Say, behind everything else, which leaks were found."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        stats = terminal.stats
        for line in summary(leaks_in(stats.get("passed", ())), leaks_in(stats.get("failed", ()))):
            terminal.write_line(line)
