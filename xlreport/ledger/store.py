"""Writing: rows are added, never changed or removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from sqlalchemy import Connection, Table, insert, select

from xlreport.findings import Finding
from xlreport.frames import EXACT
from xlreport.ledger.encoding import finding_row, storable
from xlreport.ledger.model import Outcome, Reading, Submission
from xlreport.ledger.tables import (
    FACT_COLUMNS,
    FACTS,
    FINDINGS,
    READINGS,
    RECEIPTS,
    ROLL_FACTS,
    ROLLS,
    RUNS,
    SUBMISSIONS,
)

#: A fact to store: its columns in the order of FACT_COLUMNS, the value as a plain decimal.
FactRow = Sequence[str | None]

_CHUNK = 20_000
_VALUE = FACT_COLUMNS.index("value")
_STATES_VALUE = re.compile(rf"-?[0-9]{{1,{EXACT.precision - EXACT.scale}}}(\.[0-9]{{1,{EXACT.scale}}})?")


def start_run(connection: Connection, what: str, made_on: date) -> int:
    """Record that something is done on a day; readings refer to the number returned."""
    return _inserted(connection, RUNS, {"what": what, "made_on": made_on})


def add_submission(connection: Connection, submission: Submission) -> bool:
    """Record that a file arrived; whether its content was new.

    A file that is still where it was is no arrival. A content that came before and comes again counts from
    its last arrival: who sends an earlier version again means that one.
    """
    arrival = {
        "sha256": submission.sha256,
        "file_name": storable(submission.file_name),
        "received_on": submission.received_on,
    }
    same = select(SUBMISSIONS.c.sha256).where(SUBMISSIONS.c.sha256 == submission.sha256)
    is_new = connection.execute(same).first() is None
    if is_new:
        sizes = {"archived_as": submission.archived_as, "size_bytes": submission.size_bytes}
        connection.execute(insert(SUBMISSIONS), arrival | sizes)
    if is_new or _last_content(connection, arrival["file_name"]) != submission.sha256:
        connection.execute(insert(RECEIPTS), arrival)
    return is_new


def _last_content(connection: Connection, file_name: object) -> str | None:
    """The content that last arrived under a name."""
    last = select(RECEIPTS.c.sha256).where(RECEIPTS.c.file_name == file_name).order_by(RECEIPTS.c.seq.desc()).limit(1)
    return connection.execute(last).scalar_one_or_none()


def add_reading(
    connection: Connection, run: int, reading: Reading, facts: Iterable[FactRow], findings: Iterable[Finding]
) -> int:
    """Record an evaluation of a submission, which stands from now on; its number.

    Raises ValueError for facts that could not be given back exactly as they are.
    """
    number = _inserted(connection, READINGS, _reading_row(run, reading))
    rows = [_fact_row(fact) for fact in facts]
    if reading.outcome is Outcome.ACCEPTED:
        _refuse_repeated(rows)
    _insert_all(connection, FACTS, number, rows)
    _insert_all(connection, FINDINGS, number, [finding_row(item) for item in findings])
    return number


def add_roll(connection: Connection, reading: int, basis: str, facts: Iterable[tuple[str, FactRow]]) -> None:
    """Record the figures of a roll under its reading. Raises ValueError as `add_reading` does."""
    rows = [{"unit": unit, **_fact_row(fact)} for unit, fact in facts]
    if len({(row["unit"], row["table"], row["indicator"], row["measure"]) for row in rows}) != len(rows):
        raise ValueError("a data point occurs twice among the figures of one unit")
    connection.execute(insert(ROLLS), {"reading": reading, "basis": storable(basis)})
    _insert_all(connection, ROLL_FACTS, reading, rows)


def _reading_row(run: int, reading: Reading) -> dict[str, object]:
    return {
        "run": run,
        "sha256": reading.sha256,
        "context": reading.context,
        "outcome": str(reading.outcome),
        "form": reading.form,
        "version": reading.version,
        "unit": reading.unit,
        "period": reading.period,
        "status": reading.status,
    }


def _fact_row(fact: FactRow) -> dict[str, str | None]:
    value = fact[_VALUE]
    if value is not None and not _STATES_VALUE.fullmatch(value):
        raise ValueError(f"not a plain decimal of {EXACT}: {value!r}")
    return dict(zip(FACT_COLUMNS, fact, strict=True))


def _refuse_repeated(rows: Sequence[dict[str, str | None]]) -> None:
    """A data point stored twice would be counted twice."""
    points = {(row["table"], row["indicator"], row["measure"]) for row in rows}
    if len(points) != len(rows):
        raise ValueError("a data point occurs twice among the facts of an accepted submission")


def _inserted(connection: Connection, table: Table, row: dict[str, object]) -> int:
    key = connection.execute(insert(table), row).inserted_primary_key
    if key is None:
        raise RuntimeError(f"no key for the new row of {table.name}")
    return int(key[0])


def _insert_all(connection: Connection, table: Table, reading: int, rows: Iterable[dict[str, str | None]]) -> None:
    """Insert rows under a reading, numbered in their order, a bounded number at a time."""
    numbered: Iterator[dict[str, object]] = (
        {"reading": reading, "position": position, **row} for position, row in enumerate(rows)
    )
    while chunk := list(islice(numbered, _CHUNK)):
        connection.execute(insert(table), chunk)
