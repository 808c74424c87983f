"""What ``-`` stands for on the real command line: every option that says so takes it.

Tests of single commands call their functions, past the parser.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import pytest
from cyclopts import CycloptsError, Parameter

import gateway.cli
from gateway.cli.commands import command_line
from gateway.cli.standard_input import STANDARD_INPUT
from tests.system.test_help import leaves

#: How help says that it is read from there, and who reads it.
SAYS, READERS = "- reads", {"one_told", "told"}
#: What whoever must be told something else is told.
USUAL = {str: "x", date: "2026-03-02", Path: "file"}


class Option(NamedTuple):
    """A parameter of a command."""

    command: tuple[str, ...]
    name: str
    of: inspect.Parameter

    @property
    def told(self) -> Parameter:
        """What is told of it."""
        annotation = self.of.annotation
        found = annotation.__metadata__ if get_origin(annotation) is Annotated else ()
        return Parameter.combine(*(one for one in found if isinstance(one, Parameter)))

    @property
    def kind(self) -> Any:
        """Its type, or that of its elements."""
        kind = self.of.annotation
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        if get_origin(kind) is UnionType:
            kind = get_args(kind)[0]
        return get_args(kind)[0] if get_origin(kind) is list else kind

    def words(self, value: str) -> list[str]:
        """As it is written before its value, if it is not known by its place."""
        if self.of.kind is not inspect.Parameter.KEYWORD_ONLY:
            return [value]
        names = self.told.name or (f"--{self.name.replace('_', '-')}",)
        return [next(iter(names)), value]

    def usual(self) -> list[str]:
        kind = self.kind
        value = str(next(iter(kind)).value) if issubclass(kind, Enum) else USUAL[kind]
        return self.words(value)


def function_of(command: tuple[str, ...]) -> Callable[..., Any]:
    app = command_line()
    for word in command:
        app = app[word]
    assert app.default_command is not None
    return app.default_command


def options_of(command: tuple[str, ...]) -> list[Option]:
    function = function_of(command)
    kinds = get_type_hints(function, include_extras=True)
    known = inspect.signature(function).parameters
    return [Option(command, name, one.replace(annotation=kinds[name])) for name, one in known.items()]


def reading() -> list[Option]:
    options = [option for command in leaves() for option in options_of(command)]
    return [option for option in options if SAYS in (option.told.help or "")]


READING = reading()


def given(option: Option, *words: str) -> list[str]:
    """A command with all that it needs, and this."""
    needed = [
        one
        for one in options_of(option.command)
        if one.of.default is inspect.Parameter.empty and one.name != option.name
    ]
    return [*option.command, *(word for one in needed for word in one.usual()), *words]


def bound(words: list[str], name: str) -> Any:
    _, found, *_ = command_line().parse_args(words, print_error=False, exit_on_error=False)
    return found.arguments[name]


@pytest.mark.parametrize("option", READING, ids=lambda one: " ".join((*one.command, one.name)))
def test_whoever_says_so_takes_the_input(option: Option) -> None:
    words = option.words(STANDARD_INPUT)
    assert bound(given(option, *words), option.name) in (STANDARD_INPUT, [STANDARD_INPUT])
    if get_origin(get_args(option.of.annotation)[0]) is list:
        assert bound(given(option, *words, *words), option.name) == [STANDARD_INPUT, STANDARD_INPUT]


@pytest.mark.parametrize("option", READING, ids=lambda one: " ".join((*one.command, one.name)))
def test_another_option_is_no_value(option: Option) -> None:
    """Who forgets the value is told so, and has not named another option as it."""
    words = option.words("--config")
    for after in ([], ["gateway.toml"]):
        with pytest.raises(CycloptsError):
            bound(given(option, *words, *after), option.name)


def read_in(path: Path) -> Iterator[tuple[str, str]]:
    """Which parameters of which functions are handed to whoever reads the input."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
            for call in calls:
                if isinstance(call.func, ast.Name) and call.func.id in READERS:
                    names = {one.id for one in ast.walk(call) if isinstance(one, ast.Name)}
                    yield from ((function.name, name) for name in names - READERS - {"STANDARD_INPUT"})


def test_whatever_is_read_from_there_says_so() -> None:
    folder = Path(gateway.cli.__file__).parent
    read = {
        (path.stem, *found)
        for path in folder.glob("*.py")
        if "standard_input import" in path.read_text(encoding="utf-8")
        for found in read_in(path)
    }
    says = set[tuple[str, str, str]]()
    for option in READING:
        function = function_of(option.command)
        says.add((function.__module__.rpartition(".")[2], function.__name__, option.name))
    assert read == says != set()
