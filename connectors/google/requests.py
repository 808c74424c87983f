"""Google's requests, built by its own library from the description that it ships, and never sent by it."""

from functools import cache
from typing import Any, Never

from googleapiclient.discovery import build

from connectors.transport import Request


class _NoWayOut:
    """The library's way to the network, which is none: transport.py sends."""

    def request(self, *_: Any, **__: Any) -> Never:
        raise RuntimeError("Google's library must not send requests here; connectors.transport does.")


def request(method: Any, **parameters: Any) -> Request:
    """A call of one of the services' methods. Parameters without a value are left out."""
    built = method(**{name: value for name, value in parameters.items() if value is not None})
    body = None if built.body is None else built.body.encode()
    return Request(built.uri, built.headers, built.method, body)


@cache
def events_service(calendar_url: str) -> Any:
    return _service("calendar", "v3", calendar_url).events()


@cache
def channels_service(calendar_url: str) -> Any:
    return _service("calendar", "v3", calendar_url).channels()


@cache
def resources_service(directory_url: str) -> Any:
    return _service("admin", "directory_v1", directory_url).resources()


@cache
def users_service(directory_url: str) -> Any:
    return _service("admin", "directory_v1", directory_url).users()


@cache
def activities_service(directory_url: str) -> Any:
    """The logs stand on the directory's host."""
    return _service("admin", "reports_v1", directory_url).activities()


@cache
def account_channels(directory_url: str, version: str) -> Any:
    """What stops the channels of one of both."""
    return _service("admin", version, directory_url).channels()


def _service(name: str, version: str, url: str) -> Any:
    """Described by the document inside the package: nothing is fetched."""
    return build(name, version, http=_NoWayOut(), static_discovery=True, client_options={"api_endpoint": url})
