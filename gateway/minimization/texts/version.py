"""A version of a text: each of its signs stands for a range of the text as given."""

import re
from collections.abc import Callable

#: What is looked for, and what it was before.
Undo = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_Range = tuple[int, int]


class Version:
    """A text that was made of another one."""

    __slots__ = ("_ranges", "text")

    def __init__(self, text: str, ranges: list[_Range] | None = None) -> None:
        self.text, self._ranges = text, ranges

    def span(self, start: int, end: int) -> _Range:
        """The range of the text as given that a range of this one stands for."""
        if self._ranges is None:
            return start, end
        ranges = self._ranges[start:end]
        return min(first for first, _ in ranges), max(last for _, last in ranges)

    def undone(self, undo: Undo) -> "Version":
        """With what such a pattern finds as it was before; itself where that changes nothing."""
        pattern, before = undo
        parts, ranges, reached = list[str](), list[_Range](), 0
        own = self._ranges or [(at, at + 1) for at in range(len(self.text))]
        for match in pattern.finditer(self.text):
            start, end = match.span()
            told = before(match)
            if told != match[0]:
                parts += self.text[reached:start], told
                ranges += own[reached:start]
                ranges += [(own[start][0], own[end - 1][1])] * len(told)
                reached = end
        if not parts:
            return self
        return Version("".join([*parts, self.text[reached:]]), ranges + own[reached:])
