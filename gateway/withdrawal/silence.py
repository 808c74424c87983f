"""Silence: consumers that were told to delete and have not yet said that they did."""

from collections.abc import Iterable

from gateway.clock import MINUTE_MILLISECONDS
from gateway.store.acknowledgements import ToldErasure, acknowledgements_of
from gateway.store.consumers import Consumer
from gateway.store.handle import Handle


def told(consumers: Iterable[Consumer], erasure: ToldErasure) -> list[Consumer]:
    """Those that had anything to delete: they read the tenant when its erasure was told."""
    return [
        one
        for one in consumers
        if erasure.tenant in one.scope
        and one.created_at < erasure.told_at + MINUTE_MILLISECONDS
        and (one.revoked_at is None or one.revoked_at >= erasure.told_at)
    ]


def silent(handle: Handle, consumers: Iterable[Consumer], erasure: ToldErasure) -> list[Consumer]:
    """Those of them that have not acknowledged. Who was revoked since cannot any more."""
    said = {one.consumer for one in acknowledgements_of(handle, erasure.tenant, erasure.id)}
    return [one for one in told(consumers, erasure) if one.id not in said]
