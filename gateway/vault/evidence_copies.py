"""EvidenceCopies: evidence keys, and no others, in a folder elsewhere, sealed for a key that is not here.

    FOLDER/                       0700, files 0600
      evidence-copies             empty: this is no folder on which a volume is yet to be mounted
      TENANT.evidence             id of the key, 8 bytes; then the key by HPKE (RFC 9180), bound to its tenant

Whoever has such a folder opens nothing: the private key lies with whoever is to read evidence once all else
is gone, and never on this machine. So copies can be made without anybody. Blocks; raises OSError.
"""

from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from gateway.booking import TenantId
from gateway.errors import ConfigurationError, KeyUnavailable
from gateway.vault.files import create_file, create_marker, discard_file, make_folder, read_file
from gateway.vault.framing import framed
from gateway.vault.key_directory import checked
from gateway.vault.key_file import KeptKey, opened_key
from gateway.vault.secret import KEY_ID_BYTES, KeyId, SecretKey

MARKER = "evidence-copies"
SUFFIX = ".evidence"

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
LABEL = b"calendar gateway evidence key, version 1"


class CopyDamaged(KeyUnavailable):
    """A copy does not open, or holds another key than it is taken for."""


class EvidenceCopies:
    """The copies in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder into one for copies; its parent has to be there."""
        make_folder(self.folder)
        create_marker(self.folder / MARKER)

    @property
    def is_reached(self) -> bool:
        """Whether it is there; False for an empty folder on which nothing is mounted."""
        return (self.folder / MARKER).is_file()

    def tenants(self) -> set[TenantId]:
        """Whose evidence key has a copy."""
        return {TenantId(path.stem) for path in self.folder.iterdir() if path.suffix == SUFFIX}

    def put(self, tenant: TenantId, key: SecretKey, public_key: X25519PublicKey) -> None:
        """Make a copy, unless there is one, and read it back. Raises CopyDamaged for one of another key."""
        sealed = key.use(lambda material: SUITE.encrypt(material, public_key, _bound(tenant)))
        create_file(self._path(tenant), key.id + sealed)
        if self.key_id(tenant) != key.id:
            raise damaged(self.folder, tenant)

    def key_id(self, tenant: TenantId) -> KeyId:
        """Which key a copy is said to hold; tells nothing of it."""
        content = read_file(self._path(tenant))
        if len(content) != KEY_ID_BYTES + SEALED_BYTES:
            raise damaged(self.folder, tenant)
        return KeyId(content[:KEY_ID_BYTES])

    def open(self, tenant: TenantId, private_key: X25519PrivateKey) -> SecretKey:
        """The key in a copy. Raises CopyDamaged."""
        content = read_file(self._path(tenant))
        try:
            material = SUITE.decrypt(content[KEY_ID_BYTES:], private_key, _bound(tenant))
            return opened_key(KeptKey(KeyId(content[:KEY_ID_BYTES]), material), SecretKey(material))
        except (InvalidTag, KeyUnavailable):
            raise damaged(self.folder, tenant) from None

    def remove(self, tenants: Iterable[TenantId]) -> None:
        """Overwrite copies and remove them."""
        for tenant in tenants:
            discard_file(self._path(tenant))

    def _path(self, tenant: TenantId) -> Path:
        return self.folder / f"{checked(tenant)}{SUFFIX}"


#: Of 32 bytes: with them, what X25519 needs of the sender, and a tag.
SEALED_BYTES = 32 + 32 + 16


def damaged(folder: Path, tenant: TenantId) -> CopyDamaged:
    return CopyDamaged(
        f"The copy of the evidence key of {tenant} in {folder} is of another key, damaged, or not sealed for "
        "that private key. If that is the right one, remove the file: 'gateway keys backup' makes it anew."
    )


def read_public_key(path: Path) -> X25519PublicKey:
    """Raises ConfigurationError for what is no such key."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        key = None
    if not isinstance(key, X25519PublicKey):
        raise _no_key(path, "public")
    return key


def read_private_key(path: Path) -> X25519PrivateKey:
    """Raises ConfigurationError for what is no such key, or is under a passphrase."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, X25519PrivateKey):
        raise _no_key(path, "private")
    return key


def _bound(tenant: TenantId) -> bytes:
    return framed(LABEL, tenant.encode())


def _no_key(path: Path, sort: str) -> ConfigurationError:
    return ConfigurationError(
        f"{path} holds no X25519 {sort} key, PEM, without a passphrase. Nothing was done; config/README.md "
        "says how to make one."
    )
