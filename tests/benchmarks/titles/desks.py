"""Disguises of desks and machines: logins, masks on lists, markup, scripts glued together, signs between."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, slug
from tests.benchmarks.titles.patterns import first, full, last, within
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.sections import words

_LOGINS = (
    "{l4}{f2}",
    "{f2}{l4}",
    "{f}{l5}",
    "{l5}{f}",
    "{f3}{l3}",
    "{l3}{f3}",
    "{f}{l6}",
    "{l6}{f2}",
    "{L4}{F2}",
)
_TAGGED = (
    "{0}<br/>{1}", "<b>{0}</b> {1}", "{0} <i>{1}</i>", "{0}</p><p>{1}", "{0}&amp;nbsp;{1}", "{0}[br]{1}",
    "{0}<wbr> {1}", '<span style="x">{0}</span> {1}',
    "{0}&lt;br&gt;{1}",
)  # fmt: skip
_TYPESET = {
    "ä": '\\"a', "ö": '\\"{o}', "ü": '{\\"u}', "é": "\\'e", "è": "\\`{e}", "ç": "\\c{c}", "ñ": "\\~n",
    "ß": "\\ss{}", "á": "\\'{a}", "í": "\\'i", "ó": "{\\'o}", "ë": '\\"e', "ê": "\\^e", "ł": "\\l{}",
    "ż": "\\.z", "ş": "\\c{s}",
}  # fmt: skip
_SIGNS = ("{0}/{1}", "{0}+{1}", "{0}_{1}", "{0}&{1}", "{0}-{1}")


def _login(identity: Identity, chance: Chance) -> Piece | None:
    """Of so many letters of either name."""
    given, family = slug(identity.given_ascii), slug(identity.family_ascii)
    if not identity.is_latin or len(given) < 4 or len(family) < 6:
        return None
    parts = {f"f{size}": given[:size] for size in (2, 3)} | {
        f"l{size}": family[:size] for size in range(3, 7)
    }
    parts |= {"f": given[0], "L4": family[:4].upper(), "F2": given[:2].upper()}
    return Piece(chance.pick(_LOGINS).format(**parts), before=chance.pick(("", "", "@")))


def _crossed_out(identity: Identity, chance: Chance) -> Piece | None:
    """All but how names begin, or but for a letter at either end."""
    names = (identity.given, identity.family)
    if not identity.is_latin or not all(name.isalpha() and len(name) > 3 for name in names):
        return None
    mask = chance.pick("xxX*#")
    one, other = (name[0] + mask * (len(name) - 1) for name in names)
    inner = identity.family[0] + mask * (len(identity.family) - 2) + identity.family[-1]
    return Piece(
        chance.pick((f"{one} {other}", inner, f"{identity.given} {other}", f"{one} {identity.family}"))
    )


def _tagged(identity: Identity, chance: Chance) -> Piece | None:
    text = chance.pick(_TAGGED).format(identity.given, identity.family)
    before, _, rest = text.partition(identity.given)
    core, name, after = rest.rpartition(identity.family)
    return Piece(identity.given + core + name, before, after) if not identity.is_eastern else None


def _typeset(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.full, identity.given, identity.family))
    text = "".join(_TYPESET.get(letter, letter) for letter in name)
    return Piece(text) if identity.is_latin and text != name else None


def _initials_with_a_sign(identity: Identity, chance: Chance) -> Piece | None:
    two = identity.given[0], identity.family[0]
    if not identity.is_latin or " " in identity.family or "".join(two).lower() in words("tongues", "pairs"):
        return None
    return Piece(chance.pick(_SIGNS).format(*two).upper())


def _particles_and_initials(identity: Identity, chance: Chance) -> Piece | None:
    """An account of the given name's letter, the particles' and the family name."""
    parts = identity.family.split()
    if not identity.is_latin or len(parts) < 2 or identity.language not in {"nl", "de", "fr", "es", "it"}:
        return None
    short = "".join(part[0] for part in parts[:-1])
    return Piece(f"{identity.given[0]}{short}{slug(parts[-1])}".lower())


def _letters(identity: Identity) -> str:
    return "".join(filter(str.isalpha, last(identity)))


DESKS: Mapping[str, Write] = {
    "schman": _login,
    "Axxx Sxxxxxx": _crossed_out,
    "<b>Anna</b> Schmidt": _tagged,
    'J\\"urgen': _typeset,
    "A/S": _initials_with_a_sign,
    "jvdberg": _particles_and_initials,
    "scripts glued": within("scripts glued", first, full),
    "honorifics glued": within(
        "honorifics glued", lambda one: _letters(one).lower() if one.is_latin else None
    ),
    "honorifics of elsewhere glued": within("honorifics of elsewhere glued", _letters, first),
}
