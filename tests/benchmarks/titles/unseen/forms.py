"""The unseen forms, by the language of the titles that they stand in; none is among those of ``corpus``."""

from collections.abc import Mapping

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles import titles
from tests.benchmarks.titles.corpus import FORMS, Edition
from tests.benchmarks.titles.plain import Write
from tests.benchmarks.titles.samples import Kind
from tests.benchmarks.titles.sections import section
from tests.benchmarks.titles.unseen import far_eastern, machines, near_eastern, northern, slavic, western
from tests.benchmarks.titles.unseen.people import anybody

#: These stand in titles of whichever language.
_ANYWHERE: Mapping[str, Write] = {
    **machines.MACHINES,
    **slavic.UKRAINIAN_ABROAD,
    **near_eastern.ANYWHERE,
    **far_eastern.EASTERN_ABROAD,
}
#: By a section of ``titles.txt``.
BY_TITLES: Mapping[str, Mapping[str, Write]] = {
    "clinic": machines.CLINIC,
    "reading": machines.READING,
    "chat": machines.CHAT,
    "booking": machines.BOOKING,
    "sales": machines.SALES,
    "court": machines.COURT,
    "en": western.ENGLISH,
    "fr": western.FRENCH,
    "de": western.GERMAN,
    "nl": western.DUTCH,
    "it": western.ITALIAN,
    "es": western.SPANISH,
    "pt": western.PORTUGUESE,
    "ro": western.ROMANIAN,
    "ro owned": western.ROMANIAN_OWNED,
    "ro called": western.ROMANIAN_CALLED,
    "tr": western.TURKISH,
    "tr owned": western.TURKISH_OWNED,
    "sv": northern.SWEDISH,
    "fi": northern.FINNISH,
    "fi to": northern.FINNISH_TO,
    "fi families": northern.FINNISH_FAMILIES,
    "hu": northern.HUNGARIAN,
    "et": northern.ESTONIAN,
    "lt": northern.LITHUANIAN,
    "lt owned": northern.LITHUANIAN_OWNED,
    "lv": northern.LATVIAN,
    "cs": slavic.CZECH,
    "cs names": slavic.CZECH_NAMES,
    "cs called": slavic.CZECH_CALLED,
    "cs owned": slavic.CZECH_OWNED,
    "cs families": slavic.CZECH_FAMILIES,
    "uk": slavic.UKRAINIAN,
    "uk to": slavic.UKRAINIAN_TO,
    "uk names": slavic.UKRAINIAN_NAMES,
    "uk called": slavic.UKRAINIAN_CALLED,
    "sr": slavic.SERBIAN,
    "sr names": slavic.SERBIAN_NAMES,
    "sr cyrillic": slavic.SERBIAN_CYRILLIC,
    "ru": slavic.RUSSIAN,
    "ru to": slavic.RUSSIAN_TO,
    "ru latin": slavic.RUSSIAN_LATIN,
    "pl": slavic.POLISH,
    "el": near_eastern.GREEK,
    "el latin": near_eastern.GREEK_LATIN,
    "he": near_eastern.HEBREW,
    "he to": near_eastern.HEBREW_TO,
    "ar": near_eastern.ARABIC,
    "fa": near_eastern.PERSIAN,
    "ka": near_eastern.GEORGIAN,
    "ka owned": near_eastern.GEORGIAN_OWNED,
    "ka names": near_eastern.GEORGIAN_NAMES,
    "hy": near_eastern.ARMENIAN,
    "hi": {**far_eastern.HINDI, **near_eastern.HINDI_ABROAD},
    "bn": far_eastern.BENGALI,
    "ta": far_eastern.TAMIL,
    "th": far_eastern.THAI,
    "vi": far_eastern.VIETNAMESE,
    "zh": far_eastern.CHINESE,
    "ja": far_eastern.JAPANESE,
    "ko": {**far_eastern.KOREAN, **near_eastern.KOREAN_ABROAD},
}
_TITLES_OF = {form: language for language, forms in BY_TITLES.items() for form in forms}

UNSEEN: Mapping[str, Write] = {
    **_ANYWHERE,
    **{form: write for forms in BY_TITLES.values() for form, write in forms.items()},
}


def title(form: str, chance: Chance) -> str:
    """A title with room for ``{who}``, in the language in which such a form is written."""
    if form not in _TITLES_OF:
        return titles.mentioning(chance)
    return titles.drawn(chance.pick(section("unseen/titles", _TITLES_OF[form])), chance)


#: What is held out: these in place of those of ``corpus``, and people of more languages.
UNSEEN_EDITION = Edition({**FORMS, Kind.HELD_OUT: UNSEEN}, anybody, title)
