"""What an operator writes down: employers' policies and the ceilings of legal bases, as TOML.

A policy is one file of ``config/policies``; its name is the file's. ``config/legal.toml`` is counsel's.
Whatever is unknown, missing or out of reach raises ConfigurationError before anything starts.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from gateway.errors import ConfigurationError, UnknownName
from gateway.minimization.lattice import Booker, Disclosure, Place, Time, meet

Document = TypeVar("Document")

#: Fields without which there is no booking.
INDISPENSABLE = {"time": Time.NONE, "place": Place.NONE}


class Policy(msgspec.Struct, frozen=True):
    """An employer's choice for all fields, under the name that a tenant's registration uses."""

    name: str
    disclosure: Disclosure


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


class _PolicyFile(Disclosure, frozen=True, kw_only=True, forbid_unknown_fields=True):
    dpia_reference: str = ""
    privacy_officer_confirmed_on: date | None = None


def load_policies(folder: Path) -> dict[str, Policy]:
    """Every policy of a folder, by name."""
    policies = {path.stem: parse_policy(path.name, _read(path)) for path in sorted(folder.glob("*.toml"))}
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


def parse_policy(file_name: str, content: bytes) -> Policy:
    """One policy file. Raises ConfigurationError that names file, key and reason."""
    document = _decode(file_name, content, _PolicyFile)
    _refuse_the_indispensable(file_name, "", document)
    recorded = document.dpia_reference.strip() and document.privacy_officer_confirmed_on
    if document.booker is not Booker.NONE and not recorded:
        raise ConfigurationError(
            f"{file_name}: booker = {document.booker} shows who booked, which needs a recorded assessment. "
            "Add dpia_reference and privacy_officer_confirmed_on, or set booker = 0."
        )
    return Policy(file_name.removesuffix(".toml"), meet(document))


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
