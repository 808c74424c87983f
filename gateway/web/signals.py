"""Where identity providers tell us of people: addresses that are no part of the consumers' contract."""

from aiohttp import hdrs, web

from gateway.signals.transmitter import TransmitterKind
from gateway.web.events import EVENTS_PATH, PROJECT_PATH, not_verified, post_event, post_project_event
from gateway.web.okta import OKTA_PATH, get_okta, post_okta
from gateway.web.receiving import RECEIVING, Receiving, behind, behind_project
from gateway.web.scim import SCIM_PATH, scim
from gateway.web.workspace import WORKSPACE_PATH, post_workspace


def receive(site: web.Application, receiving: Receiving) -> None:
    """Open them."""
    site[RECEIVING] = receiving
    site.router.add_get(OKTA_PATH, behind(TransmitterKind.OKTA, get_okta), allow_head=False)
    site.router.add_post(OKTA_PATH, behind(TransmitterKind.OKTA, post_okta))
    site.router.add_post(EVENTS_PATH, behind(TransmitterKind.SSF_PUSH, post_event, not_verified))
    site.router.add_post(PROJECT_PATH, behind_project(post_project_event, not_verified))
    site.router.add_post(WORKSPACE_PATH, post_workspace)
    # Which methods there are depends on what stands behind.
    site.router.add_route(hdrs.METH_ANY, SCIM_PATH, behind(TransmitterKind.SCIM, scim))
