"""The operations of the contract."""

from http import HTTPStatus

from gateway.acknowledgement import LENGTH_MAX
from gateway.feed.contract import (
    BookingList,
    ErasureStanding,
    FeedPage,
    ResolvedSubject,
    ResourceList,
    SubjectQuestion,
    WebhookStanding,
)
from gateway.usage import Usage
from gateway.web.erasures import JOSE, get_erasure, post_acknowledgement
from gateway.web.feed import LIMITS, WAITS_SECONDS, get_feed
from gateway.web.forms import CALENDAR, EVENT_STREAM, JSON, NDJSON
from gateway.web.limits import RESOLUTIONS_MAX
from gateway.web.operation import Answer, Content, Given, Operation
from gateway.web.problems import (
    ACKNOWLEDGEMENT_REFUSED,
    CURSOR_TOO_OLD,
    FEED_PATH,
    INVALID_PARAMETER,
    NO_PURPOSE,
    NOT_FOR_THIS_PURPOSE,
    NOT_FOUND,
    NOT_RELEASED,
    TOO_MANY_WAITING,
    UNKNOWN_CURSOR,
)
from gateway.web.resources import (
    BOOKINGS_PATH,
    DAYS,
    DAYS_MAX,
    FREE_BUSY_PATH,
    RESOURCES_PATH,
    get_bookings,
    get_free_busy,
    get_resources,
)
from gateway.web.subjects import RESOLVE_PATH, post_resolve
from gateway.web.usage import USAGE_PATH, get_usage
from gateway.web.webhook import get_webhook

_CURSOR = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}
_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_ID = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
_MONTH = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
_TAG = {"ETag": "Moves with the content alone, and not with the cursor."}


def _number(allowed: range, default: int) -> dict[str, object]:
    return {"type": "integer", "minimum": allowed[0], "maximum": allowed[-1], "default": default}


_RESOURCE = Given("resource", "path", "The resource's id.", _ID, required=True)
_ERASURE = Given("erasure", "path", "The erasure's id, as the feed told it.", _ID, required=True)
_KNOWN = Given("If-None-Match", "header", "The tag of what is known already.", _TEXT)
_INTERVAL = (
    Given("from", "query", "Its beginning; without it, that of today in UTC.", _TIME),
    Given("to", "query", f"Its end; without it, {DAYS} days later, and {DAYS_MAX} at most.", _TIME),
)
_NOT_MODIFIED = Answer(HTTPStatus.NOT_MODIFIED, "It is what is known already.", headers=_TAG)

OPERATIONS = (
    Operation(
        "readFeed",
        "GET",
        FEED_PATH,
        get_feed,
        "What has happened behind a cursor; without one, what is, and then what happens.",
        (
            Answer(
                HTTPStatus.OK,
                "A page of entries; a stream, for as long as it is listened to; or all there is, by lines.",
                (Content(JSON, FeedPage), Content(EVENT_STREAM), Content(NDJSON)),
            ),
        ),
        (
            Given("after", "query", "The cursor to go on from.", _CURSOR),
            Given("limit", "query", "How many entries a page has at most.", _number(LIMITS, 100)),
            Given("wait", "query", "How many seconds to wait for news.", _number(WAITS_SECONDS, 0)),
            Given("Last-Event-ID", "header", "Of a stream alone: the cursor where it was cut off.", _TEXT),
        ),
        problems=(INVALID_PARAMETER, UNKNOWN_CURSOR, CURSOR_TOO_OLD, TOO_MANY_WAITING, NO_PURPOSE),
    ),
    Operation(
        "listResources",
        "GET",
        RESOURCES_PATH,
        get_resources,
        "All resources that there are now.",
        (Answer(HTTPStatus.OK, "So many of them.", (Content(JSON, ResourceList),), _TAG), _NOT_MODIFIED),
        (
            Given("after", "query", "Where the list goes on: `next` of the part before.", _CURSOR),
            Given("limit", "query", "How many at most.", _number(LIMITS, 100)),
            _KNOWN,
        ),
        problems=(INVALID_PARAMETER, NO_PURPOSE),
    ),
    Operation(
        "listBookings",
        "GET",
        BOOKINGS_PATH,
        get_bookings,
        "The bookings of a resource that meet an interval.",
        (
            Answer(
                HTTPStatus.OK,
                "All of them, as JSON or as iCalendar.",
                (Content(JSON, BookingList), Content(CALENDAR)),
                _TAG,
            ),
            _NOT_MODIFIED,
        ),
        (_RESOURCE, *_INTERVAL, _KNOWN),
        problems=(INVALID_PARAMETER, NOT_FOUND, NO_PURPOSE),
    ),
    Operation(
        "readFreeBusy",
        "GET",
        FREE_BUSY_PATH,
        get_free_busy,
        "When a resource is taken within an interval.",
        (
            Answer(HTTPStatus.OK, "A VFREEBUSY (RFC 5545).", (Content(CALENDAR),), _TAG),
            _NOT_MODIFIED,
        ),
        (_RESOURCE, *_INTERVAL, _KNOWN),
        problems=(INVALID_PARAMETER, NOT_FOUND, NO_PURPOSE),
    ),
    Operation(
        "readUsage",
        "GET",
        USAGE_PATH,
        get_usage,
        "How a tenant's places were used in a month that is over: aggregated by group, and anonymous.",
        (Answer(HTTPStatus.OK, "What was released of it, once.", (Content(JSON, Usage),)),),
        (
            Given("tenant", "query", "The tenant's id.", _ID, required=True),
            Given("month", "query", "The month, in UTC.", _MONTH, required=True),
        ),
        problems=(INVALID_PARAMETER, NOT_FOUND, NOT_RELEASED, NO_PURPOSE),
    ),
    Operation(
        "readErasure",
        "GET",
        "/v1/erasures/{erasure}",
        get_erasure,
        "How it stands with an erasure that the feed told of.",
        (Answer(HTTPStatus.OK, "Whether it is acknowledged, or due.", (Content(JSON, ErasureStanding),)),),
        (_ERASURE,),
        problems=(INVALID_PARAMETER, NOT_FOUND),
    ),
    Operation(
        "acknowledgeErasure",
        "POST",
        "/v1/erasures/{erasure}/acknowledgement",
        post_acknowledgement,
        f"Say that all an erasure concerns is deleted: signed, in {LENGTH_MAX} bytes at most, where a key is "
        "registered.",
        (Answer(HTTPStatus.NO_CONTENT, "It is recorded, now or before."),),
        (_ERASURE,),
        Content(JOSE),
        (INVALID_PARAMETER, NOT_FOUND, ACKNOWLEDGEMENT_REFUSED),
    ),
    Operation(
        "resolveSubject",
        "POST",
        RESOLVE_PATH,
        post_resolve,
        "Whether one of your own users is enrolled, and by which pseudonym, for a purpose that tells user "
        f"ids; {RESOLUTIONS_MAX} times a minute. Each time is counted in the tenant's receipt.",
        (Answer(HTTPStatus.OK, "The user is enrolled.", (Content(JSON, ResolvedSubject),)),),
        body=Content(JSON, SubjectQuestion),
        needs_body=True,
        problems=(INVALID_PARAMETER, NOT_FOUND, NOT_FOR_THIS_PURPOSE, NO_PURPOSE),
    ),
    Operation(
        "readWebhook",
        "GET",
        "/v1/webhook",
        get_webhook,
        "How it stands with your webhook, and what it has yet to take.",
        (Answer(HTTPStatus.OK, "Active or paused, and why.", (Content(JSON, WebhookStanding),)),),
        problems=(INVALID_PARAMETER, NOT_FOUND),
    ),
)
