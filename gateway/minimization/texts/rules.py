"""Rules: when a word that may be a form of a person's name is one, by how it is written."""

import re
from typing import Final

from gateway.minimization.texts.keys import Form
from gateway.minimization.texts.line import Line
from gateway.minimization.texts.lists import listed
from gateway.minimization.texts.pieces import Joint, Piece
from gateway.minimization.texts.words import ACRONYMS, COMMON_ACRONYMS, UNITS, WORDS

#: Fewer letters that are spelt out, or parts of a word, are nobody's name.
JOINED_LENGTH_MIN = 3
#: What may stand with dots.
_SHORTEST: Final = (Form.INITIALS, Form.TURNED, Form.SHORT)
#: What is abbreviated with dots, in small letters, and is nobody.
_ABBREVIATED: Final = listed("abbreviated")
#: Letters that belong together otherwise: Q&A, R&D, A/B, I/O, A-Z.
_PAIRED: Final = listed("paired")
_TIMES: Final = frozenset({"am", "pm"})
_CODE: Final = re.compile("[A-Z](?:[a-z]{1,2}[A-Z][a-z]{1,2}|[A-Z][a-z]{2})")
_WITH_PARTICLE: Final = re.compile("[A-Z][a-z]{1,3}[A-Z]")
_NUMBERED: Final = re.compile("[/-]?[0-9]")
#: Weeks: KW 36.
_WEEKS: Final = frozenset({"kw", "cw", "ww", "wk"})
_COUNTED: Final = re.compile(" [0-9]")
_GOES_ON_ABOUT: Final = re.compile(r"\s[A-Za-z]|\s?[,/&]\s?[A-Z]{2,3}(?![A-Za-z])")
_GOES_ON: Final = re.compile(r"\s[A-Za-z]")
_GOES_ON_SMALL: Final = re.compile(r"[\s-][a-z]")


def counts(form: Form, piece: Piece, line: Line) -> bool:
    """Whether a piece that says a form is a mention."""
    if piece.joint is Joint.DOTTED:
        return form in _SHORTEST and _is_initials(piece, line)
    if piece.joint is not Joint.WORD:
        whole = form is Form.NAME and len(piece.word) >= JOINED_LENGTH_MIN
        return whole or (form is Form.COMPANY and piece.joint is Joint.HUMPS)
    return form is Form.NAME or form is Form.COMPANY or _counts_as_written(form, piece, line)


def _counts_as_written(form: Form, piece: Piece, line: Line) -> bool:
    written = line.letters[piece.start : piece.end]
    is_acronym = written.isupper() and not line.is_shouted
    if form is Form.TURNED and _CODE.fullmatch(written) is not None:
        return True
    if form is Form.INITIALS and _WITH_PARTICLE.fullmatch(written) is not None:
        return True
    if form in {Form.INITIALS, Form.TURNED}:
        return is_acronym and not _is_otherwise_meant(form, piece, line)
    if form is Form.PREFIX:
        return not is_acronym and not (piece.word in UNITS and _follows_number(piece, line))
    if form is Form.ORDINARY:
        return written.istitle() and (
            piece.start > 0 or _GOES_ON_SMALL.match(line.letters, piece.end) is None
        )
    return _is_short_name(piece, line, is_acronym=is_acronym)


def _is_otherwise_meant(form: Form, piece: Piece, line: Line) -> bool:
    """Whether capitals are a number's (LH164, AS/400), a time's, or a department's first: HR plan."""
    if _NUMBERED.match(line.letters, piece.end) is not None or _is_time(piece, line):
        return True
    if piece.word in _WEEKS and _COUNTED.match(line.letters, piece.end) is not None:
        return True
    if form is Form.TURNED:
        return piece.word in ACRONYMS
    return piece.word in COMMON_ACRONYMS and _GOES_ON_ABOUT.match(line.letters, piece.end) is not None


def _is_short_name(piece: Piece, line: Line, *, is_acronym: bool) -> bool:
    """A name of two letters: a clean title has none, unless as a word (al, do, an) or an acronym (ED, HR).

    Where it is also a word, it has to be written as a name is amid a text, or before what is no word.
    """
    if is_acronym and piece.word in ACRONYMS:
        return False
    if piece.word not in WORDS:
        return True
    written = line.letters[piece.start : piece.end]
    is_amid = piece.start > 0 or _GOES_ON.match(line.letters, piece.end) is None
    return written.istitle() and is_amid


def _is_initials(piece: Piece, line: Line) -> bool:
    """Initials with dots, unless they are an abbreviation or a time of day."""
    written = line.letters[piece.start : piece.end]
    if "." not in written:
        return written.isupper() and piece.word not in (ACRONYMS | _PAIRED if "-" not in written else _PAIRED)
    if written.islower():
        return piece.word not in _ABBREVIATED
    return written.isupper() and not _is_time(piece, line)


def _is_time(piece: Piece, line: Line) -> bool:
    return piece.word in _TIMES and _follows_number(piece, line)


def _follows_number(piece: Piece, line: Line) -> bool:
    return line.letters[: piece.start].rstrip()[-1:].isdigit()
