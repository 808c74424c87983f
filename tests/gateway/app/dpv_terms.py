"""Terms of the vocabularies that a record may be written in.

Names alone, as they stand in the W3C community group's Data Privacy Vocabulary 2.2 (w3c/dpv on GitHub: CSV
files below ``2.2/dpv/modules``, ``2.2/legal/eu/modules`` and ``2.2/legal/eu/gdpr/modules``), in DCMI Metadata
Terms, RDF 1.1 and SKOS. They are what a record may need, not all there is.
"""

import re

DPV = """
ActivityCompleted ActivityHalted ActivityOngoing ActivityPlanned ActivityProposed Authority
ConsentExpired ConsentGiven ConsentNotice ConsentRecord ConsentRequested ConsentRevoked
ConsentStatusInvalidForProcessing ConsentWithdrawn ControllerProcessorAgreement DataController
DataProcessingPolicy DataProcessingRecord DataProcessor DataProtectionAuthority DataSource DataSubject
Employee Law Location NotRequired Notice Obligation Optional PersonalData PrivacyNotice Process
ProcessingLocation Purpose Recipient RenewedConsentGiven Representative RequestActionDelayed
RequestFulfilled RequestInitiated RequestRejected RequestUnfulfilled Required RightExerciseRecord
ServiceProvision SpecialCategoryPersonalData StorageDuration StorageLocation
TechnicalOrganisationalMeasure UntilEventDuration UntilTimeDuration Visitor
WithdrawConsent WithdrawingFromProcess hasAddress hasApplicableLaw hasAuthority hasConsentControl
hasConsentStatus hasContact hasDataController hasDataProcessor hasDataSource hasDataSubject hasDuration
hasEntity hasEntityInvolvement hasIdentifier hasJurisdiction hasJustification hasLegalBasis
hasLegalMeasure hasLocation hasName hasNecessity hasNotice hasPersonalData hasPolicy hasProcess
hasProcessingCondition hasPurpose hasRecipient hasRecordOfActivity hasRepresentative hasRight hasRule
hasStatus hasStorageCondition hasTechnicalOrganisationalMeasure isAuthorityFor isExercisedAt
isIndicatedAtTime isIndicatedBy
"""
GDPR = """
A6-1-a A6-1-b A6-1-c A6-1-e A6-1-f A7-3 A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A77 A78 A79
"""

#: What each namespace knows.
KNOWN = {
    "https://w3id.org/dpv#": frozenset(DPV.split()),
    "https://w3id.org/dpv/legal/eu/gdpr#": frozenset(GDPR.split()),
    "https://w3id.org/dpv/legal/eu#": frozenset({"law-GDPR"}),
    "http://purl.org/dc/terms/": frozenset(
        {"available", "conformsTo", "created", "description", "identifier", "language", "title", "valid"}
    ),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": frozenset({"value"}),
    "http://www.w3.org/2004/02/skos/core#": frozenset({"broader"}),
}
#: Countries by ISO 3166-1, and the EU.
LOCATION = re.compile(r"https://w3id\.org/dpv/loc#[A-Z]{2}")
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"


def is_known(iri: str) -> bool:
    """Whether a vocabulary has such a term."""
    if iri == PROFILE or LOCATION.fullmatch(iri):
        return True
    name = re.split("[#/]", iri)[-1]
    return name in KNOWN.get(iri.removesuffix(name), ())
