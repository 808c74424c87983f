"""What ends a hold, opens one, or names one by order, takes two people; one of them alone gets nowhere."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.app.holds.confirming import confirm, propose
from gateway.app.holds.officers import changed, put_in_force, register
from gateway.app.holds.overview import every_hold, find_hold, place_hold
from gateway.app.holds.reviews import Reviews
from gateway.app.tenants import withdraw_tenant
from gateway.errors import ConfigurationError, KeyDestroyed, UnknownName
from gateway.legal_hold import Deed, HoldId, HoldState
from gateway.proof.checkpoint import Signer
from gateway.proposal import LIFE, Disclose, Lift, Look, NotConfirmed, Officers, Review, written
from gateway.store.copies import copy_database
from gateway.store.sqlite import sqlite_engine
from gateway.store.tables import held
from tests.fakes.holds import (
    ALL_PLACES,
    ANNA,
    BEN,
    CLEO,
    ORDER,
    Officer,
    confirmed,
    found_officers,
    known,
    place_at,
    place_sealed,
    review_day,
)
from tests.fakes.installation import Installation
from tests.fakes.rows import tenants_rows
from tests.fakes.site import Site, meetings, open_site


@pytest.fixture
async def site(installation: Installation) -> Site:
    await found_officers(installation.parts, ANNA, BEN)
    return await open_site(installation, *meetings(3))


async def lifting(site: Site) -> str:
    return propose(site.installation.parts, Lift, hold=await place_at(site), reference=ORDER)


async def refused(site: Site, note: str, match: str) -> None:
    """It is, and nothing became of it."""
    before = await tenants_rows(site.installation.store, site.tenant)
    with pytest.raises(NotConfirmed, match=match):
        await confirm(site.installation.parts, note)
    assert await tenants_rows(site.installation.store, site.tenant) == before


async def test_one_alone_lifts_nothing(site: Site) -> None:
    note = await lifting(site)
    for signed in (note, ANNA.sign(note), ANNA.sign(ANNA.sign(note)), CLEO.sign(ANNA.sign(note))):
        await refused(site, signed, "of 2 officers")


async def test_a_signature_under_another_text_counts_for_nothing(site: Site) -> None:
    note = await lifting(site)
    both = BEN.sign(ANNA.sign(note))
    await refused(site, both.replace(ORDER, "Order 8/26"), "not signed by")
    forged = note + BEN.sign(ANNA.sign("another\n")).removeprefix("another\n")
    await refused(site, forged, "not signed by")
    await refused(site, both.replace('"act"', ' "act"'), "no proposal")


async def test_two_lift_it_and_no_copy_opens_what_it_kept(site: Site, tmp_path: Path) -> None:
    parts, hold = site.installation.parts, await place_at(site)
    copy = tmp_path / "copy.db"
    await copy_database(parts.store.database, copy)
    await confirmed(parts, Lift, hold=hold, reference=ORDER)
    row, record = await known(site, hold)
    assert row.state is HoldState.LIFTED
    assert [(one.what, one.by) for one in record.journal] == [
        (Deed.PLACED, ()),
        (Deed.LIFTED, ("anna", "benn")),
    ]
    assert (await tenants_rows(parts.store, site.tenant))["held"] == []
    with pytest.raises(KeyDestroyed):
        await parts.keys.open_hold_key(site.tenant, hold)
    with sqlite_engine(copy, writes=False).connect() as connection:
        assert len(connection.execute(held.select()).all()) == 3


async def test_a_hold_outlives_its_tenant_and_is_lifted_then(site: Site) -> None:
    parts, hold = site.installation.parts, await place_at(site)
    await withdraw_tenant(parts, site.tenant)
    before = (await tenants_rows(parts.store, site.tenant))["history"]
    await confirmed(parts, Lift, hold=hold, reference=ORDER)
    assert (await known(site, hold)).row.state is HoldState.LIFTED
    assert (await tenants_rows(parts.store, site.tenant))["history"] == before


async def test_a_proposal_is_good_once_and_for_a_week(site: Site, tmp_path: Path) -> None:
    parts, hold = site.installation.parts, await place_at(site)
    what = {"resources": (), "since": None, "until": None, "fields": ("start",)}
    note = BEN.sign(ANNA.sign(propose(parts, Disclose, hold=hold, reference=ORDER, **what)))
    await confirm(parts, note, tmp_path / "one")
    with pytest.raises(NotConfirmed, match="once"):
        await confirm(parts, note, tmp_path / "two")
    assert not (tmp_path / "two").exists()
    late = BEN.sign(ANNA.sign(propose(parts, Lift, hold=hold, reference=ORDER)))
    site.installation.clock.move(LIFE)
    await refused(site, late, "time is over")
    far = Lift(id="x", expires=parts.clock() + LIFE + timedelta(seconds=1), hold=hold, reference=ORDER)
    await refused(site, BEN.sign(ANNA.sign(written(far))), "time is over")


async def test_a_disclosure_holds_what_was_asked_for_and_no_more(site: Site, tmp_path: Path) -> None:
    parts, hold = site.installation.parts, await place_at(site)
    await withdraw_tenant(parts, site.tenant)
    first = min(one.start for one in site.consumer.bookings.values())
    what = {"resources": (), "since": None, "until": first + timedelta(minutes=1)}
    fields = ("start", "place.name")
    out = tmp_path / "extract"
    await confirmed(parts, Disclose, out, hold=hold, reference=ORDER, fields=fields, **what)
    told = msgspec.json.decode(out.read_bytes())
    assert told["bookings"] == [{"start": first.isoformat().replace("+00:00", "Z"), "place.name": "Amber"}]
    assert (told["hold"], told["reference"], told["fields"]) == (hold, ORDER, list(fields))
    assert out.stat().st_mode & 0o777 == 0o600
    entry = (await known(site, hold)).record.journal[-1]
    assert (entry.what, entry.by, entry.reference) == (Deed.DISCLOSED, ("anna", "benn"), ORDER)


async def test_what_cannot_be_written_is_not_disclosed(site: Site, tmp_path: Path) -> None:
    parts, hold = site.installation.parts, await place_at(site)
    what = {"resources": (), "since": None, "until": None, "fields": ("start",)}
    elsewhere = {**what, "resources": ("nowhere",)}
    with pytest.raises(NotConfirmed, match="Nothing that is held"):
        await confirmed(parts, Disclose, tmp_path / "none", hold=hold, reference=ORDER, **elsewhere)
    (tmp_path / "there").write_text("mine")
    for target in (tmp_path / "there", tmp_path / "no" / "folder", None):
        with pytest.raises(ConfigurationError):
            await confirmed(parts, Disclose, target, hold=hold, reference=ORDER, **what)
    assert (tmp_path / "there").read_text() == "mine"
    assert len((await known(site, hold)).record.journal) == 1


@pytest.mark.parametrize("fields", [(), ("subject",), ("start", "organizer")])
async def test_only_fields_that_there_are_can_be_asked_for(site: Site, fields: tuple[str, ...]) -> None:
    what = {"resources": (), "since": None, "until": None, "fields": fields}
    with pytest.raises(ConfigurationError, match="Name the fields"):
        propose(site.installation.parts, Disclose, hold="hold", reference=ORDER, **what)


async def test_a_hold_by_order_is_shown_to_officers_alone(site: Site) -> None:
    parts, hold = site.installation.parts, await place_sealed(site)
    assert await every_hold(parts) == []
    with pytest.raises(UnknownName) as hidden:
        await find_hold(parts, hold)
    with pytest.raises(UnknownName) as unknown:
        await find_hold(parts, "hold_nothing")
    assert str(hidden.value) == str(unknown.value)
    with pytest.raises(NotConfirmed):
        await confirm(parts, propose(parts, Look))
    shown = await confirm(parts, BEN.sign(propose(parts, Look)))
    assert [one.row.id for one in shown.holds] == [hold]


async def test_a_hold_by_order_is_reviewed_and_lifted_by_two(site: Site) -> None:
    parts, hold = site.installation.parts, await place_sealed(site)
    day = review_day(site) + timedelta(days=20)
    await confirmed(parts, Review, hold=hold, review=day)
    assert (await known(site, hold, sealed=True)).record.review == day
    await confirmed(parts, Lift, hold=hold, reference=ORDER)
    assert (await known(site, hold, sealed=True)).row.state is HoldState.LIFTED


async def test_the_first_officers_all_sign_and_are_two(installation: Installation) -> None:
    parts = installation.parts
    with pytest.raises(NotConfirmed, match="two at the least"):
        await found_officers(parts, ANNA)
    with pytest.raises(NotConfirmed, match="each once"):
        await found_officers(parts, ANNA, ANNA)
    with pytest.raises(NotConfirmed, match="each once"):
        await found_officers(parts, ANNA, Officer(Signer("another", b"anna" * 8)))
    text = propose(parts, Officers, number=0, officers=(ANNA.vkey, BEN.vkey, CLEO.vkey))
    with pytest.raises(NotConfirmed, match="2 of 3"):
        await confirm(parts, BEN.sign(ANNA.sign(text)))
    assert (await register(parts)).officers == ()


async def test_officers_are_changed_by_two_of_them(site: Site) -> None:
    parts = site.installation.parts
    number, listed = await changed(parts, [CLEO.vkey], ["benn"])
    text = propose(parts, Officers, number=number, officers=listed)
    for signed in (CLEO.sign(ANNA.sign(text)), ANNA.sign(text)):
        with pytest.raises(NotConfirmed, match="1 of 2"):
            await confirm(parts, signed)
    both = BEN.sign(ANNA.sign(text))
    await confirm(parts, both)
    assert [one.name for one in (await register(parts)).officers] == ["anna", "cleo"]
    # He is none any more.
    await refused(site, BEN.sign(ANNA.sign(await lifting(site))), "1 of 2")
    with pytest.raises(NotConfirmed, match="follows"):
        await put_in_force(parts, both)


async def test_nobody_makes_officers_beside_the_keys(site: Site, tmp_path: Path) -> None:
    forged = propose(site.installation.parts, Officers, number=1, officers=(ANNA.vkey, CLEO.vkey))
    await site.installation.parts.keys.record_officers(1, CLEO.sign(ANNA.sign(forged)).encode())
    with pytest.raises(NotConfirmed, match="1 of 2"):
        await register(site.installation.parts)


async def test_while_there_are_no_officers_nothing_is_confirmed_or_held(installation: Installation) -> None:
    site, parts = await open_site(installation, *meetings(1)), installation.parts
    await refused(site, BEN.sign(ANNA.sign(propose(parts, Look))), "0 of 1")
    with pytest.raises(NotConfirmed, match="Nobody could lift"):
        await place_hold(parts, site.tenant, ALL_PLACES, reference=ORDER, review=review_day(site))
    assert await every_hold(parts) == []


async def test_what_would_not_show_as_it_is_is_not_signed(site: Site) -> None:
    expires = site.installation.clock() + LIFE
    note = written(Lift(id="hold_1", expires=expires, hold=HoldId("hold"), reference="Order \u202e7"))
    await refused(site, BEN.sign(ANNA.sign(note)), "no proposal")


async def test_what_was_lifted_since_a_copy_is_lifted_in_it(site: Site) -> None:
    """A store that was put back from before still names the hold, and its key is gone."""
    parts, hold = site.installation.parts, await place_at(site)
    await parts.keys.destroy_hold_key(site.tenant, hold)
    await Reviews(parts).visit()
    assert (await known(site, hold)).row.state is HoldState.LIFTED
    assert (await tenants_rows(parts.store, site.tenant))["held"] == []
