"""What can go wrong at Google: sign-in, the token endpoint, Calendar and Directory."""

from datetime import timedelta

from aiohttp import web

from connectors.sandbox.faults import google_events as events
from connectors.sandbox.faults.acts import changed, redirected
from connectors.sandbox.faults.fault import Body, Fault, Visit
from connectors.sandbox.faults.google_refusals import (
    DATA,
    EVENTS,
    GOOGLE_REFUSALS,
    TOKEN,
    out_of_scope,
    undelegated,
)
from connectors.sandbox.faults.items import beside, one, where_told
from connectors.sandbox.faults.pages import endless, in_two
from connectors.sandbox.faults.sign_ins import sign_in_faults
from connectors.sandbox.faults.tokens import asserted, spoiled
from connectors.sandbox.faults.wire import wire_faults
from connectors.sandbox.google_query import EVENT_TYPES

_ENDLESS = ("google.events", "google.resources", "google.buildings", "google.users")
_PAGES = (*_ENDLESS, "google.activities")
_LAG = timedelta(hours=24)


async def _spread(visit: Visit) -> web.StreamResponse:
    """Delegation reaches each user at a time of their own within a day."""
    if await _reached(visit):
        return await visit.pass_on()
    raise undelegated(visit)


async def _linger(visit: Visit) -> web.StreamResponse:
    """Delegation that was removed goes on for each user for a time of their own within a day."""
    if await _reached(visit):
        raise undelegated(visit)
    return await visit.pass_on()


async def _reached(visit: Visit) -> bool:
    subject = (await asserted(visit.request)).get("sub", "")
    return visit.since >= timedelta(seconds=visit.chance(subject).between(1, int(_LAG.total_seconds())))


def _fewer_scopes(body: Body, _: Visit) -> None:
    body["scope"] = "openid"


_GRANTS = (
    Fault("google.delegation-lag", "Within a day after set-up, users begin to work one by one.",
          TOKEN, _spread, TOKEN),
    Fault("google.delegation-lingers", "Within a day after removal, users cease to work one by one.",
          TOKEN, _linger, TOKEN),
    Fault("google.scope-smaller", "A token for fewer scopes than asked for, with which all data is refused.",
          TOKEN, spoiled(_fewer_scopes, out_of_scope), DATA),
    Fault("google.token-expired", "A token that is expired when it arrives.",
          TOKEN, changed(lambda body, _: body.update(expires_in=0))),
    Fault("google.token-short", "A token that lives 300 s.",
          TOKEN, changed(lambda body, _: body.update(expires_in=300))),
)  # fmt: skip

_PAGED = (
    Fault("google.empty-page", "An empty page with a nextPageToken, then the page.",
          _PAGES, in_two(lambda _, __: [], lambda rows, _: rows), _PAGES),
    Fault("google.short-pages", "One page told as two.",
          _PAGES, in_two(lambda rows, at: rows[:at], lambda rows, at: rows[at:]), _PAGES),
    Fault("google.duplicate-item", "One page told as two, with one item on both.",
          _PAGES, in_two(lambda rows, at: rows[: at + 1], lambda rows, at: rows[at:]), _PAGES),
    Fault("google.endless-pages", "The same items page after page, with ever new tokens.",
          _ENDLESS, endless, _ENDLESS),
)  # fmt: skip

_CHANGES = (
    ("google.sync-token-missing", "No nextSyncToken on the last page.",
     lambda body, _: body.pop("nextSyncToken", None)),
    ("google.tombstone-bare", "One more item: cancelled, with an id and nothing else.",
     beside(events.tombstone_bare)),
    ("google.tombstone-exception", "One more item: a cancelled exception, with its series and its time.",
     beside(events.tombstone_exception)),
    ("google.tombstone-details", "One more item: cancelled, with all details left in it.",
     beside(events.tombstone_detailed)),
    ("google.moved-outside", "One more item: an instance moved to ten years later.",
     beside(events.far_away)),
    ("google.access-free-busy", "accessRole freeBusyReader, and items of free/busy.", events.free_busy),
    ("google.access-reader", "accessRole reader, and private items with their times only.", events.reader),
    ("google.access-none", "accessRole none, and no items.", events.no_access),
    ("google.attendees-omitted", "One event omits all attendees but the room.",
     one(events.attendees_omitted, "attendees")),
    ("google.attendees-500", "One event has 500 attendees.", one(events.crowded, "attendees")),
    ("google.room-unanswered", "One event is not accepted by the room yet.",
     one(events.answered("needsAction"), "attendees")),
    ("google.room-declined", "One event is declined by the room.",
     one(events.answered("declined"), "attendees")),
    ("google.event-type-unknown", "One event has an eventType that nobody knows.",
     one(where_told(eventType="newValue"), "eventType")),
    *((f"google.event-type-{name}", f"One event is of eventType {name}.",
       one(where_told(eventType=name), "eventType")) for name in sorted(EVENT_TYPES - {"default"})),
    ("google.all-day", "One event tells dates, not times.", one(events.whole_day)),
    ("google.etags-changed", "Every etag is another each time, and nothing else is.", events.other_etags),
    ("google.members-omitted", "One event tells its id, status and times only.", one(events.only_least)),
)  # fmt: skip

GOOGLE_FAULTS = (
    *GOOGLE_REFUSALS,
    *_GRANTS,
    *_PAGED,
    *(Fault(name.lower(), does, EVENTS, changed(change)) for name, does, change in _CHANGES),
    Fault("google.redirected", "302 to another of Google's hosts.", ("google",),
          redirected("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/x/allowedLocations")),
    *sign_in_faults("google"),
    *wire_faults("google", ("google",)),
)  # fmt: skip
