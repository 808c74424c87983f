"""What a company's admin has granted us, beside whether we are let in at all, and what persons have."""

from enum import StrEnum

import msgspec

#: What opens rooms and desks, and no calendar.
PLACES_ROLE = "Place.Read.All"
#: What opens everybody's account, and no calendar.
USERS_ROLE = "User.Read.All"
#: What opens everybody's account at Google, and the logs of what admins and persons do.
ACCOUNT_SCOPES = frozenset({
    "https://www.googleapis.com/auth/admin.directory.user.readonly",
    "https://www.googleapis.com/auth/admin.reports.audit.readonly",
})  # fmt: skip


class Consent(msgspec.Struct):
    """Changes as an admin changes it; ``is_blocked`` by the provider, wherever our application is used.

    One that is blocked or not enabled is given no more tokens. ``roles`` are the application permissions
    consented to in Entra. ``reach`` holds the addresses whose calendars we may read, by Exchange's scope or
    by sharing; None: everybody's. ``withheld`` are scopes that Google leaves out of a token without a word,
    ``undelegated`` those for which it gives none to whoever acts for a user.
    """

    roles: tuple[str, ...] = (PLACES_ROLE,)
    reach: frozenset[str] | None = None
    withheld: frozenset[str] = frozenset()
    undelegated: frozenset[str] = frozenset()
    is_enabled: bool = True
    is_blocked: bool = False

    def reaches(self, address: str) -> bool:
        return self.reach is None or address in self.reach


def opens_every_mailbox(roles: tuple[str, ...]) -> bool:
    """Grants add up: a calendar permission of Entra's knows no scope of Exchange's."""
    return any(role.startswith("Calendars.") for role in roles)


class Ending(StrEnum):
    """Why what a person has granted is no good any more."""

    #: The person took it back.
    REMOVED = "removed"
    #: All that was handed out to the person was ended, by them or by an admin.
    REVOKED = "revoked"
    #: It was not used for too long.
    EXPIRED = "expired"
    #: A policy wants them to sign in again.
    SIGN_IN = "sign_in"
    DISABLED = "disabled"
    DELETED = "deleted"


class PersonalConsent(msgspec.Struct):
    """What one person grants us for their own calendar. Changes as they, or an admin, change it.

    ``declines`` when asked; ``withheld`` are scopes that are left out without a word. Refresh tokens of an
    earlier ``generation`` are refused for the reason of the ``ending``, and all for as long as there is an
    ``absence``: disabled or deleted.
    """

    declines: bool = False
    withheld: frozenset[str] = frozenset()
    #: Whether the account belongs to no organization.
    is_consumer: bool = False
    ending: Ending | None = None
    generation: int = 0
    absence: Ending | None = None

    @property
    def has_account(self) -> bool:
        return self.absence is None

    def end(self, why: Ending) -> None:
        """Refuse what was handed out so far. A new sign-in begins anew, where there still is an account."""
        if why in {Ending.DISABLED, Ending.DELETED}:
            # An account that comes back brings along what was handed out: no provider asks the person anew.
            self.absence = why
        else:
            self.generation += 1
            self.ending = why

    def refusal(self, generation: int) -> Ending | None:
        """Why what was handed out under this generation is refused; None if it is good."""
        return self.absence or (self.ending if generation < self.generation else None)

    def succeeded(self) -> "PersonalConsent":
        """That of whoever has the address next: nothing of the first one's is good."""
        return PersonalConsent(ending=Ending.DELETED, generation=self.generation + 1)
