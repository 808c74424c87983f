"""People of the languages of both files, and how those abroad are written at home."""

from collections.abc import Mapping
from functools import cache

from connectors.sandbox.chance import Chance
from tests.benchmarks.titles.identities import Identity, Language, languages, languages_of, somebody

#: Unicode has them; directories do not.
_GEORGIAN_CAPITALS = {code: code - 0x1C90 + 0x10D0 for code in range(0x1C90, 0x1CC0)}


@cache
def _all() -> tuple[Language, ...]:
    return (*languages(), *languages_of("unseen/names"))


@cache
def _natives() -> Mapping[tuple[str, str], str]:
    """By language and Latin name."""
    return {
        (language.code, name.latin): name.native
        for language in _all()
        for name in (*language.given, *language.family)
    }


def anybody(chance: Chance) -> Identity:
    """Somebody of any language here."""
    identity = somebody(chance, _all())
    name = identity.person.name
    shown = name and name.translate(_GEORGIAN_CAPITALS)
    return identity._replace(person=identity.person._replace(name=shown))


def at_home(identity: Identity) -> tuple[str, str]:
    """The given and the family name as they are written at home."""
    given, family = (
        _natives()[identity.language, name] for name in (identity.given_ascii, identity.family_ascii)
    )
    return given, family
