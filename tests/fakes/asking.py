"""People who ask about their own data at a site, and those who answer them."""

from functools import partial
from pathlib import Path

from gateway.app.requests.opening import list_requests, open_request, open_requests
from gateway.app.requests.steps import carry_out, refuse_request
from gateway.authorization import AuthorizationId
from gateway.booking import SubjectId
from gateway.request import RequestKind, SubjectRequest
from gateway.store.asked import RequestRow
from gateway.store.subjects import subjects_of
from gateway.withdrawal.giving_back import nothing_to_revoke
from gateway.withdrawal.request_deadlines import RequestNotice
from gateway.withdrawal.requests import Requests
from tests.fakes.installation import Installation
from tests.fakes.site import Site


async def ask(
    site: Site, kind: RequestKind, *addresses: str, user: str | None = None, link: str | None = None
) -> SubjectRequest:
    """Open a request of whoever is found so."""
    here = site.installation
    standing = await here.standing(site.tenant)
    return await open_request(
        here.parts,
        standing,
        kind,
        addresses=addresses,
        user=user,
        link=None if link is None else AuthorizationId(link),
    )


def visitor(here: Installation, told: list[RequestNotice] | None = None) -> Requests:
    """What ``serve`` lets look at requests."""
    requests = open_requests(here.parts, here.cascade())
    if told is not None:
        requests._on_notice = lambda _, notice: told.append(notice)
    return requests


async def visit(here: Installation, told: list[RequestNotice] | None = None) -> None:
    """Do all that is due of requests."""
    await visitor(here, told).visit_all()


async def row_of(site: Site, request: str) -> RequestRow:
    """A request as it stands in the store."""
    rows = await list_requests(site.installation.parts, site.tenant)
    return next(row for row in rows if row.id == request)


async def refuse(site: Site, request: SubjectRequest) -> SubjectRequest:
    """Answer that it is none of theirs."""
    here = site.installation
    return await refuse_request(here.parts, await here.standing(site.tenant), request.id, "not theirs")


async def carry(site: Site, request: SubjectRequest, target: Path | None = None) -> SubjectRequest:
    """Do what was asked for, as an officer does."""
    here = site.installation
    standing = await here.standing(site.tenant)
    return await carry_out(here.parts, standing, nothing_to_revoke, request.id, target)


async def enrolled(site: Site) -> list[SubjectId]:
    """Who is enrolled, as the store knows them."""
    rows = await site.installation.store.read(partial(subjects_of, tenant=site.tenant))
    return [row.id for row in rows]
