"""Names of places as a directory has them, unless they tell of a person: people write these, too."""

import re

from gateway.booking import ResourceKind
from gateway.minimization.texts.known import Known
from gateway.minimization.texts.tripwire import scan

#: Nobody is known by an event here: contacts are found, and places that are called somebody's.
_NOBODY = Known(())

_APOSTROPHE = "['`\u00b4\u2019]"
#: What a place is called by that belongs to no one person, but to all of a sort.
_SORTS = (
    "(?:wom[ae]n|m[ae]n|children|people|visitor|guest|parent|teacher|student|nurse|doctor|staff|gentlemen)"
)
_OFFICES = "(?:office|room|desk|workspace|workstation|cabin|studio|corner|bureau|list)s?"
_BUEROS = "(?:büro|zimmer|arbeitsplatz|schreibtisch|arbeitszimmer)"
_RAEUME = "(?:büros|räume|arbeitsplätze|schreibtische)"
_TITLES = "(?:mr|mrs|ms|miss|herr|frau|hr|mme|sr|sra|dr|prof)"

#: How a name says whose place it is.
_SOMEBODYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Anna's office, James' corner desk; not the visitors' room.
        rf"\b(?!{_SORTS})\w{{2,40}}(?:{_APOSTROPHE}s?|s{_APOSTROPHE})\s{{1,3}}(?:\w{{1,20}}\s{{1,3}})?{_OFFICES}\b",
        # Annas Büro, Annas Räume, Büro von Anna, Räume von Anna; not Erdgeschoss Räume
        rf"\b(?!\w*geschoss\b|campus\b)\w{{2,40}}s\s{{1,3}}(?:{_BUEROS}|{_RAEUME})\b",
        rf"\b{_RAEUME}\s{{1,3}}von\s{{1,3}}\w{{2,40}}",
        rf"\b{_BUEROS}\s{{1,3}}(?:von|vom|der|des)\s{{1,3}}\w{{2,40}}",
        # bureau de Marie, bureau d'Ana; not bureau de la poste
        rf"\bbureau\s{{1,3}}(?:de\s{{1,3}}|d{_APOSTROPHE})(?!la\b|les\b|l{_APOSTROPHE}|poste|vote)\w{{2,40}}",
        # despacho de Ana
        r"\bdespacho\s{1,3}de\s{1,3}(?!la\b|las\b|los\b)\w{2,40}",
        # 王明的办公室
        r"\w{1,20}的(?:办公室|辦公室|房间|房間|工位|座位)",
        # Dr. Smith; not MR 2
        rf"\b{_TITLES}\b\.?\s{{1,3}}[^\W\d_]\w{{1,40}}",
    )
)
_NUMBER = re.compile(r"\d[\w./-]{0,11}")


def place_name(text: str, kind: ResourceKind) -> str | None:
    """The name, unless it holds a contact; where it says whose it is, its sort and number, if it has one."""
    if scan(text, _NOBODY):
        return None
    if not _is_somebodys(text):
        return text
    numbers = _NUMBER.findall(text)
    sort = kind.value.replace("_", " ").capitalize()
    return f"{sort} {numbers[0]}" if len(numbers) == 1 else None


def part_of_place(text: str | None) -> str | None:
    """A building's or a floor's name, unless it tells of somebody."""
    return None if text is None or scan(text, _NOBODY) or _is_somebodys(text) else text


def _is_somebodys(text: str) -> bool:
    return any(pattern.search(text) for pattern in _SOMEBODYS)
