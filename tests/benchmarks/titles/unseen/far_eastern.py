"""How names are written in Hindi, Bengali, Tamil, Thai, Vietnamese, Chinese, Japanese and Korean."""

import unicodedata
from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.customs import another
from tests.benchmarks.titles.eastern import syllables
from tests.benchmarks.titles.identities import Identity
from tests.benchmarks.titles.patterns import first, last, within
from tests.benchmarks.titles.plain import Write, around
from tests.benchmarks.titles.samples import Piece
from tests.benchmarks.titles.spellings import is_told_whole
from tests.benchmarks.titles.unseen.tables import both, only_last, other, respelled

_PATTERNS = "unseen/patterns"
_BENGALI_MEN = {"অনির্বাণ", "সৌরভ", "দেবাশিস"}
_TO_MEN = ("{}দা", "{}বাবু", "{}দার সাথে", "{}ের সাথে", "{}কে নিয়ে", "{}দাকে নিয়ে")
_TO_WOMEN = ("{}দি", "{}দির সাথে", "{}র সাথে", "{}কে নিয়ে", "{}দিকে নিয়ে")
#: Grave, acute, tilde, hook and dot, and the keys that make them.
_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
#: Circumflex, breve and horn: a letter typed twice, or a w.
_ROOFS = {"\u0302": "", "\u0306": "w", "\u031b": "w"}
_VIETNAMESE_MEN = {"Tuan", "Duc", "Dung", "Thang", "Hieu"}
_ELDERS, _SISTERS = ("a.{}", "a. {}", "A {}", "a {}", "anh{}"), ("c.{}", "c. {}", "C {}", "c {}", "chị{}")
_KOREAN_MEN = {"민준", "도윤", "예준"}
_HANGUL, _FINALS = 0xAC00, 28
_KIN_OF_MEN = ("{}형", "{}오빠", "{}선배", "{} 선배님", "{}형님")
_KIN_OF_WOMEN = ("{}언니", "{}누나", "{}선배", "{} 선배님")
_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def _initial(title: str) -> Write:
    def write(identity: Identity, chance: Chance) -> Piece | None:
        initial = None if identity.is_abroad else other(identity.given, title, chance)
        return Piece(f"{initial}.{chance.pick((' ', ' ', ''))}{identity.family}") if initial else None

    return write


def _bengali_in_english(identity: Identity, chance: Chance) -> Piece | None:
    """Families that have one name in Bengali and another in English."""
    family = other(identity.family, "Bengali families in English", chance)
    return Piece(chance.pick((both(identity.given, family), family))) if family else None


def _bengali(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "bn" or identity.is_abroad:
        return None
    patterns = _TO_MEN if identity.given in _BENGALI_MEN else _TO_WOMEN
    return around(chance.pick(patterns), identity.given)


def _thai_otherwise(identity: Identity, chance: Chance) -> Piece | None:
    title = "Thai, romanized otherwise"
    given, family = (other(name, title, chance) for name in (identity.given, identity.family))
    if given is None and family is None:
        return None
    whole = both(given or identity.given, family or identity.family)
    return Piece(chance.pick((whole, given or whole)))


def _telex_syllable(syllable: str) -> str:
    keys, tone = "", ""
    for one in unicodedata.normalize("NFD", syllable):
        tone = _TONES.get(one, tone)
        if one in _ROOFS:
            keys += _ROOFS[one] or keys[-1].lower()
        elif one not in _TONES:
            keys += {"đ": "dd", "Đ": "Dd"}.get(one, one)
    return keys + tone


def _telex(identity: Identity, chance: Chance) -> Piece | None:
    """The keys of a Vietnamese keyboard, which was off."""
    name = chance.pick((identity.full, both(identity.family, identity.given), identity.given))
    text = " ".join(map(_telex_syllable, name.split(" ")))
    return Piece(text) if identity.language == "vi" and text != name else None


def _without_tones(identity: Identity, chance: Chance) -> Piece | None:
    """The tones lost, not the letters."""
    name = chance.pick(
        (identity.full, both(identity.family, identity.given), identity.given, identity.family)
    )
    bare = "".join(one for one in unicodedata.normalize("NFD", name) if one not in _TONES)
    text = unicodedata.normalize("NFC", bare)
    return Piece(text) if identity.language == "vi" and text != name and not text.isascii() else None


def _elder(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "vi":
        return None
    return around(
        chance.pick(_ELDERS if identity.given_ascii in _VIETNAMESE_MEN else _SISTERS), identity.given
    )


def _initials_after(identity: Identity, chance: Chance) -> Piece | None:
    """The family's sign, and the first letters of what follows."""
    if identity.language != "zh" or not identity.is_eastern or not is_told_whole(identity):
        return None
    told = identity._replace(given=identity.given_ascii, family=identity.family_ascii)
    letters = "".join(one[0] for one in syllables(told)).lower()
    return Piece(identity.family + chance.pick((letters, letters.upper()))) if letters else None


def _half_in_kana(identity: Identity, chance: Chance) -> Piece | None:
    """One name in signs, the other as it is read."""
    if identity.language != "ja" or not identity.is_eastern or not is_told_whole(identity):
        return None
    given, family = (another(name, "kana", chance) for name in (identity.given, identity.family))
    if given is None or family is None:
        return None
    if given == identity.given:
        return Piece(f"{family}{given}")
    is_katakana = chance.once_in(3)
    given, family = (one.translate(_KATAKANA) if is_katakana else one for one in (given, family))
    return Piece(chance.pick((f"{identity.family}{given}", f"{family}{identity.given}")))


def _kunrei(identity: Identity, chance: Chance) -> Piece | None:
    """As Japanese schools teach to spell."""
    if identity.language != "ja" or not (identity.is_latin or is_told_whole(identity)):
        return None
    names = identity.given_ascii, identity.family_ascii
    given, family = (respelled(name, "Kunrei") for name in names)
    changed = [text for text, name in zip((given, family), names, strict=True) if text != name]
    return Piece(chance.pick((both(given, family), both(family, given), changed[0]))) if changed else None


def _taiwanese(identity: Identity, chance: Chance) -> Piece | None:
    if identity.language != "zh" or not (identity.is_latin or is_told_whole(identity)):
        return None
    given = other(identity.given_ascii, "Taiwanese given names", chance)
    family = other(identity.family_ascii, "Taiwanese families", chance) or identity.family_ascii
    return Piece(chance.pick((both(given, family), both(family, given)))) if given else None


def _kin(identity: Identity, chance: Chance) -> Piece | None:
    """Whom one calls a brother or sister, and whom one calls."""
    if identity.language != "ko" or not identity.is_eastern:
        return None
    if chance.once_in(4):
        is_open = (ord(identity.given[-1]) - _HANGUL) % _FINALS == 0
        return around("{}야" if is_open else "{}아", identity.given)
    kin = _KIN_OF_MEN if identity.given in _KOREAN_MEN else _KIN_OF_WOMEN
    return around(chance.pick(kin), identity.given)


HINDI: Mapping[str, Write] = {
    "रा. शर्मा": _initial("Hindi, first syllable"),
    "आर. शर्मा": _initial("Hindi, by English letters"),
}
BENGALI: Mapping[str, Write] = {"অনির্বাণদা, মিতাকে": _bengali}
TAMIL: Mapping[str, Write] = {"முருகனுடன்": only_last("ta", both, ("{}", "ta, declined"))}
THAI: Mapping[str, Write] = {
    "กับคุณสมชายเรื่อง": within("Thai, glued", first, file=_PATTERNS),
    "คุณAnna": within("Thai on Latin names", first, file=_PATTERNS),
}
VIETNAMESE: Mapping[str, Write] = {
    "Nguyeenx Tuaans": _telex,
    "Nguyên Tuân": _without_tones,
    "a.Tuấn, c.Hương": _elder,
}
CHINESE: Mapping[str, Write] = {"王xm": _initials_after}
JAPANESE: Mapping[str, Write] = {
    "佐藤けんた": _half_in_kana,
    "佐藤ｻﾝ": within("Japanese honorifics otherwise", last, file=_PATTERNS),
}
KOREAN: Mapping[str, Write] = {"민준형, 지우야": _kin}
EASTERN_ABROAD: Mapping[str, Write] = {
    "Kobayasi, Syota": _kunrei,
    "Wang Hsiao-ming": _taiwanese,
    "Sourav Chatterjee": _bengali_in_english,
    "Nuttawut, Waraphon": _thai_otherwise,
}
