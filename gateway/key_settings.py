"""Settings of what wraps the keys in the key directory."""

import re
from collections.abc import Collection
from itertools import permutations
from pathlib import Path
from typing import Annotated

import msgspec

from gateway.errors import ConfigurationError
from gateway.written import ADDRESS, LOOPBACK_ADDRESS, Text, with_paths

#: Of a path in an address: nothing that leads out of it.
SEGMENT = "[A-Za-z0-9_][A-Za-z0-9_.-]*"

#: Where tokens for vaults are had, by the domain of a cloud's vaults.
AZURE_LOGINS = {
    "azure.net": "https://login.microsoftonline.com",
    "usgovcloudapi.net": "https://login.microsoftonline.us",
    "azure.cn": "https://login.partner.microsoftonline.cn",
}
AZURE_CLOUDS = "|".join(map(re.escape, AZURE_LOGINS))


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


class AzureSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An Azure Key Vault, for this installation alone, and the application that may use it."""

    vault_url: Annotated[str, msgspec.Meta(pattern=rf"^https://[a-zA-Z0-9-]+\.vault\.({AZURE_CLOUDS})/?\Z")]
    #: The directory that the vault belongs to.
    directory: Text
    client_id: Text
    #: Holds the application's private key and certificate, PEM.
    certificate_file: Text

    @property
    def login_url(self) -> str:
        return AZURE_LOGINS[self._cloud]

    @property
    def scope(self) -> str:
        """All that was granted to the application at vaults of this cloud."""
        return f"https://vault.{self._cloud}/.default"

    @property
    def _cloud(self) -> str:
        return self.vault_url.rstrip("/").partition(".vault.")[2]


class Pkcs11Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token that a PKCS#11 module reaches, for this installation alone."""

    #: The library that came with the token.
    module: Text
    token_label: Text
    #: Holds the PIN of the token's user and nothing else; read at every log-in.
    pin_file: Text


class EvidenceCopySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two folders for copies of evidence keys, and the key that they are sealed for."""

    folders: tuple[Text, Text]
    #: X25519, PEM. The private one is kept elsewhere.
    public_key_file: Text


KeyServiceSettings = TransitSettings | AwsSettings | AzureSettings | Pkcs11Settings


class KeyServices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What wraps the keys in the key directory; a key there, if nothing else does."""

    transit: TransitSettings | None = None
    aws: AwsSettings | None = None
    azure: AzureSettings | None = None
    pkcs11: Pkcs11Settings | None = None

    def named(self) -> list[KeyServiceSettings]:
        """One at most, once they are checked."""
        return [one for one in (self.transit, self.aws, self.azure, self.pkcs11) if one is not None]


def check_key_services(services: KeyServices, file: str) -> None:
    """Raises ConfigurationError for what cannot be asked, or not together."""
    _check_transit(services.transit, file)
    if len(services.named()) > 1:
        raise ConfigurationError(
            f"{file}: [key_service] names several services, and keys are wrapped by one. Keep that which the "
            "first tenant's keys were made under. Nothing was started."
        )


def anchored_key_services(services: KeyServices, folder: Path) -> KeyServices:
    transit, aws, azure, pkcs11 = services.transit, services.aws, services.azure, services.pkcs11
    return KeyServices(
        transit and with_paths(transit, folder, "token_file", "ca_file"),
        aws and with_paths(aws, folder, "credentials_file"),
        azure and with_paths(azure, folder, "certificate_file"),
        pkcs11 and with_paths(pkcs11, folder, "module", "pin_file"),
    )


def _check_transit(transit: TransitSettings | None, file: str) -> None:
    # On loopback an agent of the service may listen without TLS.
    if transit is None or ADDRESS.fullmatch(transit.url) or LOOPBACK_ADDRESS.fullmatch(transit.url):
        return
    raise ConfigurationError(
        f"{file}: key_service.transit.url is no address of a key service. Give it as https://HOST/ and no "
        "more. Nothing was started."
    )


def check_evidence_copies(copies: EvidenceCopySettings | None, apart: Collection[Path], file: str) -> None:
    """Raises ConfigurationError for folders that lie one in the other, or in a folder of keys or data."""
    if copies is None:
        return
    folders = [folder.resolve() for folder in (*map(Path, copies.folders), *apart)]
    for one, other in permutations(folders, 2):
        if one.is_relative_to(other):
            raise ConfigurationError(
                f"{file}: evidence_copies.folders lie on two volumes, apart from each other, keys "
                f"and data, and {one} lies in {other}. Nothing was started."
            )


def anchored_evidence_copies(
    copies: EvidenceCopySettings | None, folder: Path
) -> EvidenceCopySettings | None:
    if copies is None:
        return None
    first, second = (str(folder / name) for name in copies.folders)
    return EvidenceCopySettings((first, second), str(folder / copies.public_key_file))
