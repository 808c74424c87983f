"""The account of an authorization as JSON-LD, in terms of the W3C's Data Privacy Vocabulary (DPV) 2.

After DPV's guide to ISO/IEC TS 27560. What a person grants is a consent record. What an employer authorizes
rests on another legal basis: a record of processing with the same fields, and the controller's instruction.
"""

from gateway.app.accountability.account import Account
from gateway.app.accountability.account_text import authority, source, where
from gateway.app.accountability.linked_events import event, held_data
from gateway.app.accountability.linked_requests import requests_data
from gateway.app.accountability.linked_terms import (
    CONTEXT,
    CONTROLLER,
    MANDATED,
    PERSON,
    PROCESSOR,
    PROFILE,
    Node,
    ref,
)
from gateway.proof.certificate import EXCEPTIONS
from gateway.record import AuthorizationRecord, Mandate, Party


def account_data(account: Account) -> Node:
    """All that was recorded, and all that happened since, as one document."""
    record, authorization = account.record, account.authorization
    return {
        "@context": CONTEXT,
        "@id": "_:record",
        "@type": "dpv:ConsentRecord" if account.is_personal else "dpv:DataProcessingRecord",
        "dct:conformsTo": _schemas(account),
        "dct:identifier": authorization.id,
        "dct:created": record.recorded_at,
        "dct:description": EXCEPTIONS,
        **_subjects(account),
        "dpv:hasDataController": ref(CONTROLLER),
        "dpv:hasDataProcessor": ref(PROCESSOR),
        "dpv:hasEntity": _entities(account),
        "dpv:hasJurisdiction": ref(f"loc:{record.controller.jurisdiction}"),
        "dpv:hasApplicableLaw": _laws(record),
        "dpv:hasAuthority": _authority(record),
        "dpv:hasLegalMeasure": {
            "@type": "dpv:ControllerProcessorAgreement",
            "dct:description": record.instruction,
        },
        "dpv:hasProcess": _process(account),
        **held_data(record.in_force, personal=account.is_personal),
        "dpv:hasRight": [_right(article, record) for article in record.rights],
        **_withdrawal(account),
        _events(account): [event(account, one) for one in account.happenings],
        **requests_data(account),
        **_drills(account),
    }


def _schemas(account: Account) -> list[object]:
    ours = f"record schema {account.record.schema}"
    return [ref(PROFILE), ours] if account.is_personal else [ours]


def _subjects(account: Account) -> Node:
    if account.is_personal:
        return {"dpv:hasDataSubject": ref(PERSON)}
    return {"dpv:hasDataSubject": [ref("dpv:Employee"), ref("dpv:Visitor")]}


def _entities(account: Account) -> list[Node]:
    record, tenant = account.record, account.authorization.tenant
    found: list[Node] = [
        _entity(CONTROLLER, "dpv:DataController", tenant, record.controller),
        _entity(PROCESSOR, "dpv:DataProcessor", "operator", record.processor),
    ]
    if record.mandate is not None:
        found[0]["dpv:hasRepresentative"] = ref(MANDATED)
        mandated = _entity(MANDATED, "dpv:Representative", "mandated", record.mandate)
        found.append({**mandated, "dct:description": f"mandate: {record.mandate.reference}"})
    if account.is_personal:
        own = account.authorization.id
        found.append({"@id": PERSON, "@type": "dpv:DataSubject", "dpv:hasIdentifier": own})
    return found


def _entity(name: str, role: str, identifier: str, party: Party | Mandate) -> Node:
    entity: Node = {
        "@id": name,
        "@type": role,
        "dpv:hasIdentifier": identifier,
        "dpv:hasName": party.name,
        "dpv:hasAddress": party.address,
        "dpv:hasContact": party.contact,
    }
    if isinstance(party, Party):
        entity["dpv:hasJurisdiction"] = ref(f"loc:{party.jurisdiction}")
    return entity


def _laws(record: AuthorizationRecord) -> list[Node]:
    gdpr = ref("legal-eu:law-GDPR")
    if record.national_rule is None:
        return [gdpr]
    return [gdpr, {"@type": "dpv:Law", "dct:title": record.national_rule}]


def _authority(record: AuthorizationRecord) -> Node:
    return {
        "@type": "dpv:DataProtectionAuthority",
        "dpv:hasName": authority(record),
        "dpv:isAuthorityFor": ref(f"loc:{record.controller.jurisdiction}"),
    }


def _process(account: Account) -> Node:
    record = account.record
    location = {"dpv:hasLocation": {"@type": "dpv:Location", "dct:title": record.region}}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose",
            "skos:broader": ref("dpv:ServiceProvision"),
            "dct:description": record.purpose,
        },
        "dpv:hasLegalBasis": ref(f"eu-gdpr:A6-1-{record.basis}"),
        "dpv:hasPersonalData": _data(account),
        "dpv:hasDataSource": {
            "@type": "dpv:DataSource",
            "dct:description": source(account),
        },
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", **location},
            *({"@type": "dpv:StorageDuration", "dct:description": kept} for kept in record.retention),
        ],
        "dpv:hasProcessingCondition": {"@type": "dpv:ProcessingLocation", **location},
        "dpv:hasRule": {"@type": "dpv:Obligation", "dct:description": where(record.region)},
    }


def _data(account: Account) -> list[Node]:
    record = account.record
    necessity = "dpv:Optional" if account.is_personal else "dpv:Required"
    told: list[Node] = [
        {"@type": "dpv:PersonalData", "dct:description": what, "dpv:hasNecessity": ref(necessity)}
        for what in record.in_force.told
    ]
    special: Node = {
        "@type": "dpv:SpecialCategoryPersonalData",
        "dct:description": record.special_categories,
        "dpv:hasNecessity": ref("dpv:NotRequired"),
    }
    why = {"dpv:hasJustification": record.necessity}
    return [*({**one, **why} for one in told), special]


def _right(article: str, record: AuthorizationRecord) -> Node:
    # Art. 7(3) is A7-3 there.
    term = article.replace("(", "-").removesuffix(")")
    return {"@type": f"eu-gdpr:A{term}", "dpv:isExercisedAt": record.controller.contact}


def _withdrawal(account: Account) -> Node:
    how = {"dpv:isExercisedAt": account.record.withdrawal}
    if account.is_personal:
        return {"dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", **how}}
    return {"dpv:hasEntityInvolvement": {"@type": "dpv:WithdrawingFromProcess", **how}}


def _drills(account: Account) -> Node:
    """Which copies were tried, and what came of it."""
    tried: list[Node] = [
        {"@type": "dpv:TechnicalOrganisationalMeasure", "dct:description": one.in_words}
        for one in account.drills
    ]
    return {"dpv:hasTechnicalOrganisationalMeasure": tried} if tried else {}


def _events(account: Account) -> str:
    return "dpv:hasConsentStatus" if account.is_personal else "dpv:hasStatus"
