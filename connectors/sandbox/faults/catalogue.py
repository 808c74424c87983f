"""All faults by name."""

from collections.abc import Iterator
from difflib import get_close_matches

from connectors.sandbox.faults.entra import ENTRA_FAULTS
from connectors.sandbox.faults.google import GOOGLE_FAULTS
from connectors.sandbox.faults.graph import GRAPH_FAULTS
from connectors.sandbox.faults.risc import RISC_FAULTS
from connectors.sandbox.faults.signals import SIGNALS_FAULTS
from connectors.sandbox.faults.when import ALWAYS, GRAMMAR, InvalidFault, When, when
from connectors.sandbox.notification_faults import NOTIFICATION_FAULTS
from connectors.sandbox.signals.fault_names import SIGNAL_FAULTS

_OF_PROVIDERS = (*ENTRA_FAULTS, *GRAPH_FAULTS, *GOOGLE_FAULTS)
CATALOGUE = {fault.name: fault for fault in (*_OF_PROVIDERS, *SIGNALS_FAULTS, *RISC_FAULTS)}

#: What may befall whoever reads calendars: in answers, and in what is pushed.
PROVIDERS_NAMES = (*(fault.name for fault in _OF_PROVIDERS), *NOTIFICATION_FAULTS)
#: Those of requests and their answers, those of push, and those of what a transmitter of signals tells.
NAMES = (*CATALOGUE, *NOTIFICATION_FAULTS, *SIGNAL_FAULTS)

_NEAR_MAX = 5
_NAME_WIDTH = max(map(len, NAMES))


def check_name(name: str) -> None:
    """InvalidFault, telling names that are near, if there is no fault of this name."""
    if name in NAMES:
        return
    near = [known for known in NAMES if name and name in known][:_NEAR_MAX]
    near = near or get_close_matches(name, NAMES, _NEAR_MAX)
    hint = f" Near are: {', '.join(near)}." if near else ""
    raise InvalidFault(f"There is no such fault.{hint} `gateway sandbox --fault list` tells all of them.")


def asked(text: str) -> tuple[str, When]:
    """Read ``NAME[@WHEN]``. InvalidFault if there is no such fault or no such time."""
    name, sign, at = text.partition("@")
    check_name(name)
    return name, when(at) if sign else ALWAYS


def told() -> Iterator[str]:
    """The catalogue, a line each: name, what it does, which kinds of requests it meets."""
    for one in CATALOGUE.values():
        having = f" with {' or '.join(one.having)}" if one.having else ""
        yield f"{one.name:<{_NAME_WIDTH}} {one.does} [{', '.join(one.meets)}{having}]"
    for name, does in NOTIFICATION_FAULTS.items():
        yield f"{name:<{_NAME_WIDTH}} {does} [push]"
    for name, does in SIGNAL_FAULTS.items():
        yield f"{name:<{_NAME_WIDTH}} {does} [signals]"
    yield f"NAME[@WHEN]: without WHEN every matching request meets it; {GRAMMAR}."
