"""A tenant of whom every table holds rows, put there by what the product does."""

from msgspec.structs import replace
from sqlalchemy import Row, Table, select

from connectors.raw import Attendee, Response
from gateway.app.consumers.overview import add_consumer
from gateway.app.persons.links import invite, withdraw_link
from gateway.app.requests.opening import open_request
from gateway.authorization import AuthorizationId
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.request import RequestKind
from gateway.store.acknowledgements import SIGNED, Seal
from gateway.store.acknowledgements import acknowledge as note
from gateway.store.escalations import escalate
from gateway.store.messages import MessageType, tell_employer
from gateway.store.registry import Registry
from gateway.store.removals import expect_removal
from gateway.store.scope import TenantScope
from gateway.store.signals import SignalRow
from gateway.store.store import Store
from gateway.store.tables import OF_THE_INSTALLATION, bucket_of, metadata
from gateway.store.transaction import Transaction
from gateway.store.usage import Release
from gateway.sync.counting import site_key
from gateway.usage import SPENT_MONTHLY, first_day, year_of
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.counted import MARCH, a_day, turn
from tests.fakes.employer import name
from tests.fakes.enrolled import ALL, RUBEN, WENDLA, allow, enrol, enrolled_at, organized, withdraw
from tests.fakes.filled_store import NOON
from tests.fakes.holds import place_at
from tests.fakes.installation import Installation, resource_of
from tests.fakes.persons import Person, invitation, links_at, open_peopled_site
from tests.fakes.signing import Signer
from tests.fakes.site import AMBER, Site

#: Of whom nothing is held but that they asked.
ASKS = "tilda@cobalt.example"
NOTIFY_URL = "https://gateway.example/v1/notifications/graph"


async def open_full_site(installation: Installation) -> Site:
    """One room, read and watched; who booked it, who objected, who connected, who withdrew; and a hold."""
    allow(installation)
    installation.notify_url = NOTIFY_URL
    hers, his = organized("event-0", NOON, WENDLA), organized("event-1", NOON, RUBEN)
    site = await open_peopled_site(installation, policy=ALL)
    await name(site)
    await add_consumer(installation.parts, f"flexo {site.tenant}", [site.tenant], purpose="occupancy")
    await enrol(site, WENDLA)
    await enrol(site, RUBEN)
    site.provider.put(AMBER, hers, his)
    ben, _ = [await _connected(site, name) for name in ("ben", "ana")]
    await site.later()
    # One more comes: nothing else of it moves.
    site.provider.put(AMBER, replace(hers, attendees=(Attendee(Response.ACCEPTED),) * 9))
    site.provider.delete(AMBER, "event-1")
    await site.later()
    await withdraw(site, address=RUBEN)
    gone = await withdraw_link(installation.parts, site.tenant, ben, nothing_to_revoke)
    await acknowledge(site, gone.id)
    await site.later()
    site.provider.put(AMBER, hers)
    await site.later()
    standing = await installation.standing(site.tenant)
    await open_request(installation.parts, standing, RequestKind.ACCESS, addresses=[ASKS])
    await invite(installation.parts, standing)
    await place_at(site)
    await expect(site)
    await count(site)
    await hear(site)
    return site


async def count(site: Site) -> None:
    """Let it be counted how the room is used and who booked, and a month before that be released."""
    own, (wendla, *_) = resource_of(site.tenancy, AMBER), await enrolled_at(site)

    def write(transaction: Transaction) -> None:
        transaction.usage.add(first_day(MARCH), {own: a_day()})
        transaction.usage.note_bookers(first_day(MARCH), {wendla: site_key(site.tenancy.keys.index, None)})
        transaction.usage.form(year_of(MARCH), {own: "group"})
        transaction.usage.release(Release(MARCH - 1, b"{}", SPENT_MONTHLY))

    await turn(site, write)


async def _connected(site: Site, name: str) -> AuthorizationId:
    """Whose calendar tells of a meeting in the room."""
    before = {link.authorization for link in await links_at(site)}
    person = Person(site, name)
    person.put(invitation(f"of {name}", NOON, AMBER))
    await person.connect()
    (own,) = {link.authorization for link in await links_at(site)} - before
    return own


async def expect(site: Site) -> None:
    """Let a provider be asked whether something was removed there, as after an earlier withdrawal."""
    own = AuthorizationId("aut_earlier")
    await site.installation.store.administer(
        lambda rows: expect_removal(TenantScope(handle=rows.handle, tenant=site.tenant, now=rows.now), own)
    )


async def acknowledge(site: Site, erasure: str) -> None:
    """Let a consumer say that it has deleted what it had, and sign it."""
    here = site.installation
    column = await here.parts.keyring.evidence(site.tenant, *SIGNED)
    seal = Seal(column, 1, Signer().signed(erasure))

    def write(rows: Registry) -> None:
        note(rows.handle, site.tenant, erasure, "con_1", at=rows.now, seal=seal)
        # Another one has not.
        scope = TenantScope(handle=rows.handle, tenant=site.tenant, now=rows.now)
        escalate(scope, erasure, "con_2", since=rows.now)

    await here.store.administer(write)


async def rows_of(store: Store, table: Table, tenant: TenantId) -> list[Row[tuple[object, ...]]]:
    """All that a table holds of a tenant; of the installation's own tables, all that they hold."""
    found = select(table)
    if table.name not in OF_THE_INSTALLATION:
        owner = table.c.id if table.name == "tenants" else table.c.tenant
        found = found.where(table.c.bucket == bucket_of(tenant), owner == tenant)
    return list(await store.read(lambda handle: handle.execute(found).all()))


async def tables_held(store: Store, tenant: TenantId) -> set[str]:
    """The names of tables that hold anything of a tenant."""
    tables = [table for table in metadata.sorted_tables if table.name not in OF_THE_INSTALLATION]
    return {table.name for table in tables if await rows_of(store, table, tenant)}


async def hear(site: Site) -> None:
    """Let an identity provider say of somebody who connected that their sessions ended.

    And let the employer be told of them, and of somebody who is enrolled.
    """
    *_, ana = await links_at(site)
    wendla, *_ = await enrolled_at(site)
    told = site.tenancy.keys.index.identifier("signal", "issuer", "1")
    about = (told, "trm_1", "sessions_ended", "person", "refresh")
    now = milliseconds(site.installation.clock())
    row = SignalRow(*about, received_at=now, late=False, authorization=ana.authorization, subject=None)

    def write(transaction: Transaction) -> None:
        transaction.transmitters.add("trm_1", "okta", b"{}", "secret")
        transaction.signals.add(row)

    def tell(rows: Registry) -> None:
        for what, about in (
            (MessageType.SUBJECT_SUSPENDED, wendla),
            (MessageType.AUTHORIZATION_SUSPENDED, ana.authorization),
        ):
            tell_employer(rows.handle, site.tenant, what, about, at=rows.now)

    await turn(site, write)
    await site.installation.store.administer(tell)
