"""A PostgreSQL server: where it is, whom it is opened as, and what every connection to it is told."""

from pathlib import Path
from typing import Any, NamedTuple

CONNECT_SECONDS = 10
#: Nobody waits forever: neither for a lock, nor for a process that has died while it held one.
_TOLD = {
    "application_name": "gateway",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "statement_timeout": "5min",
    # What is committed outlives the server: fences hang on it.
    "synchronous_commit": "on",
    # Statements are short: to compile them takes longer than to run them.
    "jit": "off",
}
#: What holds ids of ours and sealed records stays out of the server's log, where this user may say so.
_DISCREET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "log_statement": "none",
}
#: How soon a server that is gone is noticed.
_KEEPALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Server(NamedTuple):
    """Where a database is, and as whom it is opened. ``host`` may be the folder of a socket.

    ``ca_file``: who vouches for the server, whose certificate has to be of this host. Without it nothing is
    encrypted, which only this machine itself is trusted with.
    """

    host: str
    port: int
    user: str
    database: str
    #: Read for every connection, so that it may be changed while everything runs.
    password_file: Path | None = None
    ca_file: Path | None = None

    def password(self) -> str | None:
        return None if self.password_file is None else self.password_file.read_text().strip()

    def _password(self, driver: Any) -> str | None:
        try:
            return self.password()
        except (OSError, UnicodeDecodeError):
            raise driver.OperationalError("The password cannot be read.") from None

    def connect(self, driver: Any, *, writes: bool) -> Any:
        """A connection by this driver, told all that it must be. Raises what the driver raises."""
        trust: dict[str, str] = {"sslmode": "prefer"}
        if self.ca_file is not None:
            trust = {"sslmode": "verify-full", "sslrootcert": str(self.ca_file)}
        connection = driver.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            dbname=self.database,
            password=self._password(driver),
            client_encoding="UTF8",
            connect_timeout=CONNECT_SECONDS,
            options=" ".join(f"-c {name}={value}" for name, value in _TOLD.items()),
            **_KEEPALIVE,
            **trust,
        )
        connection.read_only = not writes
        _hush(connection)
        return connection


def _hush(connection: Any) -> None:
    names, settings = list(_DISCREET), list(_DISCREET.values())
    connection.execute(
        "SELECT set_config(name, setting, false) FROM unnest(%s::text[], %s::text[]) AS told (name, setting)"
        " WHERE has_parameter_privilege(name, 'SET')",
        (names, settings),
    )
    connection.commit()
