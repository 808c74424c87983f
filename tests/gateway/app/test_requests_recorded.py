"""What is recorded of requests, within which bounds, and what is told of the time that is left."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.app.engine import open_limitation
from gateway.app.requests.opening import load_request, open_request
from gateway.app.requests.steps import extend_request, refuse_request
from gateway.app.tenants import withdraw_tenant
from gateway.app.terms.deadlines import renew
from gateway.booking import TenantId
from gateway.clock import milliseconds
from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.logs import allow_listed
from gateway.request import RequestKind, RequestState
from gateway.store.tables import request_finders
from gateway.withdrawal.request_deadlines import RequestNotice
from tests.fakes.asking import ask, carry, refuse, row_of, visit
from tests.fakes.enrolled import PEOPLE, RUBEN, WENDLA
from tests.fakes.full_site import rows_of
from tests.fakes.installation import Installation
from tests.gateway.app.test_subjects import NOTHING, of_people, open_scene

DAY = timedelta(days=1)


async def test_what_cannot_be_kept_beside_the_keys_is_once_it_can(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, keys = await open_scene(installation, PEOPLE), installation.parts.keys

    async def unavailable(_tenant: TenantId, _name: str, _record: bytes) -> None:
        raise KeyUnavailable("The key service went away.")

    with monkeypatch.context() as away:
        away.setattr(keys, "keep_record", unavailable)
        request = await ask(site, RequestKind.RESTRICTION, WENDLA)
        await site.news()
        # It restricts all the same.
        assert of_people(site.booking("event-0")) == NOTHING
        await visit(installation)
        assert (await row_of(site, request.id)).settled == 0
    await visit(installation)
    assert (await row_of(site, request.id)).settled == 1
    assert set(await keys.kept_records(site.tenant)) == {f"{request.id}_1"}


async def test_it_is_put_off_once_and_each_time_what_is_left_is_told(installation: Installation) -> None:
    site = await open_scene(installation)
    told = list[RequestNotice]()
    request = await ask(site, RequestKind.ACCESS, WENDLA)
    assert request.received == date(2026, 3, 2)
    await visit(installation, told)
    await visit(installation, told)
    for _ in range(29):
        installation.clock.move(DAY)
        await visit(installation, told)
    standing = await installation.standing(site.tenant)
    after = await extend_request(installation.parts, standing, request.id, " many  ")
    assert after.steps[-1].reason == "many"
    for _ in range(70):
        installation.clock.move(DAY)
        await visit(installation, told)
    assert [notice.days for notice in told] == [31, 7, 3, 62, 7, 3, 1, 0]
    assert {notice.kind for notice in told} == {RequestKind.ACCESS}
    with pytest.raises(ConfigurationError, match="once"):
        await extend_request(installation.parts, standing, request.id, "more")


async def test_the_log_names_kind_and_clock_alone(installation: Installation) -> None:
    site = await open_scene(installation)
    await ask(site, RequestKind.ACCESS, WENDLA)
    with capture_logs() as logs:
        await visit(installation)
        installation.clock.move(40 * DAY)
        await visit(installation)
    told = [allow_listed(None, "", line) for line in logs]
    assert [line["event"] for line in told] == ["request_notice", "request_overdue"]
    assert [line["days"] for line in told] == [31, 0]
    assert all(line.keys() <= {"event", "tenant", "kind", "days", "dropped_fields"} for line in told)
    # The level, which tests call otherwise.
    assert all(line["dropped_fields"] == 1 for line in told)


async def test_what_is_over_stands_beside_the_keys_no_more(installation: Installation) -> None:
    site = await open_scene(installation)
    await refuse(site, await ask(site, RequestKind.OBJECTION, WENDLA))
    open_one = await ask(site, RequestKind.RESTRICTION, WENDLA)
    keys = installation.parts.keys
    assert len(await keys.kept_records(site.tenant)) == 3
    installation.clock.move(1_100 * DAY)
    await open_limitation(installation.parts).visit()
    assert set(await keys.kept_records(site.tenant)) == {f"{open_one.id}_1"}


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2_001])
async def test_a_refusal_says_why(installation: Installation, reason: str) -> None:
    site = await open_scene(installation)
    request = await ask(site, RequestKind.ACCESS, WENDLA)
    standing = await installation.standing(site.tenant)
    with pytest.raises(ConfigurationError, match="Say why"):
        await refuse_request(installation.parts, standing, request.id, reason)
    assert (await load_request(installation.parts, standing, request.id)).is_open


@pytest.mark.parametrize("received", [date(2026, 3, 3), date(2025, 2, 28), date.min, date.max])
async def test_a_day_that_cannot_be_is_refused(installation: Installation, received: date) -> None:
    site = await open_scene(installation)
    standing = await installation.standing(site.tenant)
    with pytest.raises(ConfigurationError, match="YYYY"):
        await open_request(
            installation.parts, standing, RequestKind.ACCESS, addresses=[WENDLA], received=received
        )


async def test_what_is_as_old_and_as_much_as_it_may_be_is_recorded(installation: Installation) -> None:
    site = await open_scene(installation)
    standing, addresses = await installation.standing(site.tenant), [f"{n}@cobalt.example" for n in range(50)]
    for received in (date(2025, 3, 1), date(2026, 3, 2)):
        request = await open_request(
            installation.parts, standing, RequestKind.ACCESS, addresses=addresses, received=received
        )
        assert request.received == received
    found = await rows_of(installation.store, request_finders, site.tenant)
    assert len(list(found)) == 2 * 50


@pytest.mark.parametrize("addresses", [[], ["none"], ["a@cobalt.example"] * 51])
async def test_who_asks_is_named_and_not_repeated(installation: Installation, addresses: list[str]) -> None:
    site = await open_scene(installation)
    with pytest.raises(ConfigurationError) as refused:
        await ask(site, RequestKind.ERASURE, *addresses)
    assert not any(address in str(refused.value).split() for address in addresses)


async def test_people_ask_also_when_the_time_is_over_for_which_it_was_given(
    installation: Installation, tmp_path: Path
) -> None:
    site = await open_scene(installation)
    await renew(installation.parts, site.tenant, milliseconds(installation.clock() + DAY))
    installation.clock.move(2 * DAY)
    await carry(site, await ask(site, RequestKind.ACCESS, WENDLA), tmp_path / "theirs")
    assert b'"requests"' in (tmp_path / "theirs").read_bytes()
    request = await ask(site, RequestKind.OBJECTION, WENDLA)
    await visit(installation)
    assert (await row_of(site, request.id)).state is RequestState.CARRIED_OUT
    await withdraw_tenant(installation.parts, site.tenant)
    with pytest.raises(KeyUnavailable):
        await ask(site, RequestKind.OBJECTION, RUBEN)
    await visit(installation)
