"""What an operator writes down: employers' policies and the ceilings of legal bases, as TOML.

A policy is one file of ``config/policies``; its name is the file's. ``config/legal.toml`` is counsel's.
Whatever is unknown, missing or out of reach raises ConfigurationError before anything starts.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.lattice import WIDEST, Booker, Disclosure, Place, Time, Title, meet
from gateway.minimization.vocabulary import NO_WORDS, Vocabulary, check_word

Document = TypeVar("Document")

#: Fields without which there is no booking.
INDISPENSABLE = {"time": Time.NONE, "place": Place.NONE}

#: How much may be seen without a recorded assessment.
UNASSESSED = {"booker": Booker.NONE, "title": Title.CATEGORY}


class Policy(msgspec.Struct, frozen=True):
    """An employer's choice for all fields, under the name that a tenant's registration uses.

    ``vocabulary`` is what may be told of titles where the choice is their words. ``assessed``: whether a data
    protection impact assessment is on record, and confirmed by the privacy officer.
    """

    name: str
    disclosure: Disclosure
    vocabulary: Vocabulary = NO_WORDS
    assessed: bool = False


class Legal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ceiling of each legal basis, by the letter of Art. 6(1) GDPR."""

    ceilings: dict[str, Disclosure]
    #: Bases that carry a personal authorization and never an employer's.
    personal_only: frozenset[str]

    def ceiling(self, basis: str, *, personal: bool = False) -> Disclosure:
        """The most that a basis carries. Raises ConfigurationError for one that does not carry it at all."""
        if basis not in self.ceilings:
            known = ", ".join(sorted(self.ceilings))
            raise ConfigurationError(
                "legal.toml has no ceiling for that legal basis, so nothing may be read under it. "
                f"Use one of: {known}."
            )
        if basis in self.personal_only and not personal:
            raise ConfigurationError(
                f"The legal basis {basis} of Art. 6(1) GDPR carries a person's own authorization only. "
                "Choose the basis that the employer relies on."
            )
        return self.ceilings[basis]


class PolicyFile(Disclosure, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file of ``config/policies`` holds."""

    #: Where the data protection impact assessment is filed, and when the privacy officer confirmed it.
    dpia_reference: str = ""
    privacy_officer_confirmed_on: date | None = None
    #: The employer's own words, beside the vocabulary.
    words: tuple[str, ...] = ()


def load_policies(folder: Path, vocabulary: Vocabulary = NO_WORDS) -> dict[str, Policy]:
    """Every policy of a folder, by name. ``vocabulary`` is what all of them share."""
    policies = {
        path.stem: parse_policy(path.name, _read(path), vocabulary) for path in sorted(folder.glob("*.toml"))
    }
    if not policies:
        raise ConfigurationError(
            f"The folder {folder.name} holds no policy, so no tenant could be served. "
            "Point to the folder that holds occupancy.toml."
        )
    return policies


def load_legal(path: Path) -> Legal:
    """The ceilings of one file."""
    return parse_legal(path.name, _read(path))


def named(policies: Mapping[str, Policy], name: str) -> Policy:
    """The policy of that name. Raises UnknownName."""
    if name not in policies:
        known = ", ".join(sorted(policies))
        raise UnknownName(f"There is no policy of that name. Choose one of {known}, or add a file for it.")
    return policies[name]


def between(policies: Mapping[str, Policy], name: str, following: str | None) -> Policy:
    """What holds while a tenant passes from one policy to another: what both allow. Raises UnknownName.

    Words that only one of them knows are none.
    """
    policy = named(policies, name)
    if following is None:
        return policy
    other = named(policies, following)
    both = meet(policy.disclosure, other.disclosure)
    if policy.vocabulary.digest != other.vocabulary.digest:
        both = meet(both, replace(WIDEST, title=Title.CATEGORY))
    return replace(policy, disclosure=both)


def activated(policies: Mapping[str, Policy], name: str) -> Policy:
    """The policy of that name, for a tenant to live by. Raises UnknownName, or ConfigurationError.

    What shows who booked, or words that somebody wrote, needs an assessment on record.
    """
    policy = named(policies, name)
    if policy.disclosure.title is Title.SCRUBBED:
        raise ConfigurationError(
            f"{name}.toml: title = 3 may be a consumer's purpose; a tenant chooses it place by place, never "
            "for all. Set title = 2, and name the places under scrubbed_titles in the file of places."
        )
    shown = [
        f"{field} = {getattr(policy.disclosure, field)}"
        for field, least in UNASSESSED.items()
        if getattr(policy.disclosure, field) > least
    ]
    if shown and not policy.assessed:
        raise ConfigurationError(
            f"{name}.toml: {' and '.join(shown)} needs a recorded assessment before a tenant may have it. "
            "Add dpia_reference and privacy_officer_confirmed_on, or choose another policy."
        )
    return policy


def parse_policy(file_name: str, content: bytes, vocabulary: Vocabulary = NO_WORDS) -> Policy:
    """One policy file. Raises ConfigurationError that names file, key and reason."""
    document = _decode(file_name, content, PolicyFile)
    _refuse_the_indispensable(file_name, "", document)
    words = [check_word(f"{file_name}: words", word) for word in document.words]
    return Policy(
        name=file_name.removesuffix(".toml"),
        disclosure=meet(document),
        vocabulary=vocabulary.with_words(words),
        assessed=bool(document.dpia_reference.strip() and document.privacy_officer_confirmed_on),
    )


def parse_legal(file_name: str, content: bytes) -> Legal:
    """The file of ceilings. Raises ConfigurationError that names file, key and reason."""
    legal = _decode(file_name, content, Legal)
    for basis, ceiling in legal.ceilings.items():
        _refuse_the_indispensable(file_name, f"ceilings.{basis}.", ceiling)
    if strangers := legal.personal_only - legal.ceilings.keys():
        raise ConfigurationError(
            f"{file_name}: personal_only names {', '.join(sorted(strangers))}, which has no ceiling. "
            "Add the ceiling or take the name out."
        )
    return legal


def _refuse_the_indispensable(file_name: str, prefix: str, disclosure: Disclosure) -> None:
    for field, least in INDISPENSABLE.items():
        if getattr(disclosure, field) is least:
            raise ConfigurationError(
                f"{file_name}: {prefix}{field} = 0 would leave no booking at all. "
                "To keep a resource from FlexO, leave the resource out instead."
            )


def _decode(file_name: str, content: bytes, document: type[Document]) -> Document:
    try:
        return msgspec.toml.decode(content, type=document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file_name} cannot be used: {error}. Fields and levels are listed in config/README.md."
        ) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path.name} cannot be read ({error.strerror}). Give the gateway's user the right to read it."
        ) from None
