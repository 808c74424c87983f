"""How Japanese names are read that are written in signs: the commonest family and given names."""

from typing import Final

from gateway.minimization.texts.lists import listed

_READ: Final = dict(entry.split("=") for entry in listed("japanese"))
_LENGTH_MAX: Final = max(map(len, _READ))


def read_aloud(signs: str) -> list[str]:
    """The given and the family name in Latin letters; none where either is not known."""
    for size in range(min(_LENGTH_MAX, len(signs) - 1), 0, -1):
        family, given = _READ.get(signs[:size]), signs[size:].strip()
        if family is not None and (given in _READ or not _is_sign(given)):
            return [_READ[given], family] if given in _READ else [family]
    return []


def _is_sign(given: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in given)
