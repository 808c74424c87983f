"""Settings of what wraps the keys in the key directory."""

from pathlib import Path
from typing import Annotated

import msgspec

from gateway.errors import ConfigurationError
from gateway.written import ADDRESS, LOOPBACK_ADDRESS, Text, with_paths

#: Of a path in an address: nothing that leads out of it.
SEGMENT = "[A-Za-z0-9_][A-Za-z0-9_.-]*"


class TransitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A transit engine of HashiCorp Vault or OpenBao, for this installation alone."""

    url: Text
    #: Holds the token and nothing else; read anew for every request.
    token_file: Text
    #: Its path, behind that of its namespace if it has one.
    mount: Annotated[str, msgspec.Meta(pattern=rf"^{SEGMENT}(/{SEGMENT})*\Z")] = "transit"
    #: Certificate authorities to trust instead of the system's, PEM.
    ca_file: str | None = None


class AwsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """AWS KMS, in an account whose keys under ``alias/gateway/`` are this installation's alone."""

    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]\Z")]
    #: As ``aws configure export-credentials`` writes it; read anew for every request.
    credentials_file: Text


class KeyServices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What wraps the keys in the key directory; a key there, if nothing else does."""

    transit: TransitSettings | None = None
    aws: AwsSettings | None = None


def check_key_services(services: KeyServices, file: str) -> None:
    """Raises ConfigurationError for what cannot be asked, or not together."""
    _check_transit(services.transit, file)
    if services.transit is not None and services.aws is not None:
        raise ConfigurationError(
            f"{file}: [key_service] names two services, and keys are wrapped by one. Keep the one that the "
            "first tenant's keys were made under. Nothing was started."
        )


def anchored_key_services(services: KeyServices, folder: Path) -> KeyServices:
    transit, aws = services.transit, services.aws
    return KeyServices(
        transit and with_paths(transit, folder, "token_file", "ca_file"),
        aws and with_paths(aws, folder, "credentials_file"),
    )


def _check_transit(transit: TransitSettings | None, file: str) -> None:
    # On loopback an agent of the service may listen without TLS.
    if transit is None or ADDRESS.fullmatch(transit.url) or LOOPBACK_ADDRESS.fullmatch(transit.url):
        return
    raise ConfigurationError(
        f"{file}: key_service.transit.url is no address of a key service. Give it as https://HOST/ and no "
        "more. Nothing was started."
    )
