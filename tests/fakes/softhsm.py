"""A real SoftHSM: a token in a folder, reached by the same module as any other."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from pkcs11 import Attribute, ObjectClass, Session, TokenFlag

from gateway.vault.key_directory import open_key_directory
from gateway.vault.keys import KeyService
from gateway.vault.pkcs11 import Pkcs11Keys
from gateway.vault.pkcs11_token import Pkcs11Token
from gateway.vault.wrapped import WrappedKeyService

#: As 'make test' unpacks it, or as it is installed.
ROOTS = (Path(sys.prefix) / ".softhsm", Path("/"))

#: What it is configured by, as its module reads it.
CONFIGURATION = "SOFTHSM2_CONF"

LABEL = "gateway"
PIN = "made-up PIN"
OFFICER_PIN = "made-up officer"


def root() -> Path | None:
    """Where the module is; None if it is not here."""
    return next((root for root in ROOTS if (root / "usr/lib/softhsm/libsofthsm2.so").exists()), None)


@dataclass
class SoftHsm:
    """A token that is a test's own, and everything of ours that belongs to it."""

    folder: Path

    @property
    def module(self) -> Path:
        found = root()
        assert found is not None
        return found / "usr/lib/softhsm/libsofthsm2.so"

    @property
    def configuration(self) -> Path:
        return self.folder / "softhsm2.conf"

    @property
    def tokens(self) -> Path:
        """Everything that the token consists of."""
        return self.folder / "tokens"

    @property
    def pin_file(self) -> Path:
        return self.folder / "pin"

    @property
    def directory(self) -> Path:
        return self.folder / "keys"

    def token(self) -> Pkcs11Token:
        """Reaches it as a process would. For one at a time: a module is the process's."""
        return Pkcs11Token(self.module, LABEL, self.pin_file)

    def service(self, token: Pkcs11Token) -> KeyService:
        return WrappedKeyService(open_key_directory(self.directory, None), Pkcs11Keys(token))

    def configure(self, **settings: str) -> None:
        lines = {"directories.tokendir": str(self.tokens), "log.level": "ERROR", **settings}
        self.configuration.write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))

    def initialize(self, label: str = LABEL) -> None:
        """Make a token, beside those that are there."""
        found = root()
        assert found is not None
        command = [str(found / "usr/bin/softhsm2-util"), "--module", str(self.module), "--init-token"]
        command += ["--free", "--label", label, "--pin", PIN, "--so-pin", OFFICER_PIN]
        environment = {CONFIGURATION: str(self.configuration), "PATH": os.defpath}
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603  the package's own tool

    @contextmanager
    def administered(self) -> Iterator[Session]:
        """A session of somebody else's: behind our back, which it ends."""
        module = pkcs11.lib(str(self.module))
        if module.initialized:
            module.finalize()
        module = pkcs11.lib(str(self.module))
        yield module.get_token(token_label=LABEL).open(rw=True, user_pin=PIN)
        module.finalize()

    def flag(self, flag: TokenFlag) -> None:
        """Let the token say so of itself, from when its module is started next."""
        module = pkcs11.lib(str(self.module))
        flags = int(module.get_token(token_label=LABEL).flags)
        module.finalize()
        (record,) = self.tokens.glob("*/token.object")
        before, after = (number.to_bytes(8, "big") for number in (flags, flags | flag))
        content = record.read_bytes()
        assert content.count(before) == 1
        record.write_bytes(content.replace(before, after))

    def flags(self) -> TokenFlag:
        """What the token says of itself, whoever asks."""
        module = pkcs11.lib(str(self.module))
        if not module.initialized:
            module.initialize()
        return module.get_token(token_label=LABEL).flags

    def labels(self) -> list[str]:
        """Of the keys that the token holds."""
        with self.administered() as session:
            found = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
            return sorted(str(key[Attribute.LABEL]) for key in found)

    def delete(self, label: str) -> None:
        with self.administered() as session:
            for key in session.get_objects({Attribute.LABEL: label}):
                key.destroy()


def made(folder: Path) -> SoftHsm:
    """A token that is new, and empty."""
    hsm = SoftHsm(folder)
    hsm.tokens.mkdir(parents=True)
    hsm.configure()
    hsm.initialize()
    hsm.pin_file.write_text(f"{PIN}\n")
    return hsm


def copied(template: SoftHsm, folder: Path) -> SoftHsm:
    """One that was made before, in a folder of its own."""
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    hsm = SoftHsm(folder)
    hsm.configure()
    return hsm
