"""Officers with keys, and legal holds at a site, placed as people would."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from gateway.app.holds.confirming import Outcome, confirm, propose
from gateway.app.holds.officers import register
from gateway.app.holds.overview import Asked, HoldOverview, every_hold, place_hold, subset_of
from gateway.app.parts import Parts
from gateway.legal_hold import HoldId
from gateway.proof.checkpoint import Signer, vkey
from gateway.proof.officers import countersigned
from gateway.proposal import Officers, Place
from tests.fakes.site import Site

REFERENCE = "Case 12/26"
ORDER = "Order 7/26"
ALL_PLACES = Asked(first=date(2020, 1, 1))


class Officer(NamedTuple):
    """Somebody who signs."""

    signer: Signer

    @property
    def vkey(self) -> str:
        return vkey(self.signer.key)

    def sign(self, note: str) -> str:
        return countersigned(note, self.signer)


ANNA, BEN, CLEO = (Officer(Signer(name, name.encode() * 8)) for name in ("anna", "benn", "cleo"))


async def found_officers(parts: Parts, *officers: Officer) -> None:
    """Let these be the first officers."""
    text = propose(parts, Officers, number=0, officers=tuple(one.vkey for one in officers))
    for one in officers:
        text = one.sign(text)
    await confirm(parts, text)


async def confirmed(
    parts: Parts, kind: Callable[..., Any], target: Path | None = None, **what: object
) -> Outcome:
    """Propose, let both sign, and confirm."""
    return await confirm(parts, BEN.sign(ANNA.sign(propose(parts, kind, **what))), target)


def review_day(site: Site) -> date:
    """In a hundred days."""
    return site.installation.clock().date() + timedelta(days=100)


async def place_at(site: Site, asked: Asked = ALL_PLACES) -> HoldId:
    """A hold that may be named, of what a site has; officers there are then."""
    if not (await register(site.installation.parts)).officers:
        await found_officers(site.installation.parts, ANNA, BEN)
    hold, _ = await place_hold(
        site.installation.parts, site.tenant, asked, reference=REFERENCE, review=review_day(site)
    )
    return hold


async def place_sealed(site: Site, asked: Asked = ALL_PLACES) -> HoldId:
    """A hold by order, of what a site has."""
    parts = site.installation.parts
    subset = await subset_of(parts, await site.installation.standing(site.tenant), asked)
    review = review_day(site)
    before = {one.row.id for one in await every_hold(parts, sealed=True)}
    await confirmed(parts, Place, tenant=site.tenant, reference=ORDER, review=review, subset=subset)
    (hold,) = {one.row.id for one in await every_hold(parts, sealed=True)} - before
    return hold


async def known(site: Site, hold: HoldId, *, sealed: bool = False) -> HoldOverview:
    """What is recorded of a hold."""
    return next(one for one in await every_hold(site.installation.parts, sealed=sealed) if one.row.id == hold)
