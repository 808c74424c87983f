"""Texts in which «what is to be found» is marked."""

import re

from gateway.minimization.texts.known import Known
from gateway.minimization.texts.tripwire import scan


def lines(texts: str) -> list[str]:
    """The texts, one a line."""
    return [*filter(None, map(str.strip, texts.splitlines()))]


def bare(marked: str) -> str:
    """A text without its marks."""
    return re.sub("[«»]", "", marked)


def marked(text: str, known: Known) -> str:
    """A text in which what is found of anybody is marked."""
    for hit in reversed(scan(text, known)):
        text = f"{text[: hit.start]}«{text[hit.start : hit.end]}»{text[hit.end :]}"
    return text
