"""Residency: where a recipient is, and what lets it receive anything outside the region of what is told."""

from enum import StrEnum

import msgspec

from gateway.errors import ConfigurationError


class TransferGround(StrEnum):
    """What personal data may leave a region on (Chapter V GDPR)."""

    EEA = "eea"
    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard-clauses"
    CORPORATE_RULES = "corporate-rules"
    CODE_OF_CONDUCT = "code-of-conduct"
    CERTIFICATION = "certification"

    @property
    def in_words(self) -> str:
        return _WORDS[self]


_WORDS = {
    TransferGround.EEA: "within the European Economic Area (no transfer to a third country)",
    TransferGround.ADEQUACY: "adequacy decision (Art. 45 GDPR)",
    TransferGround.STANDARD_CLAUSES: "standard data protection clauses (Art. 46(2)(c) GDPR)",
    TransferGround.CORPORATE_RULES: "binding corporate rules (Art. 46(2)(b) and 47 GDPR)",
    TransferGround.CODE_OF_CONDUCT: "approved code of conduct (Art. 46(2)(e) GDPR)",
    TransferGround.CERTIFICATION: "approved certification (Art. 46(2)(f) GDPR)",
}


class Residence(msgspec.Struct, frozen=True, order=True):
    """Where a recipient is; outside the region, on what ground it is told, and where that is written down."""

    region: str
    ground: TransferGround | None = None
    reference: str | None = None

    @property
    def transfer(self) -> str | None:
        """On what it is told outside the region, in words."""
        return None if self.ground is None else f"{self.ground.in_words}, {self.reference}"


def check_residence(residence: Residence, home: str) -> None:
    """Only outside the region a ground is recorded, and always there. Raises ConfigurationError."""
    recorded = (residence.ground is not None, bool((residence.reference or "").strip()))
    if not residence.region.strip():
        problem = "A consumer's region needs a name."
    elif residence.region == home and any(recorded):
        problem = f"A consumer in region {home} receives nothing outside of it: leave the ground out."
    elif residence.region != home and not all(recorded):
        problem = (
            f"A consumer outside region {home} receives nothing without a recorded ground. Give --ground, "
            "and --reference to where it is written down."
        )
    else:
        return
    raise ConfigurationError(f"{problem} Nothing was recorded.")
