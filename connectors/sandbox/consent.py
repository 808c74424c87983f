"""What a company's admin has granted us, beside whether we are let in at all."""

import msgspec

#: What opens rooms and desks, and no calendar.
PLACES_ROLE = "Place.Read.All"


class Consent(msgspec.Struct):
    """Changes as an admin changes it.

    ``roles`` are the application permissions consented to in Entra. ``reach`` holds the addresses whose
    calendars we may read, by Exchange's scope or by sharing; None: everybody's. ``withheld`` are scopes that
    Google leaves out of a token without a word.
    """

    roles: tuple[str, ...] = (PLACES_ROLE,)
    reach: frozenset[str] | None = None
    withheld: frozenset[str] = frozenset()

    def reaches(self, address: str) -> bool:
        return self.reach is None or address in self.reach


def opens_every_mailbox(roles: tuple[str, ...]) -> bool:
    """Grants add up: a calendar permission of Entra's knows no scope of Exchange's."""
    return any(role.startswith("Calendars.") for role in roles)
