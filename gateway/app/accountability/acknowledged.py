"""Erasures as consumers answered them: who says that it has deleted, what it signed, and who is silent."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import msgspec

from gateway.acknowledgement import Statement, due_at, verified
from gateway.app.parts import Parts
from gateway.booking import TenantId
from gateway.clock import milliseconds, moment
from gateway.errors import KeyUnavailable, Unreadable
from gateway.store.acknowledgements import (
    SIGNED,
    Acknowledgement,
    Signed,
    acknowledgements_of,
    signatures_of,
    told_erasure,
)
from gateway.store.consumers import RECORDS, ConsumerRows
from gateway.store.handle import Handle
from gateway.withdrawal.silence import silent


class Waiting(StrEnum):
    """How it stands with a consumer that has not acknowledged."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    #: Its token was taken away: people have to ask it.
    REVOKED = "revoked before it acknowledged"


class Acknowledged(NamedTuple):
    """One acknowledgement. ``signed`` is None where nothing was, or where the evidence does not open."""

    erasure: str
    said: Acknowledgement
    signed: Signed | None

    @property
    def statement(self) -> Statement | None:
        """What was signed; None where nothing was, or where it does not verify any more."""
        return None if self.signed is None else verified(self.signed.jws.encode(), self.signed.public_key)


async def acknowledged(parts: Parts, tenant: TenantId, erasure: str) -> list[Acknowledged]:
    """Who says that it has deleted what an erasure was about, the first first."""
    said = await parts.store.read(partial(acknowledgements_of, tenant=tenant, erasure=erasure))
    signed = await _signatures(parts, tenant, erasure) if any(one.is_signed for one in said) else {}
    return [Acknowledged(erasure, one, signed.get(one.consumer)) for one in said]


async def unacknowledged(parts: Parts, tenant: TenantId, erasure: str) -> dict[str, Waiting]:
    """Consumers that were told, by id, and have not yet said that they deleted."""
    records, now = await parts.keyring.service(*RECORDS), milliseconds(parts.clock())

    def read(handle: Handle) -> dict[str, Waiting]:
        told = told_erasure(handle, tenant, erasure)
        if told is None:
            return {}
        late = Waiting.OVERDUE if due_at(told.told_at) < now else Waiting.WAITING
        found = silent(handle, ConsumerRows(handle, records).all(), told)
        return {one.id: late if one.revoked_at is None else Waiting.REVOKED for one in found}

    return await parts.store.read(read)


def evidence_line(one: Acknowledged) -> str:
    """An acknowledgement as evidence: what was signed, and the key (JWK) by which anybody can verify it."""
    signed = one.signed
    told = {
        "erasure": one.erasure,
        "consumer": one.said.consumer,
        "received_at": moment(one.said.acknowledged_at),
        "jws": None if signed is None else signed.jws,
        "public_key": None if signed is None else {"kty": "OKP", "crv": "Ed25519", "x": signed.public_key},
    }
    return msgspec.json.encode(told).decode()


async def _signatures(parts: Parts, tenant: TenantId, erasure: str) -> Mapping[str, Signed]:
    try:
        column = await parts.keyring.evidence(tenant, *SIGNED)
        return await parts.store.read(partial(signatures_of, tenant=tenant, erasure=erasure, column=column))
    except (KeyUnavailable, Unreadable):
        return {}
