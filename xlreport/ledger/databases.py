"""The databases that can hold a ledger: SQLite, and PostgreSQL for several people at once.

Both are used alike: a transaction holds the ledger for itself from its beginning, and what keeps a database from
being used is an error of one name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import (
    SQLITE_BUSY,
    SQLITE_CANTOPEN,
    SQLITE_CORRUPT,
    SQLITE_FULL,
    SQLITE_LOCKED,
    SQLITE_NOTADB,
    SQLITE_READONLY,
)
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from xlreport.errors import UsageError


@dataclass(frozen=True, slots=True)
class Database(ABC):
    """A database by its engine. `name` is its path, or its URL without the password."""

    engine: Engine
    name: str

    @abstractmethod
    def problem(self, error: DBAPIError) -> str | None:
        """The name of the UsageError that an error of the driver comes to; None for a mistake of our own."""


def database_at(where: str | Path, lock_timeout: float) -> Database:
    """The database at a path (SQLite) or URL; a transaction waits `lock_timeout` seconds for another one.

    Raises UsageError `ledger-driver` for a database that we do not know, or whose driver is not installed.
    """
    if not (isinstance(where, str) and "://" in where):
        return _sqlite(URL.create("sqlite", database=str(Path(where).absolute())), lock_timeout)
    try:
        url = make_url(where)
        match url.get_backend_name():
            case "sqlite":
                return _sqlite(url, lock_timeout)
            case "postgresql":
                return _postgresql(url, lock_timeout)
    except (ArgumentError, NoSuchModuleError, ImportError):
        pass
    raise UsageError("ledger-driver", path=where.partition("://")[0])


# SQLite

_SQLITE_PROBLEMS = {
    SQLITE_BUSY: "ledger-locked",
    SQLITE_LOCKED: "ledger-locked",
    SQLITE_CANTOPEN: "ledger-unreadable",
    SQLITE_CORRUPT: "ledger-unreadable",
    SQLITE_NOTADB: "ledger-unreadable",
    SQLITE_READONLY: "ledger-read-only",
    SQLITE_FULL: "ledger-full",
}


class _Sqlite(Database):
    def problem(self, error: DBAPIError) -> str | None:
        # The low byte is the primary code; the rest says more than we tell.
        return _SQLITE_PROBLEMS.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)


def _sqlite(url: URL, lock_timeout: float) -> Database:
    engine = create_engine(url, connect_args={"timeout": lock_timeout})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return _Sqlite(engine, str(url.database))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Leave BEGIN to us, because the driver begins too late to cover CREATE TABLE; hold foreign keys."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: two that read first and write later would lock each other out."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


# PostgreSQL

#: What a transaction of ours locks, in a number that nobody else will have chosen: "xlreport" as bytes.
_POSTGRESQL_LOCK = int.from_bytes(b"xlreport") >> 1
#: Classes of SQLSTATE codes and whole codes, by what they come to.
_POSTGRESQL_PROBLEMS = {
    "55P03": "ledger-locked",
    "40P01": "ledger-locked",
    "25006": "ledger-read-only",
    "53100": "ledger-full",
    "08": "ledger-unreachable",
    "28": "ledger-unreachable",
    "3D": "ledger-unreachable",
    "42501": "ledger-unreachable",
    "53": "ledger-unreachable",
    "57": "ledger-unreachable",
}
_CONNECT_SECONDS = 10


class _Postgresql(Database):
    def problem(self, error: DBAPIError) -> str | None:
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            # The driver alone speaks: there is no server, or none any more.
            return "ledger-unreachable" if error.connection_invalidated or _is_operational(error) else None
        return _POSTGRESQL_PROBLEMS.get(state) or _POSTGRESQL_PROBLEMS.get(state[:2])


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")


def _postgresql(url: URL, lock_timeout: float) -> Database:
    driver = url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url
    milliseconds = max(1, round(lock_timeout * 1000))
    engine = create_engine(driver, connect_args={"connect_timeout": _CONNECT_SECONDS})

    def begin(connection: Connection) -> None:
        """One transaction at a time, as in SQLite: which report counts depends on the order of their arrival."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})")

    event.listen(engine, "begin", begin)
    return _Postgresql(engine, url.render_as_string(hide_password=True))
