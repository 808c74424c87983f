"""A record of an authorization as it might be given, of nobody."""

from gateway.app.standins import OPERATOR
from gateway.record import AuthorizationRecord, InForce, Party
from gateway.tenant import Provider

CONTROLLER = Party(
    name="Harbour Works",
    address="2 Example Street, Example City",
    contact="privacy@example.com",
    jurisdiction="DE",
)


def a_record() -> AuthorizationRecord:
    """Of a tenant at Google."""
    return AuthorizationRecord(
        tenant_name=CONTROLLER.name,
        provider=Provider.GOOGLE,
        directory="C0example",
        recorded_at="2026-03-02T12:00:00+00:00",
        controller=CONTROLLER,
        processor=OPERATOR,
        mandate=None,
        purpose="to show what is taken",
        basis="f",
        national_rule=None,
        instruction="read",
        region="eu",
        necessity="needed",
        special_categories="none",
        retention=("180 days",),
        withdrawal="tell the processor",
        rights=("15",),
        in_force=InForce(
            policy="occupancy",
            policy_version="sha256:1",
            notice_version="sha256:2",
            told=("which place it is",),
            recipients=(),
            expires_at=None,
        ),
    )
