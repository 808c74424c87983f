"""``gateway consumer``: who may read the feed."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table

from gateway.acknowledgement import public_key as acknowledgement_key
from gateway.app.consumers.overview import (
    add_consumer,
    bind_consumer,
    list_consumers,
    rescope_consumer,
    revoke_consumer,
    rotate_token,
)
from gateway.certificate import thumbprint
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, read_file, whole
from gateway.clock import moment, to_minute
from gateway.errors import ConfigurationError
from gateway.record import Recipient
from gateway.residency import Residence, TransferGround

#: A month, for backends that are deployed seldom.
OVERLAP_HOURS_MAX = 31 * 24


async def add(
    name: str,
    *,
    tenant: Annotated[list[str], Parameter(help="Name or id of a tenant it may read; repeatable.")],
    purpose: Annotated[str, Parameter(help="The policy that is the most it sees, whatever tenants allow.")],
    region: Annotated[str | None, Parameter(help="Where it processes that; this installation's own.")] = None,
    ground: Annotated[
        TransferGround | None, Parameter(help="What it receives that on, outside the region.")
    ] = None,
    reference: Annotated[str | None, Parameter(help="Where that ground is written down.")] = None,
    public_key: Annotated[
        Path | None,
        Parameter(help="Its Ed25519 public key, PEM or JWK: it has to sign acknowledgements then."),
    ] = None,
    certificate: Annotated[
        Path | None,
        Parameter(help="The client certificate, PEM, that it has to show the proxy beside its token."),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Let a consumer read some tenants; prints its token once."""
    shown = None if certificate is None else thumbprint(read_file(certificate))
    key = None if public_key is None else acknowledgement_key(read_file(public_key))
    async with configured(config) as parts:
        residence = Residence(parts.settings.region if region is None else region, ground, reference)
        consumer, token = await add_consumer(
            parts,
            name,
            tenant,
            purpose=purpose,
            residence=residence,
            public_key=key,
            certificate=shown,
        )
    out = console()
    out.print(f"Recorded as {consumer.id}. Its token is shown once and is not stored:")
    # Plain, on a line of its own, so that a script can take it.
    out.out(token, highlight=False)


async def change(
    consumer: str,
    *,
    tenant: Annotated[tuple[str, ...], Parameter(help="Another tenant that it may read; repeatable.")] = (),
    without: Annotated[tuple[str, ...], Parameter(help="One that it may read no more; repeatable.")] = (),
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Let a consumer read other tenants from now on; its token stays."""
    async with configured(config) as parts:
        changed = await rescope_consumer(parts, consumer, tenants=tenant, without=without)
    out = console()
    out.print(
        f"{changed.id} reads {len(changed.scope)} tenants now. Of one that it no longer reads it is told"
    )
    out.print("feed.reset, and has to drop what it has.")


async def bind(
    consumer: str,
    certificate: Annotated[Path, Parameter(help="The client certificate, PEM.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Bind a consumer to another client certificate; the one before stays good until the next."""
    shown = thumbprint(read_file(certificate))
    async with configured(config) as parts:
        bound = await bind_consumer(parts, consumer, shown)
    out = console()
    out.print(f"{bound.id} has to show that certificate from now on, with every request.")
    if len(bound.certificates) > 1:
        out.print("The one before it is good as well, until the next is bound.")


async def rotate(
    consumer: str,
    *,
    overlap_hours: Annotated[
        int, Parameter(help="How long the token that it has is good beside the new one.")
    ] = 24,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Give a consumer another token, printed once; the one it has ends after the overlap."""
    if not 0 <= overlap_hours <= OVERLAP_HOURS_MAX:
        raise ConfigurationError(
            f"Tokens overlap by 0 to {OVERLAP_HOURS_MAX} hours. Choose --overlap-hours so; nothing was "
            "changed."
        )
    async with configured(config) as parts:
        rotated, token = await rotate_token(parts, consumer, overlap=timedelta(hours=overlap_hours))
    out = console()
    out.print(f"{rotated.id} has another token, shown once; the one before ends in {overlap_hours} hours:")
    out.out(token, highlight=False)


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List all consumers."""
    called = Column("name and purpose", overflow="fold")
    table = Table(whole("consumer"), called, whole("tenants"), "state")
    async with configured(config) as parts:
        for consumer in await list_consumers(parts):
            state = f"active since {moment(consumer.created_at):%Y-%m-%d}"
            if consumer.used_at is not None:
                state += f", last here {to_minute(consumer.used_at)}"
            if consumer.revoked_at is not None:
                state = f"revoked {moment(consumer.revoked_at):%Y-%m-%d}"
            signs = "" if consumer.public_key is None else ", signs"
            signs += ", shows a certificate" if consumer.certificates else ""
            tenants = "\n".join(sorted(consumer.scope))
            reads = Recipient(consumer.name, consumer.purpose, consumer.residence)
            table.add_row(consumer.id, f"{reads.name}\n{reads.in_words}{signs}", tenants, state)
    console().print(table, crop=False)


async def revoke(consumer: str, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Stop a consumer's token at once."""
    async with configured(config) as parts:
        revoked = await revoke_consumer(parts, consumer)
    console().print(f"{revoked.id} may no longer read the feed.")
