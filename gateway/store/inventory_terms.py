"""The words of the inventory, each of a closed set. The records of processing tell them to people."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class KeptFor(StrEnum):
    """Why a column is kept."""

    INSTRUCTION = "to do what the tenant has chosen"
    READING = "to read the calendars that an authorization covers"
    TELLING = "to tell consumers when places are taken"
    RECOGNITION = "to recognize who asked for it"
    SIGNALS = "to be told soon that an authorization, or somebody's part in it, is over"
    OBJECTION = "to leave out whoever withdrew or objected"
    REQUEST = "to answer what people ask about their own data, and to show that it was"
    TRANSPARENCY = "to tell in numbers what was asked for, seen, kept and withheld"
    ACCOUNTABILITY = "to show by what authority was read, and what a withdrawal did"
    HOLD = "to keep what a legal hold asks for"
    ADMISSION = "to know who may read the feed"
    STATISTICS = "to tell in numbers of whole months how places are used, where the tenant asked for it"


class Content(StrEnum):
    """What stands in a column: in clear (law 7), or sealed under a key that is elsewhere."""

    IDENTIFIER = "an id of ours: random, or a keyed hash"
    KEYED_HASH = "a keyed hash"
    SECRET_HASH = "a hash of a random secret"  # noqa: S105  says what a column is
    STATE = "a word of ours"
    WORD_OR_IDENTIFIER = "a word of ours, or an id of ours"
    NUMBER = "a counter, or bits"
    WORK_TIME = "a time of our own work"
    PUBLISHED = "a salted hash, or the signed head of the log in which it stands: anybody may see it"
    SEALED_BOOKING = "what minimization left of an event"
    SEALED_PLACE = "what a place is, where a calendar is found, and how far it was read"
    SEALED_PERSON = "who somebody is who connected a calendar or asked to be recognized"
    SEALED_CHOICE = "what a tenant has chosen"
    SEALED_CREDENTIAL = "how a provider is reached, and what it has promised"
    SEALED_ADDRESS = "where a tenant is told that something was restricted, and what signs that"
    SEALED_EVIDENCE = "who authorized what, when, and on which basis; what shows that it ended"
    SEALED_CONSUMER = "the name of a consumer, what it may read, and where and how far it was told"
    SEALED_CURSOR = "how far a consumer has read each of its tenants"
    SEALED_COUNT = "numbers of how places are used"

    @property
    def is_sealed(self) -> bool:
        """Whether it takes a key to read it."""
        return self.name.startswith("SEALED_")


class Retention(StrEnum):
    """For how long, at most. Where ``{days}`` stands, time ends it, and else what happens."""

    AUTHORIZATION = "as long as the authorization that it hangs on has not ended"
    END_TOLD = "until the tenant was told that its authorization has ended, or could not be told for days"
    LISTING = "as long as the provider lists the place, or the person's link stands"
    ENROLMENT = "as long as the subject is enrolled"
    WINDOW = "until {days} day after the day on which the booking ends"
    REMOVAL = "while what it tells of stands, and for {days} days after"
    INVITATION = "for {days} days, or until it was followed"
    PROMISE = "until the place is gone, and what the provider promised for {days} days at most"
    RECEIPT = "for {days} days"
    CURSOR = "for {days} days, or until the consumer has long read on"
    COUNTING = "until the second day after the month, or at most until {days} days after it"
    YEAR = "until {days} days after the year"
    RELEASE = "until {days} days after the month that it tells of"
    REQUEST = "until {days} days after the request was answered, and no longer than the authorization"
    FOREVER = "for as long as the installation is there: a log that proves is only added to"
    INSTALLATION = "for as long as the installation is there"
    HOLD = "until the hold is lifted: people review it, and no time ends it"
    LIMITATION = "until {days} days after the end of what it proves"


class EraseRule(StrEnum):
    """What the end of an authorization, or of a subject's part in it, does to a column."""

    TENANT = "deleted when the tenant's authorization ends"
    PERSON = "deleted when the authorization ends that it hangs on, the tenant's or a person's"
    SUBJECT = "deleted when the subject withdraws, or the tenant's authorization ends"
    EMPTIED = "emptied when the tenant's authorization ends; the row stays as proof"
    END_TOLD = "emptied once the tenant was told there that its authorization has ended, or could not be told"
    EVIDENCE = "stays as proof, and goes with its key when the limitation period is over"
    HOLD = "stays under a key of its own, and goes with it when the hold is lifted"
    NONE = "stays: it tells of nobody without the certificate that it is the hash of"
    INSTALLATION = "stays: it is the installation's, and tells of nobody"
    ADMISSION = "stays when a consumer is revoked, as proof of who received what"
    CURSOR = "stays until its time is over: it tells how far was read, and nothing of what"

    @property
    def deletes(self) -> bool:
        """Whether rows go in the cascade of their tenant."""
        return self in {EraseRule.TENANT, EraseRule.PERSON, EraseRule.SUBJECT}


class Rule(NamedTuple):
    """Why something is kept, for how long, and what a withdrawal does to it."""

    kept_for: KeptFor
    retention: Retention
    erasure: EraseRule


class Described(NamedTuple):
    """What is laid down of one column."""

    rule: Rule
    content: Content


class Rows(NamedTuple):
    """What is laid down of a table: what stands in its columns, and which obey another rule than its rows."""

    rule: Rule
    columns: Mapping[Content, str]
    otherwise: Mapping[Rule, str] = MappingProxyType({})
