import asyncio

import pytest

from gateway.errors import KeyUnavailable
from gateway.vault.key_cache import KeyCache
from gateway.vault.secret import SecretKey
from tests.gateway.vault.hand_clock import HandClock

CAPACITY = 3


class Service:
    """Gives a new key at each asking, and waits until it may."""

    def __init__(self) -> None:
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()

    async def key(self) -> SecretKey:
        self.asked += 1
        key = SecretKey(self.asked.to_bytes(32, "big"))
        await self.open.wait()
        return key


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def cache(clock: HandClock) -> KeyCache[SecretKey]:
    return KeyCache[SecretKey](clock, CAPACITY)


def is_dropped(key: SecretKey) -> bool:
    try:
        key.use(bytes)
    except KeyUnavailable:
        return True
    return False


async def test_a_key_at_hand_is_not_asked_for_again(
    cache: KeyCache[SecretKey], service: Service, clock: HandClock
) -> None:
    first = await cache.obtain(("a", "1"), service.key)
    clock.move(59.9)
    assert await cache.obtain(("a", "1"), service.key) is first
    assert service.asked == 1


async def test_owners_do_not_share(cache: KeyCache[SecretKey], service: Service) -> None:
    keys = [await cache.obtain(owner, service.key) for owner in (("a", "1"), ("a", "2"), ("b", "1"))]
    assert len({key.id for key in keys}) == 3


@pytest.mark.parametrize("seconds", [60, 3600, -0.001])
async def test_a_key_is_asked_for_again_after_a_minute_and_when_the_clock_was_set_back(
    cache: KeyCache[SecretKey], service: Service, clock: HandClock, seconds: float
) -> None:
    first = await cache.obtain(("a", "1"), service.key)
    clock.move(seconds)
    second = await cache.obtain(("a", "1"), service.key)
    assert first.id != second.id
    # Whoever still works with the first may finish.
    assert not is_dropped(first)


async def test_an_expired_key_is_overwritten_once_nobody_works_with_it(
    cache: KeyCache[SecretKey], service: Service, clock: HandClock
) -> None:
    key = await cache.obtain(("a", "1"), service.key)
    material = key.use(lambda secret: secret)
    del key
    clock.move(59)
    cache.expire()
    assert material != bytes(32)
    clock.move(1)
    cache.expire()
    assert material == bytes(32)


async def test_opening_one_key_lets_go_of_all_that_expired(
    cache: KeyCache[SecretKey], service: Service, clock: HandClock
) -> None:
    key = await cache.obtain(("a", "1"), service.key)
    material = key.use(lambda secret: secret)
    del key
    clock.move(60)
    await cache.obtain(("b", "1"), service.key)
    assert material == bytes(32)


async def test_the_number_of_keys_is_bounded(cache: KeyCache[SecretKey], service: Service) -> None:
    owners = [("a", str(number)) for number in range(CAPACITY + 1)]
    for owner in owners:
        await cache.obtain(owner, service.key)
    for owner in owners[1:]:
        await cache.obtain(owner, service.key)
    assert service.asked == len(owners)
    await cache.obtain(owners[0], service.key)
    assert service.asked == len(owners) + 1


async def test_forgetting_a_tenant_forgets_no_other(cache: KeyCache[SecretKey], service: Service) -> None:
    mine = [await cache.obtain(("a", name), service.key) for name in ("1", "2")]
    other = await cache.obtain(("b", "1"), service.key)
    cache.forget("a")
    again = [await cache.obtain(("a", name), service.key) for name in ("1", "2")]
    assert not {key.id for key in mine} & {key.id for key in again}
    assert await cache.obtain(("b", "1"), service.key) is other


async def test_a_key_forgotten_on_its_way_never_arrives(cache: KeyCache[SecretKey], service: Service) -> None:
    service.open.clear()
    async with asyncio.TaskGroup() as tasks:
        mine = tasks.create_task(refused(cache, service))
        other = tasks.create_task(cache.obtain(("b", "1"), service.key))
        await asyncio.sleep(0)
        assert service.asked == 2
        cache.forget("a")
        service.open.set()
    assert mine.result()
    assert await cache.obtain(("b", "1"), service.key) is other.result()
    # Forgotten is not banned.
    assert not is_dropped(await cache.obtain(("a", "1"), service.key))


async def refused(cache: KeyCache[SecretKey], service: Service) -> bool:
    with pytest.raises(KeyUnavailable, match="dropped"):
        await cache.obtain(("a", "1"), service.key)
    return True


async def test_a_failure_to_open_is_not_kept(cache: KeyCache[SecretKey], service: Service) -> None:
    async def failing() -> SecretKey:
        raise KeyUnavailable("no such key")

    with pytest.raises(KeyUnavailable, match="no such key"):
        await cache.obtain(("a", "1"), failing)
    assert not cache._openings
    assert not is_dropped(await cache.obtain(("a", "1"), service.key))
