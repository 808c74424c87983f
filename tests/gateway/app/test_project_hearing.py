"""What Google tells of accounts on our project's stream: done at every tenant that knows whom it is about."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.sandbox.calendar import Event
from connectors.sandbox.google_risc_stream import SENT_MAX
from connectors.sandbox.identity import Identity
from gateway.authorization import State, SuspensionReason
from gateway.errors import KeyUnavailable
from gateway.store.handle import Handle
from gateway.store.tables import metadata
from gateway.tenant import Provider
from gateway.vault.key_directory import TENANTS
from tests.fakes.enrolled import WENDLA as WENDLAS_ADDRESS
from tests.fakes.installation import Installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.project import ISSUER, Project, account, open_told_project
from tests.fakes.signalled import ANAS_ID, WENDLAS_ID, Scene, open_signalled_site
from tests.fakes.site import Site

ANA, WENDLA, STRANGER = account(ANAS_ID), account(WENDLAS_ID), account("118204")
TOKEN = f"refresh-{ANAS_ID}-of-her-own"
SUSPENDED = (State.SUSPENDED, SuspensionReason.REVOCATION_CLAIMED)
ACTIVE = (State.ACTIVE, None)


@pytest.fixture
async def project(installation: Installation, tmp_path: Path, identity: Identity) -> AsyncIterator[Project]:
    async with open_told_project(installation, tmp_path, identity) as opened:
        await opened.visit()
        await opened.stream.deliver()
        yield opened


@pytest.fixture
async def scene(project: Project) -> Scene:
    """Ana, who connected, and Wendla, who is enrolled."""
    return await open_signalled_site(project.installation, Provider.GOOGLE)


def token_named(algorithm: str) -> Event:
    """Her refresh token, as Google names it."""
    double = hashlib.sha512(hashlib.sha512(TOKEN.encode()).digest()).digest()
    named = TOKEN[:16] if algorithm == "prefix" else base64.b64encode(double).decode()
    kinds = {"subject_type": "oauth_token", "token_type": "refresh_token"}
    return {**kinds, "token_identifier_alg": algorithm, "token": named}


async def rows(project: Project) -> dict[str, int]:
    """How many there are, by table."""

    def count(handle: Handle) -> dict[str, int]:
        return {name: len(handle.execute(table.select()).all()) for name, table in metadata.tables.items()}

    return await project.installation.store.read(count)


async def states(sites: list[Site]) -> list[list[State]]:
    return [sorted(row.state for row in await links_at(site)) for site in sites]


async def suspended(scene: Scene) -> set[str]:
    return {row.id for row in await scene.subjects() if row.suspended_at is not None}


async def test_what_concerns_a_grant_stops_that_until_it_is_given_anew(
    project: Project, scene: Scene
) -> None:
    ana = Person(scene.site, ANAS_ID)
    for name, subject in {
        "oauth/tokens-revoked": ANA,
        "risc/account-credential-change-required": ANA | {"iss": ISSUER.rstrip("/")},
        "oauth/token-revoked": token_named("prefix"),
        "risc/sessions-revoked": {**ANA, "subject_type": "id_token_claims", "email": "x@y.example"},
    }.items():
        await ana.connect(TOKEN)
        assert await project.tell(name, subject) == 202, name
        assert await scene.link() == (ACTIVE if name == "risc/sessions-revoked" else SUSPENDED), name
    assert await project.tell("oauth/token-revoked", token_named("hash_base64_sha512_sha512")) == 202
    assert await scene.link() == SUSPENDED
    told = [(row.channel, row.claim, row.effect) for row in await scene.rows()]
    assert sorted(told) == [
        *[("google", "consent_revoked", "suspend")] * 3,
        ("google", "credentials_at_risk", "suspend"),
        ("google", "sessions_ended", "refresh"),
    ]
    assert await suspended(scene) == set()


async def test_what_concerns_an_account_stops_all_of_a_person(project: Project, scene: Scene) -> None:
    assert await project.tell("risc/account-disabled", ANA, reason="hijacking") == 202
    assert await project.tell("risc/account-disabled", WENDLA, reason="bulk-account") == 202
    assert (await scene.link(), await suspended(scene)) == (SUSPENDED, {scene.wendla})
    for subject in (ANA, WENDLA):
        assert await project.tell("risc/account-enabled", subject) == 202
    assert (await scene.link(), await suspended(scene)) == (SUSPENDED, {scene.wendla})
    assert await project.tell("risc/account-purged", ANA) == 202
    assert await scene.link() == (State.WITHDRAWN, None)
    await scene.site.installation.cascade().resume()
    assert await scene.link() is None
    with pytest.raises(KeyUnavailable):
        await scene.site.installation.parts.keys.open_data_key(scene.site.tenant, scene.ana)
    assert {row.claim for row in await scene.rows()} == {"hijacked", "disabled", "restored", "deleted"}


async def test_what_names_nobody_here_leaves_nothing(project: Project, scene: Scene) -> None:
    """And neither does what would stop a tenant, or finds somebody by an address."""
    before = await rows(project)
    whole = {"format": "complex", "tenant": {"format": "opaque", "id": "anything"}}
    by_address = {"subject_type": "email", "email": WENDLAS_ADDRESS}
    told = [
        STRANGER,
        whole,
        by_address,
        {**STRANGER, "subject_type": "id_token_claims", "email": WENDLAS_ADDRESS},
    ]
    told += [
        {**ANA, "iss": "https://issuer.example"},
        {},
        token_named("prefix") | {"token": "another-token-of"},
    ]
    for subject in told:
        assert await project.tell("risc/account-purged", subject) == 202
        assert await project.tell("risc/identifier-recycled", subject) == 202
    assert await rows(project) == before
    assert (await scene.link(), await suspended(scene), await scene.state()) == (ACTIVE, set(), State.ACTIVE)


FORGED = (
    *("set-unsigned", "set-symmetric", "set-wrong-signature", "set-encrypted", "set-unknown-key"),
    *("set-other-issuer", "set-other-audience", "set-sub", "set-two-events", "set-future"),
)
ODD = ("set-wrong-type", "set-expiry", "set-audience-array", "set-years-old", "risc-issuer-no-slash")


async def test_whoever_forges_learns_nothing_and_leaves_nothing(project: Project, scene: Scene) -> None:
    before = await rows(project)
    for fault in FORGED:
        project.installation.clock.move(timedelta(minutes=1))
        assert await project.tell("risc/account-disabled", ANA, fault) == 400, fault
        assert await project.tell("risc/account-disabled", STRANGER, fault) == 400, fault
        known, strange = project.stream.answers[-2:]
        assert known.text == strange.text
    paths = ("/v1/signals/guess.ed/google", f"{project.path[: -len('/google')]}x/google", project.path)
    answers = [await project.post(path) for path in paths]
    assert {(answer.status, answer.body) for answer in answers} == {(400, answers[0].body)}
    assert answers[0].json["err"] == "authentication_failed"
    assert await rows(project) == before
    assert await scene.link() == ACTIVE


async def test_a_good_token_is_taken_at_its_own_address_alone(project: Project, scene: Scene) -> None:
    own = str(project.stream.url)
    for address in (own.replace("/google", "x/google"), own.replace("/v1/signals/", "/v1/signals/x")):
        project.stream.url = address
        assert await project.tell("risc/account-disabled", ANA) == 400
    assert await scene.link() == ACTIVE
    project.stream.url = own
    assert await project.tell("risc/account-disabled", ANA) == 202
    assert await scene.link() == SUSPENDED


async def test_what_is_odd_is_taken_and_what_comes_again_is_done_once(project: Project, scene: Scene) -> None:
    for fault in ODD:
        assert await project.tell("risc/account-enabled", ANA, fault) == 202, fault
    for name in ("risc/identifier-changed", "risc/opt-out-effective", "risc/unheard-of"):
        assert await project.tell(name, ANA) == 202, name
    assert await scene.link() == ACTIVE
    assert await project.tell("risc/account-disabled", ANA, "set-twice") == 202
    assert await project.tell("risc/account-purged", ANA, "set-same-id") == 202
    assert await scene.link() == SUSPENDED
    assert sorted(row.claim for row in await scene.rows()) == [
        *("hijacked", "name_changed", "opted_out"),
        *["restored"] * len(ODD),
    ]


async def test_while_keys_are_not_to_be_had_it_comes_again(project: Project, scene: Scene) -> None:
    project.stream.keys.rotate()
    project.stream.keys.retire()
    project.sandbox.faults.order("risc.keys-down")
    assert await project.tell("risc/account-disabled", ANA) == 503
    project.sandbox.faults.clear()
    # Nor are they looked for wherever somebody says.
    project.sandbox.faults.order("risc.keys-elsewhere", times=1)
    assert (await project.visit(timedelta(minutes=11))).reason == "elsewhere"
    await project.stream.deliver()
    assert (project.stream.answers[-1].status, await scene.link()) == (202, SUSPENDED)


async def test_it_reaches_every_tenant_that_knows_them_and_no_other(project: Project) -> None:
    """One that cannot be opened just now holds up none of the others, and is told once it can."""
    here = project.installation
    whose = (Provider.GOOGLE, Provider.GOOGLE, Provider.MICROSOFT)
    sites = [await open_peopled_site(here, whose=provider) for provider in whose]
    for site in sites:
        await Person(site, ANAS_ID).connect()
    await Person(sites[0], "another").connect()
    folder = Path(here.parts.settings.keys) / TENANTS / sites[1].tenant
    away = folder.rename(folder.with_name("away"))
    here.parts.keyring.drop(sites[1].tenant)
    assert await project.tell("risc/account-disabled", ANA) == 503
    assert await states(sites) == [[State.ACTIVE, State.SUSPENDED], [State.ACTIVE], [State.ACTIVE]]
    away.rename(folder)
    here.clock.move(timedelta(seconds=11))
    await project.stream.deliver()
    assert project.stream.answers[-1].status == 202
    assert await states(sites) == [[State.ACTIVE, State.SUSPENDED], [State.SUSPENDED], [State.ACTIVE]]


async def test_who_is_away_for_long_misses_it_and_goes_on(project: Project, scene: Scene) -> None:
    """As Google has it: so that an end shows when a token is renewed, too."""
    project.sandbox.faults.order("risc.keys-down")
    project.stream.keys.rotate()
    project.stream.keys.retire()
    assert await project.tell("oauth/tokens-revoked", ANA) == 503
    for _ in range(SENT_MAX):
        project.installation.clock.move(timedelta(hours=1))
        await project.stream.deliver()
    assert len(project.stream.given_up) == 1
    project.sandbox.faults.clear()
    project.installation.clock.move(timedelta(hours=1))
    assert await project.tell("oauth/tokens-revoked", ANA) == 202
    assert await scene.link() == SUSPENDED
