"""What is no withdrawal is certified as well: what is gone, since when, and what still opens it elsewhere."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from subprocess import run
from sys import executable

import pytest
from sqlalchemy import insert

from gateway.app.accountability.certificates import certificate
from gateway.app.accountability.transparency import log_keys, shown_key
from gateway.app.copies.restoring import take
from gateway.app.engine import open_limitation
from gateway.app.holds.reviews import Reviews
from gateway.app.tenants import withdraw_tenant
from gateway.app.terms.places import decide_anew
from gateway.booking import TenantId
from gateway.errors import UnknownName
from gateway.legal_hold import HoldId, HoldState
from gateway.proof import offline
from gateway.proof.offline import FORMATS
from gateway.proof.wording import HELD, NOT_HELD
from gateway.proposal import Disclose, Lift
from gateway.store.database import Database
from gateway.store.legal_holds import holds_of
from gateway.store.tables import bucket_of, held
from gateway.tenant import Places
from gateway.vault.keys import Purpose, RemainingKey
from gateway.withdrawal.certified import _none_left
from gateway.withdrawal.ordered_steps import StepDelayed
from tests.fakes.crashes import Crash, CrashingKeys, Fuse
from tests.fakes.filled_store import NOON
from tests.fakes.holds import ORDER, confirmed, place_at, place_sealed
from tests.fakes.installation import Installation, open_installation
from tests.fakes.site import AMBER, Site, meetings, open_site
from tests.gateway.withdrawal.proved import proof_of, rows_of_proofs
from tests.gateway.withdrawal.test_crashed_hold import crashes, doomed

BOOKINGS = 3
WITHOUT_AMBER = Places(excluded=frozenset({AMBER.place_id}))
NOW = "2026-03-02T12:00:30.000Z"
#: What is amended, and told the key service; what goes; the certificate, and how large the log is.
EXCLUDING = 5


def silent(_done: int, _of: int) -> None:
    """Told how far it is, and content with it."""


async def lift(site: Site, hold: HoldId) -> None:
    await confirmed(site.installation.parts, Lift, hold=hold, reference=ORDER)


async def exclude(site: Site, places: Places = WITHOUT_AMBER) -> list[str]:
    return await decide_anew(site.installation.parts, site.tenant, places, silent)


async def test_a_hold_that_was_lifted_is_certified(installation: Installation, tmp_path: Path) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    hold, other = await place_at(site), await place_at(site)
    await take(installation.parts, tmp_path / "copy.db")
    when = {"since": None, "until": None, "resources": (), "fields": ("start",)}
    disclosed = {"hold": hold, "reference": ORDER, **when}
    await confirmed(installation.parts, Disclose, tmp_path / "seen", **disclosed)
    installation.clock.move(timedelta(days=1))
    await lift(site, hold)
    proof = (await proof_of(installation, site.tenant, hold)).certificate
    told = {name: proof[name] for name in ("hold", "bookings", "confirmations", "disclosures", "rows_left")}
    assert told == {
        "hold": hold,
        "bookings": BOOKINGS,
        "confirmations": 2,
        "disclosures": 1,
        "rows_left": {"held": 0},
    }
    assert proof["times"] == {
        "placed": NOW,
        "confirmed": "2026-03-03T12:00:30.000Z",
        "verified": "2026-03-03T12:00:30.000Z",
    }
    assert proof["inaccessible_since"] == proof["irrecoverable_since"] == proof["times"]["verified"]
    assert proof["still_opens"] == [NOT_HELD, HELD]
    assert proof["backups"]["registered"] == 1
    assert any("never tried" in text for text in proof["not_verified"])
    await withdraw_tenant(installation.parts, site.tenant)
    await lift(site, other)
    proof = (await proof_of(installation, site.tenant, other)).certificate
    assert proof["still_opens"] == []


class Recoverable(CrashingKeys):
    """A key service that gives back what it destroyed for some days, keys of holds among it."""

    async def remaining(self, tenant: TenantId) -> tuple[RemainingKey, ...]:
        days = ((Purpose.HOLD, 7), (Purpose.HOLD, 5), (Purpose.INDEX, 90))
        gone = [RemainingKey(purpose, None, NOON + timedelta(days=number)) for purpose, number in days]
        return (*await super().remaining(tenant), *gone)


async def test_a_hold_is_irrecoverable_once_the_last_key_of_holds_is(installation: Installation) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    hold = await place_at(site)
    parts = replace(installation.parts, keys=Recoverable(installation.parts.keys, Fuse(1_000)))
    await confirmed(parts, Lift, hold=hold, reference=ORDER)
    proof = (await proof_of(installation, site.tenant, hold)).certificate
    assert (proof["inaccessible_since"], proof["irrecoverable_since"][:10]) == (NOW, "2026-03-09")


def test_rows_of_one_table_are_enough_to_certify_nothing() -> None:
    for left in ({"bookings": 1, "traces": 0}, {"bookings": 0, "traces": 1}):
        with pytest.raises(StepDelayed, match="Rows are left"):
            _none_left(left)


async def test_of_a_hold_by_order_nothing_tells(installation: Installation) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    await place_at(site)
    hold = await place_sealed(site)
    await lift(site, hold)
    assert await rows_of_proofs(installation) == (0, 0)
    with pytest.raises(UnknownName):
        await certificate(installation.parts, site.tenant, hold)


async def test_what_is_left_of_a_hold_is_certified_by_nobody(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that another process wrote, and a key that somebody put back."""
    site = await open_site(installation, *meetings(BOOKINGS))
    hold = await place_at(site)
    row = {"bucket": bucket_of(site.tenant), "tenant": site.tenant, "hold": hold, "number": 9, "epoch": 1}
    late = insert(held).values(**row, record=b"late")
    with monkeypatch.context() as other:
        other.setattr("gateway.app.holds.lifting.empty", lambda registry, row: registry.handle.execute(late))  # noqa: ARG005
        await lift_and_wait(site, hold)
    keys = installation.parts.keys
    opened = await keys.open_key(site.tenant, "evidence")  # type: ignore[arg-type]  # as it is typed
    with monkeypatch.context() as back:

        async def open_hold_key(_tenant: str, _hold: str) -> object:
            return opened

        back.setattr(keys, "open_hold_key", open_hold_key)
        await visit(installation)
    assert [one.state for one in await installation.store.read(holds_of)] == [HoldState.LIFTING]
    assert await rows_of_proofs(installation) == (0, 0)
    await visit(installation)
    assert [one.state for one in await installation.store.read(holds_of)] == [HoldState.LIFTED]
    assert (await proof_of(installation, site.tenant, hold)).certificate["rows_left"] == {"held": 0}


async def visit(here: Installation) -> None:
    here.clock.move(timedelta(minutes=11))
    await Reviews(here.parts).visit()


async def lift_and_wait(site: Site, hold: HoldId) -> None:
    with pytest.raises(Exception, match="Rows are left"):
        await lift(site, hold)


async def test_a_place_that_was_excluded_is_certified_with_what_still_opens_it(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    await take(installation.parts, tmp_path / "copy.db")
    (name,) = await exclude(site)
    verified = await proof_of(installation, site.tenant, name)
    proof = verified.certificate
    assert proof["format"] in FORMATS
    assert (proof["inaccessible_since"], proof["irrecoverable_since"]) == (NOW, None)
    assert proof["rows_left"] == {"bookings": 0, "calendars": 0, "traces": 0}
    assert "in copies made before" in proof["still_opens"][0]
    assert "data key is destroyed" in proof["copies_remain_until"]
    assert proof["statement"]["keys_destroyed"].startswith("none")
    assert proof["backups"]["registered"] == 1
    assert AMBER.place_id not in str(proof)


async def test_a_place_is_certified_once_each_time_it_is_excluded(installation: Installation) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    first = await exclude(site)
    assert await exclude(site) == []
    assert await exclude(site, Places()) == []
    again = await exclude(site)
    assert len({*first, *again}) == 2
    assert await rows_of_proofs(installation) == (2, 2)


@pytest.mark.parametrize(("database", "effect", "after"), crashes(EXCLUDING), indirect=["database"])
async def test_whoever_repeats_it_has_the_certificate(
    tmp_path: Path, database: Database, effect: int, *, after: bool
) -> None:
    async with open_installation(tmp_path, database=database) as installation:
        site = await open_site(installation, *meetings(BOOKINGS))
        parts = doomed(installation.parts, Fuse(effect, after=after))
        with pytest.raises(Crash):
            await decide_anew(parts, site.tenant, WITHOUT_AMBER, silent)
    async with open_installation(tmp_path, installation.clock, database) as installation:
        made = await exclude(replace(site, installation=installation))
        is_made = (effect, after) >= (EXCLUDING - 2, True)
        assert len(made) == (not is_made)
        assert await rows_of_proofs(installation) == (1, 1)


async def test_the_verifier_alone_knows_them(installation: Installation, tmp_path: Path) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    hold = await place_at(site)
    await lift(site, hold)
    (place,) = await exclude(site)
    (key,) = await log_keys(installation.parts)
    for name in (hold, place):
        file = tmp_path / name
        file.write_text(await certificate(installation.parts, site.tenant, name))
        program = [executable, "-I", offline.__file__, str(file), "--key", shown_key(key)]
        answer = run(program, capture_output=True, text=True, check=False)  # noqa: S603, ASYNC221  ours
        assert answer.returncode == 0, answer.stdout
        file.write_text(file.read_text().replace(site.tenant, "ten_other"))
        assert run(program, capture_output=True, check=False).returncode == 1  # noqa: S603, ASYNC221  ours


def test_the_verifier_is_short_enough_to_be_read() -> None:
    assert len(Path(offline.__file__).read_text(encoding="utf-8").splitlines()) < 150


async def test_a_holds_certificate_goes_with_it(installation: Installation) -> None:
    site = await open_site(installation, *meetings(BOOKINGS))
    hold = await place_at(site)
    await lift(site, hold)
    installation.clock.move(timedelta(days=1_100))
    await open_limitation(installation.parts).visit()
    with pytest.raises(UnknownName):
        await certificate(installation.parts, site.tenant, hold)
    assert await rows_of_proofs(installation) == (0, 1)
