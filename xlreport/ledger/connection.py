"""Opening a ledger, and its transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from xlreport.errors import UsageError
from xlreport.findings import Finding
from xlreport.ledger import queries, store
from xlreport.ledger.databases import Database, database_at
from xlreport.ledger.migrations import migrate
from xlreport.ledger.model import Known, Reading, Standing, Submission
from xlreport.ledger.store import FactRow
from xlreport.ledger.tables import META, SCHEMA_VERSION, create_ledger

#: How long to wait for another process that is writing.
LOCK_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """The ledger within one transaction. What each method does is told where it is done: `store`, `queries`."""

    connection: Connection

    def start_run(self, what: str, made_on: date) -> int:
        """Record that something is done on a day; the run's number."""
        return store.start_run(self.connection, what, made_on)

    def add_submission(self, submission: Submission) -> bool:
        """Record that a file arrived; whether its content was new."""
        return store.add_submission(self.connection, submission)

    def add_reading(
        self, run: int, reading: Reading, facts: Iterable[FactRow] = (), findings: Iterable[Finding] = ()
    ) -> int:
        """Record an evaluation of a submission, which stands from now on; its number."""
        return store.add_reading(self.connection, run, reading, facts, findings)

    def known(self, sha256s: Iterable[str], context: str | Mapping[str, str] | None = None) -> dict[str, Known]:
        """Standing readings by hash; with a context, for all or by hash, only those made under it."""
        return queries.known(self.connection, sha256s, context)

    def findings_of(self, readings: Iterable[int]) -> dict[int, list[Finding]]:
        """The findings of readings by their numbers."""
        return queries.findings_of(self.connection, readings)

    def last_contents(self, file_names: Iterable[str]) -> dict[str, str]:
        """The content that last arrived under each name, by hash."""
        return queries.last_contents(self.connection, file_names)

    def standing(self, form: str, period: str) -> list[Standing]:
        """Every submission for a form and a period with its role, by unit, then as they came."""
        return queries.standing(self.connection, form, period)

    def periods(self, form: str) -> list[str]:
        """See `queries.periods`."""
        return queries.periods(self.connection, form)

    def outdated(self, context: str) -> list[Standing]:
        """Current submissions that were read under another context."""
        return queries.outdated(self.connection, context)

    def refused(self) -> list[Standing]:
        """Every submission that was refused, of whatever form and period, known or not."""
        return queries.refused(self.connection)

    def facts(self, form: str, period: str) -> pl.DataFrame:
        """Facts of the current submissions (columns of `frames.FACTS`), by unit, then in the order stored."""
        return queries.facts(self.connection, form, period)

    def add_roll(self, reading: int, basis: str, facts: Iterable[tuple[str, FactRow]]) -> None:
        """Record the figures of a roll, each with its unit, under its reading."""
        store.add_roll(self.connection, reading, basis, facts)

    def roll_facts(self, form: str, period: str) -> pl.DataFrame:
        """Figures of the current rolls of a form code and a period (columns of `frames.FACTS`)."""
        return queries.roll_facts(self.connection, form, period)

    def roll_bases(self, form: str, period: str) -> dict[str, str]:
        """What each current roll says it is based on, by the hash of its content."""
        return queries.roll_bases(self.connection, form, period)

    def findings(self, form: str, period: str) -> list[tuple[str, Finding]]:
        """Hash and finding for every submission of a form and a period, in the order of `standing`."""
        return queries.findings(self.connection, form, period)


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger."""

    database: Database

    @property
    def name(self) -> str:
        """Its path, or its URL without the password."""
        return self.database.name

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing: kept when the block ends, undone when it raises or the process dies.

        Raises UsageError `ledger-locked` when another process keeps writing, `ledger-unreadable`,
        `ledger-unreachable`.
        """
        with _explained(self.database), self.database.engine.begin() as connection:
            yield Transaction(connection)


@contextmanager
def open_ledger(where: str | Path, *, lock_timeout: float = LOCK_TIMEOUT_SECONDS) -> Iterator[Ledger]:
    """Open the ledger at a path (SQLite) or database URL; create it where nothing is.

    Raises UsageError `ledger-unreadable`, `ledger-unreachable`, `ledger-driver`, `ledger-version`, or
    `ledger-locked` after `lock_timeout` seconds.
    """
    ledger = Ledger(database_at(where, lock_timeout))
    try:
        with ledger.transaction() as opening:
            _prepare(opening.connection, ledger.name)
        yield ledger
    finally:
        ledger.database.engine.dispose()


def _prepare(connection: Connection, name: str) -> None:
    """Create the tables where nothing is; bring those of an earlier version up to date; refuse any others."""
    inspector = inspect(connection)
    tables = inspector.get_table_names()
    if not tables:
        create_ledger(connection)
        return
    if META.name not in tables or {column["name"] for column in inspector.get_columns(META.name)} != set(META.c.keys()):
        raise UsageError("ledger-unreadable", path=name)
    found = connection.execute(select(META.c.value).where(META.c.key == "schema_version")).scalar()
    if found is None:
        raise UsageError("ledger-unreadable", path=name)
    if migrate(connection, found) != SCHEMA_VERSION:
        raise UsageError("ledger-version", path=name, found=found, known=SCHEMA_VERSION)


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    """Turn what the database reports about its own state into an error that a user can act on."""
    try:
        yield
    except DBAPIError as error:
        key = database.problem(error)
        if key is None:
            raise
        raise UsageError(key, path=database.name) from error
