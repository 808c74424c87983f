"""The card of the house: sizes and names, of the product's own code."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "connectors")

Function = ast.FunctionDef | ast.AsyncFunctionDef

VAGUE_MODULES = {"base", "common", "helpers", "misc", "util", "utils"}
VAGUE_CLASSES = re.compile(r".*(Helper|Manager|Mixin|Util|Utils|Wrapper)")
SUPPRESSION = re.compile(r"#\s*(noqa|type: ignore)")
SUPPRESSION_WITH_REASON = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z-]+\])  \S")
BRANCHES = ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.match_case | ast.IfExp


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(*folders: str) -> Iterator[tuple[Path, Function]]:
    for path in sources(*folders):
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function):
                yield path, node


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def branches(function: Function) -> int:
    return sum(isinstance(node, BRANCHES) for node in ast.walk(function))


def test_files_are_small() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*PACKAGES)}
    assert statistics.median(sizes.values()) <= 100
    assert [path for path, size in sizes.items() if size > 400] == []


def test_functions_are_small() -> None:
    found = list(functions(*PACKAGES))
    sizes = sorted(lines(function) for _, function in found)
    assert statistics.median(sizes) <= 7
    assert sizes[len(sizes) * 9 // 10] <= 25
    # A migration is a list of tables.
    long = [(path, one.name) for path, one in found if lines(one) > 50 and one.name != "upgrade"]
    assert long == []


def test_no_function_is_a_maze() -> None:
    mazes = [(path, function.name) for path, function in functions(*PACKAGES) if branches(function) > 10]
    assert mazes == []


def test_no_name_is_vague() -> None:
    modules = [path for path in sources(*PACKAGES, "tests") if path.stem in VAGUE_MODULES]
    classes = [
        (path, node.name)
        for path in sources(*PACKAGES, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and VAGUE_CLASSES.fullmatch(node.name)
    ]
    assert (modules, classes) == ([], [])


def test_what_is_suppressed_is_little_and_has_its_reason() -> None:
    text = [line for path in sources(*PACKAGES) for line in path.read_text(encoding="utf-8").splitlines()]
    suppressed = [line for line in text if SUPPRESSION.search(line)]
    assert len(suppressed) <= 3 * len(text) / 1000
    assert [line for line in suppressed if not SUPPRESSION_WITH_REASON.search(line)] == []


def test_nothing_is_imported_for_types_alone() -> None:
    found = [
        path
        for path in sources(*PACKAGES, "tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"
    ]
    assert found == []
