"""Purposes: each is a policy, as the most that a consumer sees whatever its tenants allow."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from gateway.booking import Booking, canonical
from gateway.errors import ConfigurationError
from gateway.minimization.facets import facets_of
from gateway.minimization.lattice import Disclosure, Place, disclosure_of, meet
from gateway.minimization.narrowing import lowered
from gateway.minimization.policy import Policy, named
from gateway.purpose import Minimized, Purpose

DIGEST_BYTES = 8


def purpose(name: str, disclosure: Disclosure) -> Purpose:
    """What a disclosure comes to as a purpose."""

    @lru_cache(maxsize=256)
    def hides(levels: bytes) -> Disclosure | None:
        """What a booking was made under, if this purpose shows less."""
        made = disclosure_of(levels)
        return None if meet(made, disclosure) == made else made

    def narrow(kept: Minimized) -> bytes:
        made = hides(kept.levels)
        if made is None:
            return kept.body
        return canonical(lowered(msgspec.json.decode(kept.body, type=Booking), disclosure, made))

    digest = hashlib.sha256(msgspec.json.encode(disclosure)).digest()[:DIGEST_BYTES]
    return Purpose(name, facets_of(disclosure), digest, narrow)


def purposes(policies: Mapping[str, Policy]) -> dict[str, Purpose]:
    """What consumers may read for, by name."""
    return {
        name: purpose(name, policy.disclosure)
        for name, policy in policies.items()
        if policy.disclosure.place is Place.RESOURCE
    }


def check_purpose(policies: Mapping[str, Policy], name: str) -> None:
    """Raises UnknownName, or ConfigurationError for a policy that cannot be a purpose."""
    if named(policies, name).disclosure.place is not Place.RESOURCE:
        raise ConfigurationError(
            f"{name}.toml: place = 1 is for tenants, since nothing that is stored of a place becomes its "
            "site's. Choose a purpose with place = 2; nothing was recorded."
        )
