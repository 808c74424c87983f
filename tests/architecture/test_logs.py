"""What is said to the log reaches it: a field that is not on its list is dropped, and who reads is misled."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from gateway.logs import ALLOWED

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "critical"}
#: What is in every file that logs anything.
A_CALL = re.compile(rf"log(?:ger\(\))?\s*\.\s*(?:{'|'.join(LEVELS)})\b")
FILES = sorted(path for room in ("gateway", "connectors") for path in (ROOT / room).rglob("*.py"))


@cache
def said(path: Path) -> set[str]:
    """The fields of every line that a file logs."""
    text = path.read_text()
    if A_CALL.search(text) is None:
        return set()
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {
        field.arg
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and ast.unparse(call.func.value) in {"log", "structlog.get_logger()"}
        for field in call.keywords
        if field.arg is not None
    }


def test_what_is_logged_is_found() -> None:
    assert sum(bool(said(path)) for path in FILES) > 20


@pytest.mark.parametrize("path", [path for path in FILES if said(path)], ids=lambda path: path.name)
def test_every_field_is_on_the_list(path: Path) -> None:
    assert said(path) <= ALLOWED
