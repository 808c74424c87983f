"""Certificate: what a withdrawal did and when, what still stands, and what nobody has verified."""

import json
from collections.abc import Mapping
from enum import StrEnum

import msgspec

#: What certificates, exports and accounts say alike, whether or not something is held by order.
EXCEPTIONS = "exceptions allowed by law may exist"

#: Enough for any; a certificate is made to be kept by whoever withdrew.
BYTES_MAX = 4096
SALT_BYTES = 32


class Scope(StrEnum):
    """What was withdrawn."""

    TENANT = "tenant"
    PERSON = "person"
    SUBJECT = "subject"
    CREDENTIALS = "credentials"


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """When each step of the cascade was done, RFC 3339."""

    fenced: str
    dropped: str
    shredded: str
    erased: str
    notified: str
    verified: str
    proved: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement on cryptographic erase tells (NIST SP 800-88), a line each."""

    method: str = "cryptographic erase (NIST SP 800-88)"
    key_service: str
    key_generation: str
    encryption: str = "AES-256-GCM; a key for each record by HKDF-SHA-512, with a commitment"
    key_wrapping: str
    keys_destroyed: str
    keys_left: str
    data_areas: str
    sanitization: str
    escrow: str = "the gateway keeps no copy of these keys elsewhere"


class Recipients(msgspec.Struct, frozen=True, kw_only=True):
    """How many consumers were told, and have acknowledged; the first of these by our ids, and when."""

    told: int
    acknowledged: int
    by: Mapping[str, str]


class Backups(msgspec.Struct, frozen=True, kw_only=True):
    """Copies of the store that were registered: how many, from when to when, and when one was tried last.

    None of them holds a key, and the keys that were destroyed open nothing in any.
    """

    registered: int
    first_taken: str | None
    last_taken: str | None
    last_tried: str | None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence that stays: on which basis (GDPR), and until when."""

    what: str
    basis: str
    until: str = "the end of the limitation period that the operator has set"


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What every certificate says. Ids are ours, times those of our own work; nothing in it is a person's.

    ``inaccessible_since``: nobody can use the keys, or reach it here. ``irrecoverable_since``: nor can their
    service give them back; it may lie ahead. Both are None where there was no key, the second where none was
    destroyed. ``rows_left``: by table.
    """

    salt: str
    tenant: str
    inaccessible_since: str | None
    irrecoverable_since: str | None
    statement: Statement
    rows_left: Mapping[str, int]
    backups: Backups
    still_opens: tuple[str, ...]
    kept: tuple[Kept, ...]
    not_verified: tuple[str, ...]
    software: str
    signed_by: str = "the operator who carried it out; nobody else has verified it"
    cannot_prove: str = "that no copy exists outside of what the gateway controls"
    exceptions: str = EXCEPTIONS

    def canonical(self) -> bytes:
        """The certificate's bytes, as RFC 8785 orders and writes them."""
        members = msgspec.to_builtins(self)
        text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()


class Certificate(Proof, frozen=True, kw_only=True):
    """One withdrawal. ``withdrawn_from``: how the authorization stood before, None where it stands."""

    withdrawal: str
    scope: Scope
    authorization: str
    subject: str | None
    withdrawn_from: str | None
    times: Times
    at_provider: tuple[str, ...]
    recipients: Recipients
    format: str = "calendar-gateway/certificate@v1"


class HoldTimes(msgspec.Struct, frozen=True, kw_only=True):
    """When a hold was placed, when two had confirmed its end, and when that was looked at, RFC 3339."""

    placed: str
    confirmed: str
    verified: str


class LiftedHold(Proof, frozen=True, kw_only=True):
    """One legal hold that was lifted. ``disclosures``: how many files in clear were handed to officers."""

    hold: str
    bookings: int
    times: HoldTimes
    confirmations: int
    disclosures: int
    format: str = "calendar-gateway/lifted-hold@v1"


class ExcludedPlace(Proof, frozen=True, kw_only=True):
    """One place that was excluded, by the id of its calendar. No key was destroyed for it.

    ``copies_remain_until``: what ends what still opens in copies of before.
    """

    calendar: str
    verified: str
    copies_remain_until: str
    format: str = "calendar-gateway/excluded-place@v1"
