"""Whom a SCIM request is about: looked up by keyed hashes, and never written down."""

from collections.abc import Sequence

from gateway.booking import TenantId
from gateway.signals.provisioning import Found
from gateway.signals.scim_ids import Hashed, hashes, user_id
from gateway.signals.signal import Name, NameKind
from gateway.web.receiving import Door


class People:
    """One organization's, as its identity provider asks for them."""

    def __init__(self, door: Door, tenant: TenantId) -> None:
        self._door = door
        self._tenant = tenant

    async def named(self, names: Sequence[Name]) -> Found | None:
        """Whom the first of these names finds that finds anybody."""
        for name in names:
            known = await self._door.known(self._tenant, [name])
            if known is not None:
                return Found(known, name.kind)
        return None

    async def by_id(self, user: str) -> Found | None:
        """Whose id this is; None also of one that we gave to somebody who is nobody here."""
        for part in hashes(user):
            known = await self._door.known_by_hash(self._tenant, part)
            if known is not None:
                return Found(known, part.kind)
        return None

    async def matching(self, names: Sequence[Name], ids: Sequence[str]) -> Found | None:
        """Who has all of these names and ids."""
        found = [await self.named([name]) for name in names] + [await self.by_id(user) for user in ids]
        there = [one for one in found if one is not None]
        if len(there) != len(found) or len({one.known.id for one in there}) != 1:
            return None
        return min(there, key=lambda one: one.by is not NameKind.ACCOUNT)

    async def id_of(self, names: Sequence[Name]) -> str:
        """The id of whoever has these names, known or not."""
        hashed = await self._door.hashed(self._tenant, names)
        return user_id(Hashed(name.kind, one) for name, one in zip(names, hashed, strict=True))
