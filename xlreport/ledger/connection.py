"""Opening a ledger, and its transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from xlreport.errors import UsageError
from xlreport.findings import Finding
from xlreport.ledger import publishing, queries, store
from xlreport.ledger.databases import Database, database_at
from xlreport.ledger.migrations import migrate
from xlreport.ledger.model import Action, Edition, Known, Mark, PeriodDecision, Reading, Standing, Submission
from xlreport.ledger.store import FactRow
from xlreport.ledger.tables import META, SCHEMA_VERSION, create_ledger

#: How long to wait for another process that is writing.
LOCK_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """The ledger within one transaction. What each method does is told where it is done: `store`, `queries`.

    With `until` it tells what stood at an earlier moment: submissions and their readings, facts and findings.
    """

    connection: Connection
    until: Mark | None = None

    def as_closed(self, form: str, period: str) -> Transaction:
        """The ledger as it counts for a period: while that is closed, as it was when it was closed."""
        closing = self.closing(form, period)
        return self if closing is None else replace(self, until=closing.mark.earlier_of(self.until))

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
        return queries.standing(self.connection, form, period, self.until)

    def periods(self, form: str) -> list[str]:
        """See `queries.periods`."""
        return queries.periods(self.connection, form, self.until)

    def outdated(self, context: str) -> list[Standing]:
        """Current submissions that were read under another context."""
        return queries.outdated(self.connection, context)

    def refused(self) -> list[Standing]:
        """Every submission that was refused, of whatever form and period, known or not."""
        return queries.refused(self.connection)

    def facts(self, form: str, period: str) -> pl.DataFrame:
        """Facts of the current submissions (columns of `frames.FACTS`), by unit, then in the order stored."""
        return queries.facts(self.connection, form, period, self.until)

    def add_roll(self, reading: int, basis: str, facts: Iterable[tuple[str, FactRow]]) -> None:
        """Record the figures of a roll, each with its unit, under its reading."""
        store.add_roll(self.connection, reading, basis, facts)

    def roll_facts(self, form: str, period: str) -> pl.DataFrame:
        """Figures of the current rolls of a form code and a period (columns of `frames.FACTS`)."""
        return queries.roll_facts(self.connection, form, period, self.until)

    def roll_bases(self, form: str, period: str) -> dict[str, str]:
        """What each current roll says it is based on, by the hash of its content."""
        return queries.roll_bases(self.connection, form, period, self.until)

    def findings(self, form: str, period: str) -> list[tuple[str, Finding]]:
        """Hash and finding for every submission of a form and a period, in the order of `standing`."""
        return queries.findings(self.connection, form, period, self.until)

    def decide_period(
        self, form: str, period: str, action: Action, *, made_on: date, made_by: str, reason: str
    ) -> None:
        """Record that a period is closed or opened again."""
        publishing.decide(self.connection, form, period, action, made_on=made_on, made_by=made_by, reason=reason)

    def period_decisions(self, form: str, period: str) -> list[PeriodDecision]:
        """Everything that was decided about a period of a form, in order."""
        return publishing.decisions(self.connection, form, period, self.until)

    def closing(self, form: str, period: str) -> PeriodDecision | None:
        """The decision by which a period is closed; None while it is open."""
        return publishing.closing(self.connection, form, period, self.until)

    def add_edition(self, new: Edition) -> None:
        """Record a publication."""
        publishing.add_edition(self.connection, new)

    def editions(self, form: str, period: str) -> list[Edition]:
        """All editions of a period by node and number, without what is in them."""
        return publishing.editions(self.connection, form, period)

    def edition(self, form: str, period: str, node: str, number: int) -> Edition | None:
        """An edition by its number."""
        return publishing.edition(self.connection, form, period, node, number)

    def last_edition(self, form: str, period: str, node: str) -> Edition | None:
        """The edition of a node that was published last."""
        return publishing.last_edition(self.connection, form, period, node)

    def facts_of(self, sha256s: Iterable[str]) -> pl.DataFrame:
        """Figures of contents, whether they count or not: see `queries.facts_of`."""
        return queries.facts_of(self.connection, sha256s)


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
