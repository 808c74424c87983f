"""Account watching: a tenant's provider is asked to say in between that there is something to ask about.

Promises are renewed well before they end, by others beside them. Where one is refused nothing is missed: the
provider is asked as often as ever.
"""

import asyncio
from contextlib import suppress

from msgspec.structs import replace

from connectors.accounts import Announcing
from connectors.errors import ConnectorError, Throttled, Unreachable
from connectors.port import Target, Watch
from gateway.clock import HOUR_MILLISECONDS, milliseconds, moment
from gateway.signals.push import Promise, Push

#: A promise is renewed when a sixth of its life is left.
_LEFT = 6
#: What was refused is asked for again after this.
AGAIN_MILLISECONDS = HOUR_MILLISECONDS
#: Of all that is given back together.
SECONDS = 10.0


async def keep_watching(announcing: Announcing, push: Push, url: str, now: int) -> tuple[Push, str | None]:
    """Ask for what is not promised, or not for long; why something is not promised.

    ``url``: where we are told; ``now``: epoch milliseconds.
    """
    kept = {promise.topic: promise for promise in push.promises}
    reason = None
    for topic in announcing.topics:
        before = kept.get(topic)
        if before is not None and before.url == url and now < before.renew_at:
            continue
        if 0 <= now - push.tried_at < AGAIN_MILLISECONDS:
            continue
        try:
            kept[topic] = await _promised(announcing, topic, Target(url, push.token), now)
        except (Throttled, Unreachable) as error:
            # What one is kept waiting for, the others are, too.
            reason = error.code
            break
        except ConnectorError as error:
            reason = error.code
            continue
        if before is not None:
            # Where it goes on, it ends by itself.
            with suppress(ConnectorError):
                await announcing.unwatch(topic, _watch(before))
    tried_at = push.tried_at if reason is None else now
    return replace(push, promises=tuple(kept.values()), tried_at=tried_at), reason


async def stop_watching(announcing: Announcing, push: Push) -> bool:
    """Give all back, once, within a bound; False where something was not taken back, and ends by itself."""
    try:
        async with asyncio.timeout(SECONDS):
            for promise in push.promises:
                await announcing.unwatch(promise.topic, _watch(promise))
    except (ConnectorError, TimeoutError):
        return False
    return True


async def _promised(announcing: Announcing, topic: str, target: Target, now: int) -> Promise:
    watch = await announcing.watch(topic, target)
    expires_at = milliseconds(watch.expires_at)
    renew_at = expires_at - max(0, expires_at - now) // _LEFT
    return Promise(
        topic=topic,
        id=watch.id,
        resource=watch.resource,
        url=target.url,
        renew_at=renew_at,
        expires_at=expires_at,
    )


def _watch(promise: Promise) -> Watch:
    return Watch(promise.id, promise.resource, moment(promise.expires_at), promise.url)
