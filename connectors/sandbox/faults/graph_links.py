"""Links of Graph's pages that lead elsewhere, or nowhere new."""

from urllib.parse import urlsplit

from connectors.sandbox.faults.fault import Body, Visit

_NEXT, _DELTA = "@odata.nextLink", "@odata.deltaLink"


def _link(body: Body, visit: Visit) -> tuple[str, str]:
    """The member that holds the page's link, and the link; one is made up where the page has none."""
    for name in (_NEXT, _DELTA):
        if name in body:
            return name, str(body[name])
    return _NEXT, f"{visit.request.url.origin()}{visit.request.raw_path}"


def foreign_host(body: Body, visit: Visit) -> None:
    name, link = _link(body, visit)
    body[name] = urlsplit(link)._replace(netloc="graph.example").geturl()


def plain_http(body: Body, visit: Visit) -> None:
    name, link = _link(body, visit)
    body[name] = urlsplit(link)._replace(scheme="http").geturl()


def other_tenant(body: Body, visit: Visit) -> None:
    name, link = _link(body, visit)
    user = visit.request.raw_path.partition("/users/")[2].partition("/")[0]
    body[name] = link.replace(f"/users/{user}/", "/users/room%40elsewhere.example/")


def odd_query(body: Body, _: Visit) -> None:
    if _DELTA in body:
        body[_DELTA] += "&mkt=en-US&%24count=false"
