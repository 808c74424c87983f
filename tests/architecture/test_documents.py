"""The documents are true: what they name exists, and what exists they name."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gateway.cli.commands import command_line
from gateway.settings import Settings

ROOT = Path(__file__).parents[2]

README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "config" / "README.md").read_text(encoding="utf-8")

GROUPS = {"tenant", "link", "subject", "request", "consumer", "webhook", "hold", "log", "signals"}

DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if not path.relative_to(ROOT).parts[0].startswith("."))


def commands_named(text: str) -> list[str]:
    """Lines of a document that begin as a command, in code of either form."""
    code = re.findall(r"```sh\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    code += re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    lines = (line.partition("#")[0].strip() for block in code for line in block.splitlines())
    return [line for line in lines if re.match(r"(gateway|make) [a-z-]", line)]


def resolved(line: str) -> tuple[list[str], set[str]]:
    """The words of a command line that name commands, and the options that it gives."""
    words = line.split()[1:]
    names = words[:1] + [word for word in words[1:2] if words[0] in GROUPS]
    return names, set(re.findall(r"(?<!\S)--[a-z-]+", line))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in commands_named(document.read_text(encoding="utf-8")):
        names, options = resolved(line)
        if line.startswith("make "):
            assert set(names) <= targets, line
            continue
        command_line()([*names, "--help"], result_action="return_value")
        told = capsys.readouterr().out
        assert f"Usage: gateway {' '.join(names)}" in told, line
        assert {option for option in options if option not in told} == set(), line


def test_the_readme_names_the_commands_of_a_newcomer() -> None:
    named = {" ".join(resolved(line)[0]) for line in commands_named(README)}
    assert {"demo", "test", "tenant add", "consumer add", "serve", "feed", "preview"} <= named


def test_every_setting_is_documented_and_nothing_else() -> None:
    named = {
        name.rpartition(".")[2]
        for row in re.findall(r"^\| (`.*?`) \|", _settings_table(), re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
    assert named == set(_leaves(Settings))


def _settings_table() -> str:
    return SETTINGS.partition("## gateway.toml")[2].partition("\n## ")[0]


def _leaves(section: type[msgspec.Struct]) -> Iterator[str]:
    for field in msgspec.structs.fields(section):
        inner = [
            part for part in _parts(field.type) if isinstance(part, type) and issubclass(part, msgspec.Struct)
        ]
        if inner:
            yield from _leaves(inner[0])
        else:
            yield field.name


def _parts(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", (annotation,))
