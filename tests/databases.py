"""A PostgreSQL server of our own, on loopback only, for the tests of what the ledger holds in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

REQUIRE_POSTGRESQL = "XLREPORT_REQUIRE_POSTGRESQL"
#: Debian keeps the programs of each version in a folder that is not on the PATH.
_DEBIAN = Path("/usr/lib/postgresql")
_SECONDS = 120
_numbers = count(1)


def postgresql_available() -> bool:
    """Whether the server's programs are installed. Where they are required, their absence is told as an error."""
    return os.environ.get(REQUIRE_POSTGRESQL, "") not in ("", "0") or _programs() is not None


def _programs() -> Path | None:
    found = shutil.which("initdb")
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: path.parent.name) if _DEBIAN.is_dir() else []
    return Path(found).parent if found else next(reversed(versions), None)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A running server with nothing in it: its address without a database."""
    programs = _programs()
    if programs is None:
        raise RuntimeError(f"{REQUIRE_POSTGRESQL} is set, but initdb is nowhere to be found")
    # Not below pytest's folder: only its owner may enter that, and the server does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="xlreport-postgresql-"))
    owner = "postgres" if os.name == "posix" and os.geteuid() == 0 else None
    if owner is not None:
        shutil.chown(folder, owner)
    port = _free_port()
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories='{folder}' -c fsync=off"
    # Vietnamese is not in the order of its bytes here: what relied on that would be seen.
    _run(owner, programs / "initdb", "-D", data, "-U", "xlreport", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    try:
        _run(owner, programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start")
        yield f"postgresql+psycopg://xlreport@127.0.0.1:{port}"
    finally:
        _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"ledger_{next(_numbers)}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    engine.dispose()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _run(owner: str | None, *command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, timeout=_SECONDS, user=owner,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/" if owner else None)  # fmt: skip
