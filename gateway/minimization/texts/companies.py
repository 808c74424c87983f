"""The company that a domain names, unless it is one where anybody may have an address."""

from typing import Final

from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.reading import spoken
from gateway.minimization.texts.words import ORDINARY

COMPANY_LENGTH_MIN = 3

_PUBLIC: Final = listed("public")
_REGISTRIES: Final = frozenset("co com org net ac edu gov gob gouv or ne go onmicrosoft sharepoint".split())


def company(domain: str) -> str | None:
    """The letters of the company that a domain is of; None where it names none, or an ordinary word."""
    labels = spoken(domain).lower().strip(".").split(".")[:-1]
    while labels and labels[-1] in _REGISTRIES:
        labels.pop()
    label = labels[-1].replace("-", "") if labels else ""
    usable = label.isalpha() and len(label) >= COMPANY_LENGTH_MIN
    return label if usable and label not in _PUBLIC and label not in ORDINARY else None
