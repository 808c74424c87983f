"""How a person who was asked for consent can come back: with an error, or with something that was changed."""

from aiohttp import hdrs, web
from yarl import URL

from connectors.sandbox.faults.fault import Act, Fault, Visit
from connectors.sandbox.sign_in import sent_to


def sent_back(error: str, **told: str) -> Act:
    """With an error in place of a code."""

    async def act(visit: Visit) -> web.StreamResponse:
        query = visit.request.query
        return sent_to(query["redirect_uri"], error=error, state=query.get("state", ""), **told)

    return act


def sign_in_faults(family: str) -> tuple[Fault, ...]:
    """The same row for each provider."""
    rows = (
        ("consent-declined", "The person declines: access_denied.", sent_back("access_denied")),
        ("sign-in-unavailable", "temporarily_unavailable in place of a code.",
         sent_back("temporarily_unavailable")),
        ("sign-in-error", "server_error in place of a code.", sent_back("server_error")),
        ("sign-in-unknown", "An error that nobody knows in place of a code.", sent_back("new_error")),
        ("state-changed", "A code with another state than was sent.", _with_another_state),
        ("state-missing", "A code without the state that was sent.", _without_state),
    )  # fmt: skip
    return tuple(Fault(f"{family}.{name}", does, (f"{family}.authorize",), act) for name, does, act in rows)


async def _with_another_state(visit: Visit) -> web.StreamResponse:
    response = await visit.pass_on()
    response.headers[hdrs.LOCATION] = str(_location(response).update_query(state="another"))
    return response


async def _without_state(visit: Visit) -> web.StreamResponse:
    response = await visit.pass_on()
    response.headers[hdrs.LOCATION] = str(_location(response).without_query_params("state"))
    return response


def _location(response: web.StreamResponse) -> URL:
    return URL(response.headers[hdrs.LOCATION])
