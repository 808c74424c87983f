"""What crosses the wire when events are read: counted in the answers' bytes, and not kept.

For a look that somebody asks for: each answer is taken apart in full, as reading never does.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.json import Decoder

from connectors.decoding import decode
from connectors.errors import Malformed
from connectors.meter import Outcome
from connectors.personal import personal

#: Under which member a page holds its events, at Graph and at Google. An event has neither.
_LISTS = ("value", "items")
_ANSWER: Decoder[dict[str, Any]] = Decoder(dict[str, Any])


class Crossed:
    """What crossed in answer to requests for events, as a meter counts it. Bytes are inflated."""

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0
        self.events = 0
        #: Personal members, by kind.
        self.personal = Counter[str]()

    def take(self, outcome: Outcome, body: bytearray, _waited_seconds: float) -> None:
        """Count one attempt; whatever is taken out of its body ends here."""
        self.requests += 1
        self.bytes += len(body)
        if outcome is Outcome.OK:
            for event in _events(body):
                self.events += 1
                self.personal += personal(event)


def _events(body: bytearray) -> Iterator[dict[str, Any]]:
    """The events of a page, or the one that was asked for by its id; none of what is neither."""
    try:
        answer = decode(bytes(body), _ANSWER)
    except (Malformed, msgspec.ValidationError):
        return
    listed = next((answer[name] for name in _LISTS if name in answer), [answer] if "id" in answer else [])
    if isinstance(listed, list):
        yield from (event for event in listed if isinstance(event, dict))
