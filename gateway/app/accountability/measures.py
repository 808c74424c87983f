"""What an installation does for the security of processing (Art. 32 GDPR), as it is configured."""

from gateway.app.parts import shares_volume
from gateway.logs import ALLOWED
from gateway.settings import Settings

#: What only the operator can say.
OPERATOR = "[to be filled in by the operator: {}]"

LOGS = (
    f"One JSON object a line, to standard error, of {', '.join(sorted(ALLOWED))}, and how many other fields "
    "were dropped. No address of who asks, none of what is asked for, no name. "
    + OPERATOR.format("who collects them, and for how long")
)

_ALWAYS = (
    "People are taken out before anything is written; what policy and legal basis do not show is not stored.",
    "Every record is sealed (AES-256-GCM) under a key of its own and bound to its place.",
    "Each tenant, each person who connected a calendar and each enrolled subject has data keys of their own.",
    "An end raises an epoch that all reading and writing checks; keys are destroyed, then rows deleted.",
    "A store restored from before an end is recognized by that epoch, and neither read nor served.",
    "Of keys that were destroyed the key directory keeps empty files for good, which bear ids of ours.",
    "Providers are reached by verified TLS, at configured hosts, and asked for what the policy needs.",
    "Consumers are served by token, each at most what its purpose shows.",
)


def measures(settings: Settings) -> tuple[str, ...]:
    """Technical and organisational measures, in sentences."""
    return (
        *_ALWAYS,
        _keys(settings),
        _volume(settings),
        OPERATOR.format("backups of the store, who has access"),
    )


def _keys(settings: Settings) -> str:
    services = settings.key_service
    if services.aws is not None:
        return f"AWS KMS in {services.aws.region} wraps the keys; they leave it for a process's memory alone."
    if services.azure is not None:
        return "An Azure Key Vault wraps the keys; they are unwrapped in a process's memory alone."
    if services.transit is not None:
        return "A transit engine wraps the keys; they are unwrapped in a process's memory alone."
    if services.pkcs11 is not None:
        return "A PKCS#11 token wraps the keys; they are unwrapped in a process's memory alone."
    return "Keys stand in a key directory, which no backup of the store may hold."


def _volume(settings: Settings) -> str:
    if shares_volume(settings):
        return "Keys and store share a file system: whoever copies it has both. Production refuses that."
    return "Keys and store are on file systems of their own."
