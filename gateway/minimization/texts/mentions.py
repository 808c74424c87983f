"""Mentions: where a text names the people that are known, in whatever form."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from gateway.minimization.texts.breaks import Break, broken, cut
from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.holes import holed
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.pieces import Joint, joined
from gateway.minimization.texts.reach import Reach
from gateway.minimization.texts.reading import FOREIGN, Reading, spoken
from gateway.minimization.texts.rules import UNITS, counts
from gateway.minimization.texts.words import ACRONYMS, FOREIGN_WORDS, ORDINARY

#: Fewer letters are not told apart by how they sound.
HEARD_LENGTH_MIN = 3
#: Fewer tell nothing in a longer word, even in a handle.
HANDLE_NAME_LENGTH_MIN = 4

#: As they are read.
_FOREIGN_ORDINARY: Final = frozenset(spoken(word).lower() for word in FOREIGN_WORDS)
_NO_SOUNDS: Final = ORDINARY | ACRONYMS
_DIGIT: Final = re.compile("[0-9]")
_HANDLE: Final = re.compile("(?<![a-z0-9])@[a-z0-9]++(?:[._-][a-z0-9]++){0,15}")


class Mention(NamedTuple):
    """A range of a reading's letters that names somebody, or their company."""

    form: Form
    start: int
    end: int


def mentions(text: str, reading: Reading, known: Known) -> list[Mention]:
    """What a reading of a text says of those who are known, in no order."""
    said = reading.said
    parts = joined(text, reading)
    if parts:
        said = said.union([piece.word for piece in parts])
    spelled = [person for person in known.forms if not person.words.isdisjoint(said)]
    odd = said - ORDINARY - UNITS
    if odd and not text.isascii():
        odd -= _FOREIGN_ORDINARY
    if odd and spelled:
        # What is one's name is no slip of another's.
        odd = odd.difference(*[person.words & said for person in spelled])
    slips = {word: people for word in odd if (people := known.like(word))}
    sure = {word for person in spelled for word in person.words & said if person.keys[word] is Form.NAME}
    holes = [*holed(reading.letters, known.forms)]
    breaks, cuts = [*broken(reading.words, sure | slips.keys(), known)], [*cut(reading.words, known)]
    is_heard = known.is_told or (not text.isascii() and FOREIGN.search(text) is not None)
    found = [*_accounts(reading, known), *_handles(reading, known)]
    if not (spelled or slips or holes or breaks or cuts or is_heard):
        return found
    line = Line(reading, parts, known)
    found += [mention for person in spelled for mention in _spelled(line, person)]
    found += _slipped(line, slips)
    found += _cut(line, cuts)
    found += _broken(line, breaks)
    found += [Mention(Form.NAME, *Reach(line, person).of(start, end)) for start, end, person in holes]
    if is_heard:
        found += _heard(text, reading, line, known)
    return found


def _accounts(reading: Reading, known: Known) -> Iterator[Mention]:
    """Local parts with digits as they are written."""
    lower = reading.lower
    if _DIGIT.search(lower) is None:
        return
    for account in {one.account for one in known.forms if one.account and one.account in lower}:
        at = lower.find(account)
        while at >= 0:
            end = at + len(account)
            if not (lower[at - 1 : at].isalnum() or lower[end : end + 1].isalnum()):
                yield Mention(Form.NAME, at, end)
            at = lower.find(account, end)


def _handles(reading: Reading, known: Known) -> Iterator[Mention]:
    """Handles that begin or end with a name."""
    if "@" not in reading.lower:
        return
    names = {name for person in known.forms for name in person.names if len(name) >= HANDLE_NAME_LENGTH_MIN}
    for handle in _HANDLE.finditer(reading.lower):
        if any(handle[0].startswith(name, 1) or handle[0].endswith(name) for name in names):
            yield Mention(Form.NAME, *handle.span())


def _spelled(line: Line, person: Forms) -> Iterator[Mention]:
    keys, reached, reach = person.keys, 0, Reach(line, person)
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


def _slipped(line: Line, slips: Mapping[str, Collection[Forms]]) -> Iterator[Mention]:
    """Names that are spelt otherwise, and what is made of names."""
    for index, word in enumerate(line.words):
        for person in slips.get(word, ()) if not line.is_famous(index) else ():
            yield Mention(Form.NAME, *Reach(line, person).of_words(index, index))
    for piece in line.parts:
        for person in slips.get(piece.word, ()) if piece.joint is Joint.HUMPS else ():
            yield Mention(Form.NAME, *Reach(line, person).of(piece.start, piece.end))


def _cut(line: Line, cuts: Iterable[Break]) -> Iterator[Mention]:
    for first, last, person in cuts:
        if line.is_cut(first, last):
            yield Mention(Form.NAME, *Reach(line, person).of_words(first, last))


def _broken(line: Line, breaks: Iterable[Break]) -> Iterator[Mention]:
    for first, last, person in breaks:
        if line.is_close(first, last):
            yield Mention(Form.NAME, *Reach(line, person).of_words(first, last))


def _heard(text: str, reading: Reading, line: Line, known: Known) -> Iterator[Mention]:
    """Names in another script than the one in which they are known."""
    if text.isascii():
        for index, word in enumerate(line.words):
            for person in _hearers(word, "", known):
                yield Mention(Form.NAME, *Reach(line, person).of_words(index, index))
        return
    signs = [piece for piece in line.parts if piece.joint is Joint.SIGNS]
    for piece in [*map(line.word, range(len(line.words))), *signs]:
        written = text[slice(*reading.span(piece.start, piece.end))]
        for person in _hearers(piece.word, written, known):
            yield Mention(Form.NAME, *Reach(line, person).of(piece.start, piece.end))


def _hearers(word: str, written: str, known: Known) -> Collection[Forms]:
    """Who is called so in another script."""
    if len(word) < HEARD_LENGTH_MIN:
        return ()
    if FOREIGN.search(written) is not None:
        return known.heard(word, written) if written.lower() not in FOREIGN_WORDS else ()
    return known.told(word) if word not in _NO_SOUNDS else ()
