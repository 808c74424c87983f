"""The record of an authorization: the evidence that it was given, shaped after ISO/IEC TS 27560.

It holds what was true when it was given, in words as well, since what the words were made of changes. What
changes later stands in the authorization's history, as another ``InForce``.
"""

from typing import Annotated

import msgspec

from gateway.residency import Residence
from gateway.tenant import Provider

#: Something, and not only spaces.
Filled = Annotated[str, msgspec.Meta(pattern=r"\S")]

#: ISO 3166-1 alpha-2, or EU.
Jurisdiction = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]

#: Of this struct; and what its fields are those of.
SCHEMA = "1, after ISO/IEC TS 27560:2023"


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes part: ``contact`` is where people turn to about their data."""

    name: Filled
    address: Filled
    contact: Filled
    jurisdiction: Jurisdiction


class Mandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider organization that acts for the tenant; ``reference`` says where its mandate is filed."""

    name: Filled
    address: Filled
    contact: Filled
    reference: Filled


class Controller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an admin says of the tenant as controller.

    ``jurisdiction`` is the operator's unless it is given.
    """

    address: Filled
    contact: Filled
    jurisdiction: Jurisdiction | None = None
    #: A national rule that its legal basis rests on as well, such as § 26 BDSG.
    national_rule: Filled | None = None
    mandate: Mandate | None = None


class Recipient(msgspec.Struct, frozen=True, order=True):
    """A consumer that may read, by name, the purpose that it reads for, and where it is."""

    name: str
    purpose: str
    residence: Residence

    @property
    def in_words(self) -> str:
        """What for, and on what ground it is told outside the region."""
        return f"for {self.purpose}" if self.abroad is None else f"for {self.purpose} {self.abroad}"

    @property
    def abroad(self) -> str | None:
        """Where it is, and on what it is told there; None within the region."""
        transfer = self.residence.transfer
        return None if transfer is None else f"in region {self.residence.region}: {transfer}"


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What holds of an authorization from some moment on.

    Versions are digests: of a policy with its vocabulary, and of the notice as it would be written.
    """

    policy: str
    policy_version: str
    notice_version: str
    #: What FlexO is told, in words.
    told: tuple[str, ...]
    recipients: tuple[Recipient, ...]
    #: RFC 3339; None: until it is withdrawn.
    expires_at: str | None
    next_policy: str | None = None


class TrialTerms(msgspec.Struct, frozen=True, kw_only=True):
    """That it began as a trial: of how many calendars, and from when until when (RFC 3339)."""

    calendars: int
    begun_at: str
    ends_at: str


class AuthorizationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence of one authorization; outlives the tenant's data.

    ``basis`` is a letter of Art. 6(1) GDPR, ``rights`` are articles of it.
    """

    tenant_name: str
    provider: Provider
    directory: str
    recorded_at: str
    controller: Party
    processor: Party
    mandate: Mandate | None
    purpose: str
    basis: str
    national_rule: str | None
    #: The controller's instruction to us (Art. 28), apart from its legal basis (Art. 6).
    instruction: str
    #: Where it is stored and processed, and nowhere else.
    region: str
    necessity: str
    special_categories: str
    #: What is kept for how long.
    retention: tuple[str, ...]
    withdrawal: str
    rights: tuple[str, ...]
    in_force: InForce
    schema: str = SCHEMA
    #: The form of grant, as the connection has it.
    grant: str | None = None
    #: The provider's immutable id of the person, where a person gave it.
    account: str | None = None
    trial: TrialTerms | None = None
