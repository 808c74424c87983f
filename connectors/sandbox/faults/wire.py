"""Faults that any provider's front end may show: garbled bodies, lost connections, slow answers."""

from http import HTTPStatus

from connectors.sandbox.faults import acts
from connectors.sandbox.faults.fault import Fault


def wire_faults(family: str, meets: tuple[str, ...]) -> tuple[Fault, ...]:
    """The same row for each provider."""
    rows = (
        ("html-error", "503 with a page for people.", acts.html(HTTPStatus.SERVICE_UNAVAILABLE)),
        ("html-page", "200 with a page for people.", acts.html(HTTPStatus.OK)),
        ("invalid-json", "A body that is no JSON.", acts.garbled(lambda body: b"{" + body)),
        ("truncated-json", "Half of a body.", acts.garbled(lambda body: body[: len(body) // 2])),
        ("no-body", "200 with nothing.", acts.garbled(lambda _: b"")),
        ("wrong-gzip", "Content-Encoding gzip, and no gzip.", acts.falsely_compressed),
        ("dropped", "The connection is closed without an answer.", acts.dropped),
        ("cut-off", "The connection is closed in the middle of the body.", acts.cut_off),
        ("slow", f"The body takes {acts.SLOW_SECONDS:g} s to arrive.", acts.slowed),
        ("stalled", f"Half of the body, then {acts.SILENCE_SECONDS:g} s of silence.", acts.stalled),
    )
    return tuple(Fault(f"{family}.{name}", does, meets, act) for name, does, act in rows)
