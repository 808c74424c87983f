"""Logs: events with fields, one JSON object a line. Only what is listed here ever leaves."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

#: Names, states, counts and ids of ours. A field that is not listed is dropped, and the drop is counted.
ALLOWED = frozenset(
    {
        "attempt",
        "authorization",
        "calendars",
        "change",
        "claim",
        "code",
        "consumer",
        "count",
        "days",
        "erasure",
        "event",
        "extent",
        "hold",
        "kind",
        "level",
        "link",
        "logger",
        "of",
        "owner",
        "port",
        "reason",
        "seconds",
        "status",
        "tenant",
        "timestamp",
        "titles",
        "transmitter",
        "version",
        "where",
    }
)


def allow_listed(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: keep what is listed, count the rest."""
    kept = {name: value for name, value in fields.items() if name in ALLOWED}
    if len(kept) < len(fields):
        kept["dropped_fields"] = len(fields) - len(kept)
    return kept


class _Libraries(logging.Handler):
    """Lets libraries say that something happened, not what: their texts hold addresses and names."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().warning("library_warning", logger=record.name, level=record.levelname)


def configure_logs(stream: TextIO = sys.stderr) -> None:
    """Send logs to a stream. Call once, at the start of a process."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            allow_listed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    root = logging.getLogger()  # noqa: TID251  the one place that tames it
    root.handlers = [_Libraries(logging.WARNING)]
    root.setLevel(logging.WARNING)
