"""What can go wrong at Microsoft Graph."""

import json
from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus

from connectors.sandbox.faults import graph_events as events
from connectors.sandbox.faults import graph_links as links
from connectors.sandbox.faults.acts import changed, redirected
from connectors.sandbox.faults.fault import Fault, Visit
from connectors.sandbox.faults.graph_refusals import (
    ALL,
    GRAPH_REFUSALS,
    MAILBOX,
    inside_a_window,
    out_of_scope,
    too_many,
)
from connectors.sandbox.faults.items import beside, every, one, where_told
from connectors.sandbox.faults.lags import after, bearer, crowd, mailbox, one_only, until
from connectors.sandbox.faults.pages import endless, in_two
from connectors.sandbox.faults.wire import wire_faults
from connectors.sandbox.refusal import Refusal, graph_refusal

_EVENTS = ("graph.view", "graph.delta")
_DELTA = ("graph.delta",)
_PLACES = ("graph.places",)
_AREAS = ("graph.areas",)
_LISTINGS = (*_PLACES, *_AREAS, "graph.room-lists", "graph.listed-rooms")
_ME = ("graph.me",)
_PAGES = (*_EVENTS, *_LISTINGS, "graph.users-delta")
_HOUR, _WINDOW = timedelta(hours=1), timedelta(seconds=30)


def _challenge(_: Visit) -> Refusal:
    claims = json.dumps({"access_token": {"nbf": {"essential": True, "value": "1604106651"}}}).encode()
    challenge = f'Bearer realm="", error="insufficient_claims", claims="{b64encode(claims).decode()}"'
    message = "Continuous access evaluation resulted in a challenge."
    headers = {"WWW-Authenticate": challenge}
    return graph_refusal(HTTPStatus.UNAUTHORIZED, "InvalidAuthenticationToken", message, headers)


_TIMED = (
    Fault("graph.throttled-window", "429 for half a minute, Retry-After telling what is left.",
          ALL, until(_WINDOW, inside_a_window), ALL),
    Fault("graph.crowded", "429 for whoever comes to a mailbox while four are there. Each takes 0.25 s.",
          MAILBOX, crowd(too_many)),
    Fault("graph.claims-challenge", "401 insufficient_claims for the first token, until another comes.",
          ALL, one_only(bearer, _challenge), ALL),
    Fault("graph.scope-lost-one", "403 for the mailbox that is asked for first, and for no other.",
          MAILBOX, one_only(mailbox, out_of_scope), MAILBOX),
    Fault("graph.scope-lost-late", "All mailboxes answer for an hour, then 403.",
          MAILBOX, after(_HOUR, out_of_scope), MAILBOX),
    Fault("graph.scope-given-late", "403 for an hour, then all mailboxes answer.",
          MAILBOX, until(_HOUR, out_of_scope), MAILBOX),
)  # fmt: skip

_PAGED = (
    Fault("graph.empty-page", "An empty page with a nextLink, then the page.",
          _PAGES, in_two(lambda _, __: [], lambda rows, _: rows), _PAGES),
    Fault("graph.short-pages", "One page told as two.",
          _PAGES, in_two(lambda rows, at: rows[:at], lambda rows, at: rows[at:]), _PAGES),
    Fault("graph.duplicate-item", "One page told as two, with one item on both.",
          _PAGES, in_two(lambda rows, at: rows[: at + 1], lambda rows, at: rows[at:]), _PAGES),
    Fault("graph.updated-then-removed", "A page, then another one that removes one of its items.",
          _DELTA, in_two(lambda rows, _: rows, lambda rows, at: [events.removed(rows[at])]), _DELTA),
    Fault("graph.endless-pages", "The same items page after page, with ever new tokens.",
          _PAGES, endless, _PAGES),
    Fault("graph.link-foreign-host", "The page's link leads to another host.",
          _PAGES, changed(links.foreign_host)),
    Fault("graph.link-http", "The page's link is http.", _PAGES, changed(links.plain_http)),
    Fault("graph.link-other-tenant", "The page's link leads to a mailbox of another tenant.",
          _EVENTS, changed(links.other_tenant)),
    Fault("graph.delta-link-query", "The deltaLink holds options that nobody asked for.",
          _DELTA, changed(links.odd_query)),
)  # fmt: skip

_ITEMS = (
    ("graph.removed-unknown", "One more item: the removal of an id never told.", _DELTA,
     beside(events.unknown_removed)),
    ("graph.slim-occurrence", "One event tells its series and its time only.", _DELTA,
     one(events.slim, "subject")),
    ("graph.slim-orphan", "One more item: a slim occurrence whose master cannot be found.", _DELTA,
     beside(events.orphan("occurrence"))),
    ("graph.exception-orphan", "One more item: an exception whose master cannot be found.", _EVENTS,
     beside(events.orphan("exception"))),
    ("graph.unknown-enum", "One event has a showAs and a sensitivity that nobody knows.", _EVENTS,
     one(where_told(showAs="newValue", sensitivity="newValue"), "showAs")),
    ("graph.unknown-type", "One event has a type that nobody knows.", _EVENTS,
     one(where_told(type="newValue"), "type")),
    ("graph.members-omitted", "One event tells its id and its time only.", _EVENTS, one(events.only_least)),
    ("graph.members-null", "One event is null but for its id and its time.", _EVENTS, one(events.nulls)),
    ("graph.subject-organizer", "Every subject is the organizer's name.", _EVENTS,
     every(events.subject_is_organizer)),
    ("graph.private-unstripped", "One event is private, and everything of it is told.", _EVENTS,
     one(where_told(sensitivity="private"), "sensitivity")),
    ("graph.fractions", "One event begins and ends at odd fractions of a second, in seven digits.", _EVENTS,
     one(events.fractions)),
    ("graph.zone-windows", "One event is told in a Windows zone that was not asked for.", _EVENTS,
     one(events.windows_zone)),
    ("graph.zone-custom", "One event is told in tzone://Microsoft/Custom.", _EVENTS, one(events.custom_zone)),
    ("graph.all-day", "One event takes the whole of its day.", _EVENTS, one(events.whole_day)),
    ("graph.clock-change", "One event begins in the hour that a clock change skips or repeats.", _EVENTS,
     one(events.clock_change)),
    ("graph.window-edge", "One event begins before the window that is asked for and ends in it.", _EVENTS,
     one(events.over_the_edge)),
    ("graph.attendees-500", "One event has 500 attendees.", _EVENTS, one(events.crowded, "attendees")),
    ("graph.subject-emoji-rtl", "One subject is of emoji and of text from right to left.", _EVENTS,
     one(where_told(subject="\U0001f469\u200d\U0001f4bb \u05e9\u05dc\u05d5\u05dd \u202e\u0645"), "subject")),
    ("graph.place-id-changed", "Every place has another id, and its placeId.", _LISTINGS,
     every(events.other_id)),
    ("graph.places-not-set-up", "No building, floor or section is listed, and no place says where it stands.",
     (*_PLACES, *_AREAS), events.not_set_up),
    ("graph.parent-gone", "Every floor and every section stands in what is not listed.", _AREAS,
     every(where_told(parentId="no-such-place"))),
    ("graph.parent-circle", "Every floor and every section stands in itself.", _AREAS,
     every(events.own_parent)),
    ("graph.capacity-string", "Every capacity is a string, not a number.", _PLACES,
     every(events.capacity_string)),
    ("graph.desks-assigned", "Every desk is one person's.", _PLACES, every(events.assigned)),
)  # fmt: skip

GRAPH_FAULTS = (
    *GRAPH_REFUSALS,
    *_TIMED,
    *_PAGED,
    *(Fault(name, does, meets, changed(change)) for name, does, meets, change in _ITEMS),
    Fault(
        "graph.me-disabled",
        "The account was disabled a moment ago, which sign-in does not know yet.",
        _ME,
        changed(lambda body, _: body.update(accountEnabled=False)),
    ),
    Fault(
        "graph.me-age-unknown",
        "The age is of a class that nobody knows.",
        _ME,
        changed(lambda body, _: body.update(legalAgeGroupClassification="newValue")),
    ),
    Fault("graph.redirected", "302 to another host.", ALL, redirected("https://graph.microsoft.com/v1.0/me")),
    *wire_faults("graph", ALL),
)
