"""What certificates say in words, by what was withdrawn. They are facts: revise them with the cascade."""

from typing import NamedTuple

from gateway.proof.certificate import Kept, Scope

#: Nobody has looked into these, whatever was withdrawn.
NOT_VERIFIED = (
    "backups: copies that were not registered",
    "snapshots of the volumes that hold keys and data: nothing is declared of them",
    "file systems and devices: whether they keep blocks that were overwritten",
    "recipients' copies: an acknowledgement is their word",
)

ACCOUNTABILITY = "Art. 5(2), 17(3)(e)"
RECORD = Kept(what="the record of the authorization, sealed, and its history", basis=ACCOUNTABILITY)
WITHDRAWAL = Kept(what="this withdrawal, its certificate and acknowledgements", basis=ACCOUNTABILITY)
OBJECTION = Kept(
    what="keyed hashes by which the objection is found again",
    basis="Art. 21(3)",
    until="they enrol again themselves, or the tenant ends",
)

#: Where legal holds stand that may be named.
HELD = "what legal holds keep, under the keys of these holds"

WHOLE_TENANT = "key files renamed, overwritten and emptied; keys that wrapped them destroyed in their service"
ONE_KEY = "its wrapped form renamed, overwritten and emptied; what wrapped it destroyed, others wrapped anew"

CREDENTIALS = "its file renamed, overwritten and emptied; what wrapped it destroyed in its service"

GIVEN_BACK = "given back once where the provider takes it, not confirmed; people can remove it themselves"


class Wording(NamedTuple):
    """What a scope's certificates say. ``still_opens``: of copies made before, under keys that go on."""

    keys_destroyed: str
    keys_left: str
    data_areas: str
    sanitization: str
    still_opens: tuple[str, ...]
    kept: tuple[Kept, ...]


WORDINGS = {
    Scope.TENANT: Wording(
        keys_destroyed="credentials, encryption, index and all data keys of the tenant",
        keys_left="its evidence key, which opens what is kept and nothing else",
        data_areas="everything stored of the tenant, its people's calendars and subjects, but the evidence",
        sanitization=WHOLE_TENANT,
        still_opens=(),
        kept=(RECORD, WITHDRAWAL),
    ),
    Scope.PERSON: Wording(
        keys_destroyed="the data key of this authorization, and what wrapped it",
        keys_left="all others of the tenant",
        data_areas="what the person granted, their calendar and what was read by it",
        sanitization=ONE_KEY,
        still_opens=("keyed hashes, which the tenant's index key could make again",),
        kept=(RECORD, WITHDRAWAL),
    ),
    Scope.SUBJECT: Wording(
        keys_destroyed="the data key of this subject, and what wrapped it",
        keys_left="all others of the tenant",
        data_areas="the subject's record, and who booked in every booking",
        sanitization=ONE_KEY,
        still_opens=(
            "what was told of people and titles of their bookings, under the tenant's data key",
            "keyed hashes, which the tenant's index key could make again",
        ),
        kept=(OBJECTION, WITHDRAWAL),
    ),
    Scope.CREDENTIALS: Wording(
        keys_destroyed="the credentials key of the tenant, and what wrapped it",
        keys_left="all others of the tenant; none of them reads anything at its provider",
        data_areas="how its provider is reached, and channels over which it told of changes",
        sanitization=CREDENTIALS,
        still_opens=(
            "bookings, places and choices, of which nothing was withdrawn",
            "tokens of people's own calendars, each under its person's key; nothing is read with them",
            "the operator's own credential at the provider, which is no tenant's: it was not destroyed",
        ),
        kept=(RECORD, WITHDRAWAL),
    ),
}

ONE_OF_MANY = "none: one key seals all places of a tenant, and it goes on"

LIFTED_HOLD = Wording(
    keys_destroyed="this hold's own key, under which all that it kept was sealed",
    keys_left="all of the tenant's that it has, and those of other holds",
    data_areas="the copies of bookings that this hold kept",
    sanitization=WHOLE_TENANT,
    still_opens=(),
    kept=(Kept(what="the hold's record, without what it kept, and this certificate", basis=ACCOUNTABILITY),),
)
#: Of a hold whose tenant has not ended.
NOT_HELD = "bookings that were copied, where the tenant has them still, under its own keys"

EXCLUDED_PLACE = Wording(
    keys_destroyed=ONE_OF_MANY,
    keys_left="all of the tenant's",
    data_areas="none by destroying a key; what was read from this place's calendar was deleted",
    sanitization="none",
    still_opens=("what was read from this place's calendar, in copies made before, under the tenant's key",),
    kept=(Kept(what="that the place is excluded, and this certificate", basis=ACCOUNTABILITY),),
)
COPIES_REMAIN_UNTIL = (
    "the tenant's data key is destroyed, as its own withdrawal does, or all copies that were made before are"
)
NOT_COUNTED = "what people's own calendars told of the place: deleted, and not counted"

#: Of somebody who objected and was never enrolled.
NO_KEY = WORDINGS[Scope.SUBJECT]._replace(
    keys_destroyed="none: they were never enrolled, so no key was made",
    data_areas="none by destroying a key; rows were written anew",
    sanitization="none",
)
