"""Mentions: where a text names the people that are known, in whatever form."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from gateway.minimization.texts.breaks import Break, broken
from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.holes import holed
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.pieces import Joint
from gateway.minimization.texts.reach import Reach
from gateway.minimization.texts.rules import counts

#: Fewer tell nothing in a longer word, even in a handle.
HANDLE_NAME_LENGTH_MIN = 4

_DIGIT: Final = re.compile("[0-9]")
_HANDLE: Final = re.compile("(?<![a-z0-9])@[a-z0-9]++(?:[._-][a-z0-9]++){0,15}")


class Mention(NamedTuple):
    """A range of a reading's letters that names somebody, or their company."""

    form: Form
    start: int
    end: int


def mentions(line: Line, known: Known) -> list[Mention]:
    """What a line says of those who are known, in no order."""
    said = line.said
    spelled = [person for person in known.forms if not person.words.isdisjoint(said)]
    odd = line.odd
    if odd and spelled:
        # What is one's name is no slip of another's.
        odd = odd.difference(*[person.words & said for person in spelled])
    slips = {word: people for word in odd if (people := known.like(word))}
    found = [*_accounts(line, known), *_handles(line, known)]
    for person in spelled:
        found += _spelled(line, person, known)
    found += _slipped(line, slips, known)
    for first in line.cuts:
        for person in known.abbreviated(line.words[first], line.words[first + 1]):
            found.append(Mention(Form.NAME, *Reach(line, person, known).of_words(first, first + 1)))
    for index in line.addressed:
        if any(line.words[index] in person.initials for person in known.forms):
            found.append(Mention(Form.INITIALS, *line.spans[index]))
    if line.joins:
        sure = {word for person in spelled for word in person.words & said if person.keys[word] is Form.NAME}
        found += _broken(line, broken(line.joins, line.words, sure | slips.keys(), known), known)
    for start, end, person in holed(line.letters, known.forms):
        found.append(Mention(Form.NAME, *Reach(line, person, known).of(start, end)))
    found += _heard(line, known)
    return found


def _accounts(line: Line, known: Known) -> Iterator[Mention]:
    """Local parts with digits as they are written."""
    if _DIGIT.search(line.letters) is None:
        return
    lower = line.letters.lower()
    for account in {one.account for one in known.forms if one.account and one.account in lower}:
        at = lower.find(account)
        while at >= 0:
            end = at + len(account)
            if not (lower[at - 1 : at].isalnum() or lower[end : end + 1].isalnum()):
                yield Mention(Form.NAME, at, end)
            at = lower.find(account, end)


def _handles(line: Line, known: Known) -> Iterator[Mention]:
    """Handles that begin or end with a name."""
    if "@" not in line.letters:
        return
    names = {name for person in known.forms for name in person.names if len(name) >= HANDLE_NAME_LENGTH_MIN}
    for handle in _HANDLE.finditer(line.letters.lower()):
        if any(handle[0].startswith(name, 1) or handle[0].endswith(name) for name in names):
            yield Mention(Form.NAME, *handle.span())


def _spelled(line: Line, person: Forms, known: Known) -> Iterator[Mention]:
    keys, reached, reach = person.keys, 0, Reach(line, person, known)
    for index, word in enumerate(line.words):
        if word in keys and (word in person.names or not line.is_famous(index)):
            piece, form = line.word(index), keys[word]
            # What the mention before reaches is no other one.
            if piece.end > reached and counts(form, piece, line):
                is_firm = form is Form.COMPANY
                start, reached = piece[1:3] if is_firm else reach.of_words(index, index)
                yield Mention(form, start, reached)
    for piece in line.parts:
        if piece.word in keys and counts(keys[piece.word], piece, line):
            yield Mention(keys[piece.word], *reach.of(piece.start, piece.end))


def _slipped(line: Line, slips: Mapping[str, Collection[Forms]], known: Known) -> Iterator[Mention]:
    """Names that are spelt otherwise, and what is made of names."""
    for index, word in enumerate(line.words):
        for person in slips.get(word, ()) if not line.is_famous(index) else ():
            yield Mention(Form.NAME, *Reach(line, person, known).of_words(index, index))
    for piece in line.parts:
        for person in slips.get(piece.word, ()) if piece.joint is Joint.HUMPS else ():
            yield Mention(Form.NAME, *Reach(line, person, known).of(piece.start, piece.end))


def _broken(line: Line, breaks: Iterable[Break], known: Known) -> Iterator[Mention]:
    for first, last, person in breaks:
        if line.is_close(first, last):
            yield Mention(Form.NAME, *Reach(line, person, known).of_words(first, last))


def _heard(line: Line, known: Known) -> Iterator[Mention]:
    """Names in another script than the one in which they are known."""
    for start, end, word, written in line.heard:
        for person in known.heard(word, written) if written else known.told(word):
            yield Mention(Form.NAME, *Reach(line, person, known).of(start, end))
