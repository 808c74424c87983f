"""Mentions: where a text names the people that are known, in whatever form."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from gateway.minimization.texts.forms import Forms
from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.pieces import Joint, Piece, joined
from gateway.minimization.texts.reading import FOREIGN, Reading
from gateway.minimization.texts.rules import counts
from gateway.minimization.texts.words import ACRONYMS, FOREIGN_WORDS, ORDINARY

#: Fewer letters are not told apart by how they sound.
HEARD_LENGTH_MIN = 3
#: Fewer tell nothing in a longer word, even in a handle.
HANDLE_NAME_LENGTH_MIN = 4

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
    slipped, odd = list[Forms](), said - ORDINARY
    if odd and spelled:
        # What is one's name is no slip of another's.
        odd = odd.difference(*[person.words & said for person in spelled])
    ends = known.memory.all_ends(odd)
    if ends:
        slipped = [person for person in known.forms if not person.ends.isdisjoint(ends)]
    is_heard = known.is_foreign or (not text.isascii() and FOREIGN.search(text) is not None)
    found = [*_accounts(reading, known), *_handles(reading, known)]
    if not (spelled or slipped or is_heard):
        return found
    line = Line(reading, parts)
    found += [mention for person in spelled for mention in _spelled(line, person)]
    found += [mention for person in slipped for mention in _slipped(line, person)]
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
    keys, reached = person.keys, 0
    for index, word in enumerate(line.words):
        if word in keys:
            piece, form = line.word(index), keys[word]
            # What the mention before reaches is no other one.
            if piece.end > reached and counts(form, piece, line):
                start, reached = _reach(form, piece, index, line, person)
                yield Mention(form, start, reached)
    for piece in line.parts:
        if piece.word in keys and counts(keys[piece.word], piece, line):
            yield Mention(keys[piece.word], *line.around(piece, person))


def _reach(form: Form, piece: Piece, index: int, line: Line, person: Forms) -> tuple[int, int]:
    return (piece.start, piece.end) if form is Form.COMPANY else line.reach(index, index, person)


def _slipped(line: Line, person: Forms) -> Iterator[Mention]:
    for index, word in enumerate(line.words):
        if _is_slip(word, person):
            yield Mention(Form.NAME, *line.reach(index, index, person))
    for piece in line.parts:
        if piece.joint is Joint.HUMPS and _is_slip(piece.word, person):
            yield Mention(Form.NAME, *line.around(piece, person))


def _is_slip(word: str, person: Forms) -> bool:
    return word not in ORDINARY and word not in person.keys and person.is_near(word)


def _heard(text: str, reading: Reading, line: Line, known: Known) -> Iterator[Mention]:
    """Names in another script than the one in which they are known."""
    signs = [piece for piece in line.parts if piece.joint is Joint.SIGNS]
    for piece in [*map(line.word, range(len(line.words))), *signs]:
        start, end = reading.span(piece.start, piece.end)
        written = text[start:end]
        is_latin = FOREIGN.search(written) is None
        is_ordinary = piece.word in _NO_SOUNDS if is_latin else written.lower() in FOREIGN_WORDS
        if is_ordinary or len(piece.word) < HEARD_LENGTH_MIN:
            continue
        keys = known.memory.heard(piece.word, written)
        for person in known.forms:
            sounds = person.own_sounds if is_latin else person.sounds
            if (person.is_foreign or not is_latin) and not sounds.isdisjoint(keys):
                yield Mention(Form.NAME, *line.around(piece, person))
