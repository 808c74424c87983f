"""Users as the SCIM library wants them: looked up, made for the answer, and never stored."""

from typing import Annotated, Any

from scim2_models import (
    URN,
    Meta,
    NotFoundException,
    Required,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
    Uniqueness,
)
from scim2_server.storage import AsyncScimStorage, SearchPage

from gateway.signals.provisioning import Found
from gateway.signals.scim import USER_SCHEMA, Shown
from gateway.signals.scim_ids import hashes
from gateway.signals.signal import Name, NameKind
from gateway.web.scim_filter import Wanted, wanted
from gateway.web.scim_people import People


class User(Resource[Any]):
    """All that we speak of. Whatever else is said of a user is read past."""

    __schema__ = URN(USER_SCHEMA)

    user_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    active: bool | None = None


class Users(AsyncScimStorage):
    """Everybody, of whom only those are known whom we hold. Nothing is stored.

    ``shown``: who is shown to us; ``found``: whom we hold of those whom this request is about.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self._wanted: Wanted | None = None
        self.shown: Shown | None = None
        self.found: Found | None = None

    def ask(self, text: str | None) -> None:
        """Take a filter. Raises InvalidFilterException."""
        self._wanted = None if text is None else wanted(text)

    async def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> User:
        """Whoever has this id. Of somebody whom we gave one, and do not hold, there is nothing to tell."""
        if not hashes(resource_id):
            raise NotFoundException
        self.found = await self._people.by_id(resource_id)
        # Okta reads a user before it writes one: without an answer it could disable nobody.
        return _nobody(resource_id) if self.found is None else _held(resource_id, self.found)

    async def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        """Who is asked for by name. Nobody is listed."""
        asked = self._wanted
        if asked is None or asked.anything_else:
            return SearchPage(0, [])
        found = await self._people.matching(asked.names, asked.ids)
        if found is None or asked.active not in {None, found.known.is_active}:
            return SearchPage(0, [])
        user_id = asked.ids[0] if asked.ids else await self._people.id_of(asked.names)
        is_beside = search_request.count == 0 or (search_request.start_index or 1) > 1
        return SearchPage(1, [] if is_beside else [_held(user_id, found, asked.names)])

    async def create(self, resource_type: ResourceType, resource: Resource[Any]) -> User:
        """An id for whoever is shown, the same each time."""
        assert self.shown is not None  # noqa: S101  read before the library is asked
        names = self.shown.names
        self.found = await self._people.named(names)
        user_id = await self._people.id_of(names)
        is_active = self.shown.active is not False and (self.found is None or self.found.known.is_active)
        return _named(user_id, self.shown.user_name, self.shown.external_id, is_active=is_active)

    async def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """As we hold them: how they are named is not for others to say, nor that they are active again."""
        if self.found is None or resource.id is None:
            return resource
        held = _held(resource.id, self.found)
        is_disabled = isinstance(resource, User) and resource.active is False
        return held.model_copy(update={"active": False}) if is_disabled else held

    async def delete(
        self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None
    ) -> None:
        """Nothing is stored; what becomes of whom we hold is decided by others."""


def _nobody(user_id: str) -> User:
    return _named(user_id, user_id, None, is_active=True)


def _held(user_id: str, found: Found, names: tuple[Name, ...] = ()) -> User:
    """By the address that they are asked for, if it is theirs."""
    known = found.known
    asked = [name.value for name in names if name.kind is NameKind.ADDRESS and name.value in known.addresses]
    user_name = next(iter((*asked, *known.addresses)), user_id)
    return _named(user_id, user_name, known.directory_id, is_active=known.is_active)


def _named(user_id: str, user_name: str, external_id: str | None, *, is_active: bool) -> User:
    meta = Meta(resource_type="User")
    return User(id=user_id, user_name=user_name, external_id=external_id, active=is_active, meta=meta)
