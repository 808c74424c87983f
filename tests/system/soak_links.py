"""People's links at any moment of a soak: how one comes about, ends, and the proofs that it did."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import aiohttp
from sqlalchemy import select
from yarl import URL

from gateway.app.persons.links import invite, list_links, withdraw_link
from gateway.app.revoking import open_revoker
from gateway.authorization import Authorization, AuthorizationId, State
from gateway.booking import BookingId, TenantId
from gateway.errors import GatewayError, KeyUnavailable
from gateway.store.handle import Handle
from gateway.store.registry import known_standing_under
from gateway.store.tables import bookings
from gateway.store.withdrawals import withdrawals_of
from gateway.sync import schedule
from tests.fakes.crashes import Crash, Fuse
from tests.fakes.strict_backend import StrictBackend
from tests.system.browser import NotSentOn, open_browser
from tests.system.soak_audience import Audience
from tests.system.soak_comparison import lasting
from tests.system.soak_house import SoakHouse
from tests.system.soak_sandbox import SoakSandbox
from tests.system.soak_withdrawal import BAR


async def links_of(house: SoakHouse, employer: str) -> dict[AuthorizationId, Authorization]:
    """What an employer's people have granted, as long as it is not withdrawn to its end."""
    parts, tenant = house.gateway.parts, house.tenants[employer]
    read = partial(known_standing_under, tenant=tenant)
    links = [row.authorization for row in await list_links(parts, tenant)]
    standings = [await parts.store.read(partial(read, authorization=link)) for link in links]
    return {one.authorization.id: one.authorization for one in standings}


async def sign_in(house: SoakHouse, employer: str, address: str) -> AuthorizationId | None:
    """Follow an invitation as far as it goes; under which authorization the person is connected by it."""
    before = await links_of(house, employer)
    async with house.command() as parts:
        invitation = await invite(parts, await house.standing(house.tenants[employer]))
    async with open_browser(house.authority) as browser:
        with suppress(NotSentOn, aiohttp.ClientError, TimeoutError):
            asked = await browser.sent_on(invitation)
            back = await browser.sent_on(f"{asked}&login_hint={address}")
            # Some faults send everybody elsewhere.
            if URL(back).origin() == URL(invitation).origin():
                await browser.told(back)
    after = await links_of(house, employer)
    return next(
        (link for link, one in after.items() if link not in before or before[link].epoch < one.epoch), None
    )


@dataclass
class LinkWithdrawal:
    """One person's."""

    house: SoakHouse
    tenant: TenantId
    address: str
    link: AuthorizationId

    async def withdraw(self, fuse: Fuse) -> None:
        """As an admin's command does. If that dies before the fence, the admin says it once more."""
        for burning in (fuse, None):
            async with self.house.command(burning) as parts, open_revoker(parts) as revoke:
                with suppress(Crash, GatewayError):
                    await withdraw_link(parts, self.tenant, self.link, revoke)
            if not (await self.state()).is_open:
                return
        raise AssertionError("a person could not withdraw")

    async def nothing_is_told(
        self, audiences: Iterable[Audience], said: AbstractSet[BookingId], now: datetime
    ) -> None:
        """However far it has come: of what this person alone has told nothing is left."""
        for audience in audiences:
            for backend in (await audience.read(audience.prompt), await audience.read(StrictBackend())):
                view = backend.view(self.tenant)
                has = lasting(view, schedule.window(now)).keys()
                assert view.hidden or not said & has, "a person who withdrew is told of"

    async def state(self) -> State:
        read = partial(known_standing_under, tenant=self.tenant, authorization=self.link)
        return (await self.house.gateway.parts.store.read(read)).authorization.state

    async def prove(self, sandbox: SoakSandbox) -> None:
        """They are asked for no more, nothing of theirs is stored, and what seals it is nowhere."""
        parts = self.house.gateway.parts
        rows = await parts.store.read(partial(withdrawals_of, tenant=self.tenant))
        fenced = next(row.fenced_at for row in reversed(rows) if row.authorization == self.link)
        bar = datetime.fromtimestamp(fenced / 1000, UTC) + BAR
        assert not sandbox.visits.after(self.address, bar), "a person who withdrew is asked for"
        assert not await parts.store.read(self._has_records), "bookings of a person who withdrew stand"
        with suppress(KeyUnavailable):
            await parts.keys.open_data_key(self.tenant, self.link)
            raise AssertionError("bookings of a person who withdrew open from a backup")

    def _has_records(self, handle: Handle) -> bool:
        theirs = (bookings.c.authorization == self.link) & bookings.c.body.is_not(None)
        return handle.execute(select(bookings.c.id).where(theirs).limit(1)).first() is not None
