"""``gateway webhook``: where consumers are told of their feed, and what they have yet to take."""

from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter
from rich.table import Column, Table
from yarl import URL

from gateway.app.consumers.webhooks import (
    Endpoint,
    add_webhook,
    list_webhooks,
    pause_webhook,
    remove_webhook,
    replay_webhook,
    resume_webhook,
    rotate_webhook,
)
from gateway.cli.configured import DEFAULT_CONFIG, ConfigPath, configured, console, whole
from gateway.cli.consumer import OVERLAP_HOURS_MAX
from gateway.clock import to_minute
from gateway.errors import ConfigurationError
from gateway.web.webhook import Held, waiting_of
from gateway.webhook import Signature

ConsumerName = Annotated[str, Parameter(help="Name or id of the consumer.")]


async def add(
    consumer: ConsumerName,
    url: Annotated[str, Parameter(help="Where it is told: https:// on the public network.")],
    *,
    signature: Annotated[
        Signature, Parameter(help="By a secret that both know, or by a key of ours that it verifies.")
    ] = Signature.HMAC,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Tell a consumer of its feed at an address, from the current state on; prints once what verifies it."""
    async with configured(config) as parts:
        told, key = await add_webhook(parts, consumer, url, signature)
    out = console()
    out.print(f"{told.id} is told there by whatever serves. What verifies it is shown once:")
    out.out(key, highlight=False)


async def rotate(
    consumer: ConsumerName,
    *,
    overlap_hours: Annotated[
        int, Parameter(help="How long the key that it has signs beside the new one.")
    ] = 24,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Sign a webhook with another key, printed once; the one before signs beside it for a while."""
    if not 0 <= overlap_hours <= OVERLAP_HOURS_MAX:
        raise ConfigurationError(
            f"Keys overlap by 0 to {OVERLAP_HOURS_MAX} hours. Choose --overlap-hours so; nothing was changed."
        )
    async with configured(config) as parts:
        told, key = await rotate_webhook(parts, consumer, overlap=timedelta(hours=overlap_hours))
    out = console()
    out.print(
        f"{told.id} is signed by another key, shown once; the one before ends in {overlap_hours} hours:"
    )
    out.out(key, highlight=False)


async def list_(*, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List all webhooks: at which host, whether they are told, and what they have yet to take."""
    table = Table(whole("consumer"), Column("host", overflow="fold"), "state", "last taken")
    async with configured(config) as parts:
        endpoints = await list_webhooks(parts)
    for endpoint in endpoints:
        at = endpoint.delivery.delivered_at
        taken = "never" if at is None else to_minute(at)
        # What stands behind the host may be what lets anybody send there.
        host = URL(endpoint.webhook.url).authority
        table.add_row(endpoint.consumer.id, host, state(endpoint), taken)
    out = console()
    out.print(table, crop=False)
    for endpoint in endpoints:
        for held in waiting_of(endpoint.delivery):
            out.print(f"{endpoint.consumer.id}: {_told(held)}")


async def pause(consumer: ConsumerName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Send nothing more to a webhook until it is resumed."""
    async with configured(config) as parts:
        endpoint = await pause_webhook(parts, consumer)
    console().print(
        f"{endpoint.consumer.id}: {state(endpoint)}. Nothing is lost: it is told later what is then."
    )


async def resume(consumer: ConsumerName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Go on with a webhook where it was left; dead letters stay until they are replayed."""
    async with configured(config) as parts:
        endpoint = await resume_webhook(parts, consumer)
    dead = sum(held.waiting.is_dead for held in waiting_of(endpoint.delivery))
    console().print(
        f"{endpoint.consumer.id}: {state(endpoint)}, with {dead} dead letters."
        + (" 'gateway webhook replay' tries them again." if dead else "")
    )


async def replay(consumer: ConsumerName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Tell a webhook anew what was given up, as it is by now, and what has waited behind it."""
    async with configured(config) as parts:
        endpoint = await replay_webhook(parts, consumer)
    paused = " It is paused: resume it." if endpoint.delivery.paused is not None else ""
    console().print(f"{endpoint.consumer.id}: what was given up is tried again by whatever serves.{paused}")


async def remove(consumer: ConsumerName, *, config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Tell a consumer nothing more at its webhook; it may go on asking for the feed."""
    async with configured(config) as parts:
        told = await remove_webhook(parts, consumer)
    console().print(f"{told.id} is told nothing more at a webhook. What verified it is destroyed.")


def state(endpoint: Endpoint) -> str:
    """Whether it is told, and why not."""
    delivery = endpoint.delivery
    if delivery.paused is None:
        return f"active since {to_minute(delivery.since)}"
    return f"paused since {to_minute(delivery.since)} ({delivery.paused})"


def _told(held: Held) -> str:
    whose = f"{held.tenant} {held.resource or 'as a whole'}"
    waiting = held.waiting
    then = "dead letter" if waiting.is_dead else f"next {to_minute(waiting.due_at)}"
    return f"{whose}: {waiting.reason}, {waiting.tries} tries, {then}"
