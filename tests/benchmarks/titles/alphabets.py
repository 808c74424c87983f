"""Letters, and what people and machines put in their place."""

import re
from functools import cache

from tests.benchmarks.titles.sections import words


@cache
def _signs(name: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in words("alphabets", name))


@cache
def alphabet(name: str) -> dict[int, str]:
    """Sign by letter, as ``str.translate`` takes it."""
    return str.maketrans({letters: sign for letters, sign in _signs(name).items() if len(letters) == 1})


def rewritten(text: str, name: str, most: int = 0) -> str:
    """The text with groups of letters replaced, the longest first; at most so many where not 0."""
    signs = _signs(name)
    groups = "|".join(sorted(map(re.escape, signs), key=len, reverse=True))
    return re.sub(groups, lambda match: signs[match[0]], text, count=most)


def ended(word: str, name: str) -> str:
    """The word with its ending replaced, the longest that fits."""
    endings = _signs(name)
    ending = max((one for one in endings if word.endswith(one)), key=len)
    return word.removesuffix(ending) + endings[ending]
