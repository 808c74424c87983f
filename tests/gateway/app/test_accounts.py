"""A record holds every field that ISO/IEC TS 27560 and the GDPR ask for, in terms that others know."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.errors import AccessLost
from gateway.app.accountability.account import Account, links_account, tenants_account
from gateway.app.accountability.account_text import account_text
from gateway.app.accountability.linked_data import account_data
from gateway.app.accountability.linked_terms import CONTEXT
from gateway.app.consumers.overview import add_consumer
from gateway.app.persons.links import withdraw_link
from gateway.app.requests.steps import carry_out, close_request, extend_request, refuse_request
from gateway.app.standins import CONTROLLER
from gateway.app.tenants import add_tenant, withdraw_tenant
from gateway.app.terms.deadlines import renew
from gateway.app.terms.policies import pass_to
from gateway.authorization import State
from gateway.errors import UnknownName
from gateway.record import Mandate
from gateway.request import RequestKind, SubjectRequest
from gateway.tenant import Connection, Provider, Registration
from gateway.withdrawal.giving_back import nothing_to_revoke
from tests.fakes.asking import ask, visit
from tests.fakes.enrolled import RUBEN, WENDLA
from tests.fakes.installation import lose_access, open_installation
from tests.fakes.persons import Person, links_at, open_peopled_site
from tests.fakes.site import Site
from tests.gateway.app.dpv_terms import is_known

WHOSE = ("employer", "person")

#: By field of ISO/IEC TS 27560, where it stands; several keys, and it stands under one of them.
MANDATORY = {
    "schema version": "dct:conformsTo",
    "record id": "dct:identifier",
    "subject": "dpv:hasDataSubject",
    "notice": "dpv:hasNotice/dct:identifier",
    "language": "dpv:hasNotice/dct:language",
    "purpose": "dpv:hasProcess/dpv:hasPurpose/dct:description",
    "legal basis": "dpv:hasProcess/dpv:hasLegalBasis/@id",
    "type of personal data": "dpv:hasProcess/dpv:hasPersonalData/dct:description",
    "storage location": "dpv:hasProcess/dpv:hasStorageCondition/dpv:hasLocation/dct:title",
    "retention period": "dpv:hasProcess/dpv:hasStorageCondition/dct:description",
    "jurisdiction": "dpv:hasJurisdiction/@id",
    "recipients": "dpv:hasRecipient/dpv:hasName",
    "withdrawal method": "dpv:hasConsentControl|dpv:hasEntityInvolvement/dpv:isExercisedAt",
    "controller": "dpv:hasDataController/@id",
    "party id": "dpv:hasEntity/dpv:hasIdentifier",
    "party name": "dpv:hasEntity/dpv:hasName",
    "party address": "dpv:hasEntity/dpv:hasAddress",
    "party contact": "dpv:hasEntity/dpv:hasContact",
    "party type": "dpv:hasEntity/@type",
    "event time": "dpv:hasConsentStatus|dpv:hasStatus/dpv:isIndicatedAtTime",
    "validity duration": "dpv:hasConsentStatus|dpv:hasStatus/dpv:hasDuration/rdf:value",
    "entity id": "dpv:hasConsentStatus|dpv:hasStatus/dpv:isIndicatedBy/@id",
    "event type": "dpv:hasConsentStatus|dpv:hasStatus/dct:description",
    "event state": "dpv:hasConsentStatus|dpv:hasStatus/@type",
    # What the GDPR makes mandatory besides.
    "processing location": "dpv:hasProcess/dpv:hasProcessingCondition/dpv:hasLocation/dct:title",
    "geographic restriction": "dpv:hasProcess/dpv:hasRule/dct:description",
    "privacy rights": "dpv:hasRight/@type",
    "authority": "dpv:hasAuthority/dpv:hasName",
    "necessity": "dpv:hasProcess/dpv:hasPersonalData/dpv:hasNecessity/@id",
    "special category": "dpv:hasProcess/dpv:hasPersonalData/@type",
    "instruction": "dpv:hasLegalMeasure/dct:description",
    "policy version": "dpv:hasPolicy/dct:identifier",
    "source": "dpv:hasProcess/dpv:hasDataSource/dct:description",
}


def at(node: Any, path: str) -> list[str]:
    """What stands at a path, through lists."""
    if isinstance(node, list):
        return [found for one in node for found in at(one, path)]
    if not path:
        return [str(node)] if isinstance(node, str) else at([*node.values()], "")
    step, _, rest = path.partition("/")
    keys = [key for key in step.split("|") if isinstance(node, dict) and key in node]
    return [found for key in keys for found in at(node[key], rest)]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_installation(tmp_path) as installation:
        site = await open_peopled_site(installation)
        await add_consumer(installation.parts, "backend", [site.tenant], purpose="occupancy")
        await Person(site, "ana").connect()
        yield site


async def account_of(site: Site, whose: str) -> Account:
    parts = site.installation.parts
    if whose == "employer":
        return await tenants_account(parts, site.tenant)
    return await links_account(parts, site.tenant, (await links_at(site))[0].authorization)


@pytest.mark.parametrize("whose", WHOSE)
async def test_every_mandatory_field_is_there_and_says_something(site: Site, whose: str) -> None:
    data = account_data(await account_of(site, whose))
    found = {field: at(data, path) for field, path in MANDATORY.items()}
    assert [field for field, told in found.items() if not told or not all(map(str.strip, told))] == []
    assert "dpv:SpecialCategoryPersonalData" in found["special category"]
    assert {"dpv:Required", "dpv:Optional"} & {*found["necessity"]}


@pytest.mark.parametrize("whose", WHOSE)
async def test_all_parties_are_whole(site: Site, whose: str) -> None:
    data: Any = account_data(await account_of(site, whose))
    parties = [one for one in data["dpv:hasEntity"] if one["@type"] != "dpv:DataSubject"]
    assert {one["@type"] for one in parties} == {"dpv:DataController", "dpv:DataProcessor"}
    for party in parties:
        for field in ("Identifier", "Name", "Address", "Contact", "Jurisdiction"):
            assert party[f"dpv:has{field}"], field


def iris(node: Any, context: dict[str, str]) -> Iterator[str]:
    """Every term of a document: members, types and what is referred to, but for names within it."""
    if isinstance(node, list):
        for one in node:
            yield from iris(one, context)
    if isinstance(node, dict):
        types = node.get("@type", [])
        named = [node.get("@id", "_:"), *([types] if isinstance(types, str) else types)]
        for term in [*(key for key in node if not key.startswith("@")), *named]:
            prefix, _, name = term.partition(":")
            if prefix != "_":
                yield f"{context[prefix]}{name}" if prefix in context else term
        yield from iris([value for key, value in node.items() if key != "@context"], context)


@pytest.mark.parametrize("whose", WHOSE)
async def test_every_term_is_one_that_others_know(site: Site, whose: str) -> None:
    parts = site.installation.parts
    accounts = [await account_of(site, whose)]
    await lose_access(site.installation.store, site.tenancy)
    await renew(parts, site.tenant, 4_000_000_000_000)
    await withdraw_tenant(parts, site.tenant)
    accounts.append(await tenants_account(parts, site.tenant))
    for data in map(account_data, accounts):
        assert [iri for iri in iris(data, CONTEXT) if not is_known(iri)] == []


async def test_a_consent_and_an_instruction_are_told_apart(site: Site) -> None:
    employers: Any = account_data(await account_of(site, "employer"))
    persons: Any = account_data(await account_of(site, "person"))
    assert (employers["@type"], persons["@type"]) == ("dpv:DataProcessingRecord", "dpv:ConsentRecord")
    bases = [one["dpv:hasProcess"]["dpv:hasLegalBasis"]["@id"] for one in (employers, persons)]
    assert bases == ["eu-gdpr:A6-1-f", "eu-gdpr:A6-1-a"]
    rights = [[right["@type"] for right in one["dpv:hasRight"]] for one in (employers, persons)]
    assert ["eu-gdpr:A7-3" in right for right in rights] == [False, True]
    assert ["eu-gdpr:A21" in right for right in rights] == [True, False]


async def test_nobody_learns_from_a_links_record_whose_it_is(site: Site) -> None:
    account = await account_of(site, "person")
    assert account.record.account == "ana"
    told = f"{account_text(account)}{account_data(account)}"
    assert "people.example" not in told
    assert "'ana'" not in told
    assert " ana" not in told
    assert account.authorization.id in told


async def test_what_changes_stands_behind_what_was_recorded(site: Site) -> None:
    parts = site.installation.parts
    site.installation.clock.move(timedelta(minutes=1))
    await pass_to(parts, site.tenant, "strict", lambda _done, _of: None)
    data: Any = account_data(await account_of(site, "employer"))
    assert data["dpv:hasPolicy"]["dct:title"] == "occupancy"
    assert at(data["dpv:hasStatus"], "dpv:hasPolicy/dct:title") == ["occupancy", "occupancy", "strict"]
    assert at(data["dpv:hasStatus"], "dpv:hasRecipient/dpv:hasName") == ["FlexO", "backend"] * 3
    text = account_text(await account_of(site, "person"))
    assert "policy: occupancy, passing to strict" in text
    assert "FlexO (backend for occupancy), and nobody else" in text


async def test_a_record_outlives_what_it_was_of(site: Site) -> None:
    parts, link = site.installation.parts, (await links_at(site))[0].authorization
    before = await account_of(site, "person")
    await withdraw_link(parts, site.tenant, link, nothing_to_revoke)
    after: Any = account_data(await links_account(parts, site.tenant, link))
    types = [one["@type"] for one in after["dpv:hasConsentStatus"]]
    assert types == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn", "dpv:ConsentStatusInvalidForProcessing"]
    assert at(after["dpv:hasConsentStatus"][:2], "dpv:isIndicatedBy/@id") == ["_:person"] * 2
    assert (await links_account(parts, site.tenant, link)).record == before.record
    site.installation.clock.move(timedelta(minutes=1))
    await add_consumer(parts, "late", [site.tenant], purpose="strict")
    assert "late" not in account_text(await links_account(parts, site.tenant, link))
    assert "late" in account_text(await tenants_account(parts, site.tenant))
    await withdraw_tenant(parts, site.tenant)
    of_tenant = await tenants_account(parts, site.tenant)
    assert of_tenant.happenings[-1].state is State.ERASED
    assert "What became of it" in account_text(of_tenant)


async def test_who_connects_again_has_consented_again(site: Site) -> None:
    ana = Person(site, "ana")
    await ana.connect("another token")
    ana.refuse(AccessLost("consent_revoked"))
    await site.later()
    ana.accept()
    await ana.connect("a third token")
    data: Any = account_data(await account_of(site, "person"))
    events = [(one["@type"], one["dpv:isIndicatedBy"]["@id"]) for one in data["dpv:hasConsentStatus"]]
    assert events == [
        ("dpv:ConsentGiven", "_:person"),
        ("dpv:RenewedConsentGiven", "_:person"),
        # Its provider refuses once, which proves nothing yet.
        ("dpv:ConsentGiven", "_:processor"),
        ("dpv:RenewedConsentGiven", "_:person"),
    ]
    assert [iri for iri in iris(data, CONTEXT) if not is_known(iri)] == []


async def test_a_person_did_not_end_what_ended_with_the_tenant(site: Site) -> None:
    parts, link = site.installation.parts, (await links_at(site))[0].authorization
    await withdraw_tenant(parts, site.tenant)
    data: Any = account_data(await links_account(parts, site.tenant, link))
    assert "dpv:ConsentWithdrawn" not in at(data, "dpv:hasConsentStatus/@type")
    assert at(data["dpv:hasConsentStatus"][-1], "dpv:isIndicatedBy/@id") == ["_:processor"]


async def test_a_mandate_and_a_national_rule_are_recorded(tmp_path: Path) -> None:
    mandate = Mandate(
        name="Example Services",
        address="3 Example Street",
        contact="p@services.example",
        reference="part 7",
    )
    who = replace(CONTROLLER, jurisdiction="AT", national_rule="§ 96a ArbVG", mandate=mandate)
    async with open_installation(tmp_path) as installation:
        connection = Connection(provider=Provider.GOOGLE, directory="C0quay", grant="shared")
        choice = Registration(name="Quay Works", policy="occupancy", zone="UTC", basis="f")
        tenant = await add_tenant(installation.parts, connection, choice, controller=who)
        account = await tenants_account(installation.parts, tenant.id)
    text, data = account_text(account), account_data(account)
    assert "Art. 6(1)(f) GDPR, § 96a ArbVG" in text
    assert "acts for the controller: Example Services, 3 Example Street, p@services.example" in text
    assert "the data protection authority of AT" in text
    assert at(data, "dpv:hasEntity/dpv:hasRepresentative/@id") == ["_:mandated"]
    assert at(data, "dpv:hasEntity/dpv:hasName")[-1] == "Example Services"
    assert at(data, "dpv:hasApplicableLaw/dct:title") == ["§ 96a ArbVG"]


async def test_an_employers_authorization_is_no_link(site: Site) -> None:
    with pytest.raises(UnknownName, match="link list"):
        await links_account(site.installation.parts, site.tenant, site.tenancy.tenant.authorization)


async def answer_all(site: Site) -> None:
    """One of each kind, about ana's calendar where it is hers; most were answered, each otherwise."""
    parts, (link,) = site.installation.parts, await links_at(site)
    standing = await site.installation.standing(site.tenant)
    asked: dict[str, SubjectRequest] = {kind: await ask(site, kind, WENDLA) for kind in sorted(RequestKind)}
    asked["hers"] = await ask(site, RequestKind.RESTRICTION, RUBEN, link=link.authorization)
    await extend_request(parts, standing, asked[RequestKind.ACCESS].id, f"{WENDLA} has many")
    await refuse_request(parts, standing, asked[RequestKind.OBJECTION].id, f"not {WENDLA}")
    await close_request(parts, standing, asked[RequestKind.PORTABILITY].id)
    await carry_out(parts, standing, nothing_to_revoke, asked["hers"].id)
    await visit(site.installation)


async def test_what_people_asked_is_told_and_by_whom_it_was_answered_and_of_nobody(site: Site) -> None:
    parts, (link,) = site.installation.parts, await links_at(site)
    before = account_data(await account_of(site, "employer"))
    assert "dpv:hasRecordOfActivity" not in before
    await answer_all(site)
    persons = account_data(await account_of(site, "person"))
    assert at(persons, "dpv:hasRecordOfActivity/dpv:hasRight/@type") == ["eu-gdpr:A18"]
    await withdraw_tenant(parts, site.tenant)
    account = await tenants_account(parts, site.tenant)
    data, text = account_data(account), account_text(account)
    assert [iri for iri in iris(data, CONTEXT) if not is_known(iri)] == []
    records: Any = data["dpv:hasRecordOfActivity"]
    became = {
        (one["dpv:hasRight"]["@type"].removeprefix("eu-gdpr:"), one["dpv:hasStatus"][-1]["@type"])
        for one in records
    }
    assert became == {
        ("A15", "dpv:RequestUnfulfilled"),
        ("A16", "dpv:RequestUnfulfilled"),
        ("A17", "dpv:RequestFulfilled"),
        ("A18", "dpv:RequestFulfilled"),
        ("A20", "dpv:RequestUnfulfilled"),
        ("A21", "dpv:RequestRejected"),
    }
    assert "- restriction, closed: 2" in text
    assert "carried out by the tenant's standing instruction" in text
    for told in (text, str(data)):
        assert not any(name in told for name in (WENDLA, RUBEN, "many", "ana@"))
    assert link.authorization not in str(records)
