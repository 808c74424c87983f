"""Whether somebody who signed in may be connected, by what their directory says of them.

learn.microsoft.com/graph/api/user-get, /resources/user (legalAgeGroupClassification).
"""

from http import HTTPStatus

import msgspec

from connectors.decoding import fitting
from connectors.errors import Malformed, PersonExcluded
from connectors.microsoft.refusal import graph_refusal
from connectors.microsoft.requests import url_of
from connectors.microsoft.shown import Shown
from connectors.quota import Allowance
from connectors.transport import Transport

#: Lets a person's token read their own account.
USER_SCOPE = "User.Read"

_MEMBERS = "accountEnabled,legalAgeGroupClassification"
_HEADERS = {"Accept": "application/json"}

#: Every class that Graph documents but MinorWithOutParentalConsent, in lower case: its spelling has changed.
_LET_IN = frozenset({
    "undefined", "minorwithparentalconsent", "minornoparentalconsentrequired", "notadult", "adult",
})  # fmt: skip


class _Account(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of a user. None of the age: the directory does not tell it."""

    account_enabled: bool
    legal_age_group_classification: str | None = None


_ACCOUNT = msgspec.json.Decoder(_Account)


async def check_person(graph: Transport, token: str) -> None:
    """Ask Graph, with their token, about whoever signed in.

    Raises PersonExcluded for a disabled account and for a minor without a parent's consent; AccessDenied,
    AccessDoubtful, CalendarMissing, Throttled, Unreachable, Malformed where it cannot be told.
    """
    url = url_of(graph.prefix.url, "me", options={"$select": _MEMBERS})
    answer = await graph.get(url, Shown(token), _HEADERS, Allowance())
    if answer.status != HTTPStatus.OK:
        raise graph_refusal(answer, by_cursor=False)
    account = fitting(msgspec.Raw(answer.body), _ACCOUNT)
    if account is None:
        raise Malformed("person_unreadable")
    if not account.account_enabled:
        raise PersonExcluded("person_disabled")
    # Most directories never fill it in, adults' accounts included: what is not told excludes nobody. A class
    # that we do not know may be another word for a minor.
    age = account.legal_age_group_classification
    if age is not None and age.lower() not in _LET_IN:
        raise PersonExcluded("person_minor")
