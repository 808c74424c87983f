"""Disguises by whose language the title is in: its endings, and its letters, on names of elsewhere."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.alphabets import ended, rewritten
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.grammar import BACK, FRONT
from tests.benchmarks.titles.identities import Identity, ascii_of
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.shortenings import VOWELS

_LONG = str.maketrans("aeo", "áéó")
#: After back vowels, and after front ones.
_HUNGARIAN = (
    ("nak", "nek"),
    ("hoz", "hez"),
    ("nál", "nél"),
    ("tól", "től"),
    ("ék", "ék"),
    ("éknál", "éknél"),
)
#: After a vowel, and after a consonant.
_FINNISH = (("n", "in"), ("lle", "ille"), ("lta", "ilta"), ("lla", "illa"))
#: Of Czech, Croatian and Polish: in the place of an a, and after a consonant.
_SLAVIC = (("ou", "em"), ("y", "ovi"), ("in", "ův"), ("om", "om"), ("e", "a"), ("ą", "em"), ("ie", "owi"))
_TURKISH = {BACK: ("dan", "la", "larla", "a"), FRONT: ("den", "le", "lerle", "e")}
_POLISH = ("Polish, of whom", "Polish, to whom")
_RUSSIAN = ("Russian in Latin, with somebody", "Russian in Latin, whom")


def _told(identity: Identity, chance: Chance) -> str | None:
    """A Latin name that takes endings."""
    name = chance.pick((identity.given, identity.given, identity.family))
    return name if identity.is_latin and name.isalpha() else None


def _hungarian(identity: Identity, chance: Chance) -> Piece | None:
    if (name := _told(identity, chance)) is None:
        return None
    back, front = chance.pick(_HUNGARIAN)
    is_back = any(one in "aouáóú" for one in name.lower()[1:])
    return Piece(name[:-1] + name[-1].translate(_LONG) + (back if is_back else front))


def _finnish(identity: Identity, chance: Chance) -> Piece | None:
    if (name := _told(identity, chance)) is None:
        return None
    after_vowel, after_consonant = chance.pick(_FINNISH)
    ending = after_vowel if name[-1] in f"{VOWELS}y" else after_consonant
    is_back = any(one in "aouáóú" for one in name.lower())
    return Piece(name + (ending if is_back else ending.replace("a", "ä")))


def _slavic(identity: Identity, chance: Chance) -> Piece | None:
    name = _told(identity, chance)
    if name is None or identity.language == "pl" or name[-1] in VOWELS.replace("a", "") + "y":
        return None
    of_women, of_men = chance.pick(_SLAVIC)
    return Piece(name[:-1] + of_women if name[-1] == "a" else name + of_men)


def _wife(identity: Identity, chance: Chance) -> Piece | None:
    """As Czech calls women, and Hungarian wives."""
    family = identity.family
    is_fit = identity.is_latin and family.isalpha() and identity.language not in {"pl", "ru"}
    if not is_fit or identity.given_ascii[-1] not in "ae":
        return None
    if chance.once_in(4):
        return Piece(f"{family}né")
    family = f"{family[:-1] if family[-1] in 'aeo' else family}ová"
    return Piece(chance.pick((family, f"{identity.given} {family}")))


def _of_a_family(identity: Identity, chance: Chance) -> Piece | None:
    languages = {"ru": "Russian", "pl": "Polish"}
    if identity.is_abroad or identity.language not in languages:
        return None
    case = chance.pick(("of a family", "with a family"))
    text = ended(identity.family, f"{languages[identity.language]}, {case}")
    return Piece(text) if text != identity.family else None


def _bare_turkish(identity: Identity, chance: Chance) -> Piece | None:
    name = chance.pick((identity.given, identity.family))
    bare = ascii_of(name, "tr")
    if identity.language != "tr" or bare == name:
        return None
    last = [one for one in name.lower() if one in BACK + FRONT][-1]
    return Piece(bare + chance.pick(_TURKISH[BACK if last in BACK else FRONT]))


def _bare_polish(identity: Identity, chance: Chance) -> Piece | None:
    """With an ending, and no letter that other keyboards lack."""
    name = chance.pick((identity.given, identity.family))
    if identity.language != "pl":
        return None
    declined = ended(name, chance.pick(_POLISH))
    text = ascii_of(declined, "pl")
    return None if text in (declined, name, ascii_of(name, "pl")) else Piece(text)


def _russian_in_latin(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ru" or not identity.is_latin:
        return None
    case = chance.pick(_RUSSIAN)
    given, family = (ended(name, case) for name in (identity.given, identity.family))
    text = chance.pick((given, family, f"{given} {family}"))
    return None if text in (identity.given, identity.family) else Piece(text)


def _greek_in_latin(identity: Identity, chance: Chance) -> Piece | None:
    """Of a man without the last s, of a woman with one."""
    if identity.language != "el" or not identity.is_latin:
        return None
    given = ended(identity.given, "Greek in Latin")
    is_man = identity.given.endswith("s") and identity.family.endswith("s")
    texts = [given, *([identity.family[:-1], f"{given} {identity.family[:-1]}"] if is_man else [])]
    text = chance.pick(texts)
    return Piece(text) if text != identity.given else None


def _ukrainian(identity: Identity, chance: Chance) -> Piece | None:
    given, family = (another(name, "in Ukrainian", chance) for name in (identity.given, identity.family))
    if given is None and family is None:
        return None
    whole = f"{given or identity.given} {family or identity.family}"
    return Piece(chance.pick((whole, whole, given or family or whole)))


def _russian_elsewhere(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "ru" or identity.is_latin:
        return None
    text = rewritten(identity.full.lower(), chance.pick(("Russian in Polish", "Russian in Czech"))).title()
    return Piece(text) if text != f"{identity.given_ascii} {identity.family_ascii}" else None


HOSTS: Mapping[str, Write] = {
    "Annának": _hungarian,
    "Annalle": _finnish,
    "Annou, Thomasem": _slavic,
    "Schmidtová": _wife,
    "Соколовых": _of_a_family,
    "Ozturkle": _bare_turkish,
    "Lukasza": _bare_polish,
    "Sokolovym": _russian_in_latin,
    "Niko, Marias": _greek_in_latin,
    "Олександр": _ukrainian,
    "Szczerbakow": _russian_elsewhere,
}
