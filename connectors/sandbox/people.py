"""Who works in the made-up companies, and who comes to see them."""

from uuid import UUID

import msgspec

from connectors.sandbox.calendar import Guest
from connectors.sandbox.chance import Chance
from connectors.sandbox.directory import Person
from connectors.sandbox.names import languages

#: Where external guests come from. Domains are reserved for examples (RFC 2606).
_OUTSIDE = ("riverbank-clinic.example", "okafor-partners.example", "tidewater-law.test", "posthorn.example")


class Company(msgspec.Struct, frozen=True):
    """The staff of a company, its reading account first, and the outsiders that they meet."""

    staff: tuple[Person, ...]
    outsiders: tuple[Guest, ...]

    @property
    def colleagues(self) -> tuple[Person, ...]:
        """The staff without the account that only reads calendars."""
        return self.staff[1:]


def identifier(chance: Chance) -> str:
    """A directory id: a version 4 UUID, drawn by lot."""
    return str(UUID(int=chance.below(1 << 62) << 66 | chance.below(1 << 62), version=4))


def _guest(chance: Chance, domain: str, number: int) -> Guest:
    # In turn, so that a small company has names of many languages too.
    language = languages()[number % len(languages())]
    given, family = chance.pick(language.given), chance.pick(language.family)
    local = f"{given.romanized}.{family.romanized}{number}".lower().replace("'", "").replace("-", "")
    shown = language.pattern.format(given=given.shown, family=family.shown)
    return Guest(shown, f"{local}@{domain}")


def company(chance: Chance, domain: str, size: int) -> Company:
    """``size`` members of staff with addresses in ``domain``, and some they meet from elsewhere."""
    reader = Person(id=identifier(chance), name="Calendar Reader", address=f"calendar.reader@{domain}")
    staff = [reader]
    for number in range(size):
        guest = _guest(chance, domain, number)
        staff.append(Person(id=identifier(chance), name=guest.name, address=guest.address))
    outsiders = (_guest(chance, chance.pick(_OUTSIDE), number) for number in range(size // 3 + 2))
    return Company(tuple(staff), tuple(outsiders))
