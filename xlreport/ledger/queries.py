"""Reading: which submissions count, their facts and their findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from xlreport.findings import Finding
from xlreport.frames import FACTS as FACT_FRAME
from xlreport.frames import frame
from xlreport.ledger.encoding import finding_from
from xlreport.ledger.model import Known, Outcome, Role, Standing
from xlreport.ledger.tables import FACT_COLUMNS, FACTS, FINDINGS, READINGS, SUBMISSIONS

#: Databases bound the number of parameters of a statement.
_LOOKUP = 500

_STORED = {"reading": pl.Int64(), "position": pl.Int64(), **{name: FACT_FRAME[name] for name in FACT_COLUMNS}}
_OF_SUBMISSION = {
    "reading": pl.Int64(),
    **{name: FACT_FRAME[name] for name in ("form", "version", "period", "unit", "source_file", "source_sha256")},
}


def known(connection: Connection, sha256s: Iterable[str], context: str | Mapping[str, str] | None) -> dict[str, Known]:
    """The standing readings of submissions by hash; nothing for a content that was never read.

    With a context, for all or by hash, only readings made under it: those need no second reading.
    """
    found: dict[str, Known] = {}
    for chunk in _chunks(sha256s):
        for row in connection.execute(_known(chunk)):
            summary = Known(**{**row._mapping, "outcome": Outcome(row.outcome)})
            if context is None or summary.context == _context_of(summary.sha256, context):
                found[summary.sha256] = summary
    return found


def standing(connection: Connection, form: str, period: str) -> list[Standing]:
    """Every submission whose standing reading is of this form and period, by unit, then as they came."""
    return _as_standing(connection, _standing().where(READINGS.c.form == form, READINGS.c.period == period))


def refused(connection: Connection) -> list[Standing]:
    """Every submission whose standing reading refused it, of whatever form and period, known or not."""
    return _as_standing(connection, _standing().where(READINGS.c.outcome == Outcome.REFUSED.value))


def facts(connection: Connection, form: str, period: str) -> pl.DataFrame:
    """The facts of the current readings (columns of `frames.FACTS`), by unit, then in the order stored."""
    stored = frame(_STORED, connection.execute(_facts(form, period)).all())
    current = [item for item in standing(connection, form, period) if item.role is Role.CURRENT]
    submissions = frame(
        _OF_SUBMISSION,
        (
            (item.reading, item.form, item.version, item.period, item.unit, item.file_name, item.sha256)
            for item in current
        ),
    )
    # Joined and sorted here: what a submission says for all its facts is fetched once, not with each,
    # and databases disagree about the order of text.
    return stored.join(submissions, on="reading").sort("unit", "position").select(*FACT_FRAME)


def findings(connection: Connection, form: str, period: str) -> list[tuple[str, Finding]]:
    """Hash and finding, for the standing readings of this form and period in the order of `standing`."""
    readings = _standing().where(READINGS.c.form == form, READINGS.c.period == period).subquery()
    query = (
        select(readings.c.sha256, FINDINGS)
        .join(FINDINGS, FINDINGS.c.reading == readings.c.reading)
        .order_by(FINDINGS.c.reading, FINDINGS.c.position)
    )
    by_hash: dict[str, list[Finding]] = {}
    for row in connection.execute(query).mappings():
        by_hash.setdefault(row["sha256"], []).append(finding_from(row))
    order = [item.sha256 for item in standing(connection, form, period)]
    return [(sha256, item) for sha256 in order for item in by_hash.get(sha256, ())]


def _standing() -> Select[Any]:
    """Submissions with their standing readings, ranked among those of like outcome for form, unit and period.

    The one place that says which submission supersedes which: the later day, on one day the later arrival.
    """
    rank = func.row_number().over(
        partition_by=(READINGS.c.form, READINGS.c.period, READINGS.c.unit, READINGS.c.outcome),
        order_by=(SUBMISSIONS.c.received_on.desc(), SUBMISSIONS.c.received_seq.desc()),
    )
    reading = (column for column in READINGS.c if column.name not in ("id", "sha256"))
    return (
        select(READINGS.c.id.label("reading"), *reading, *SUBMISSIONS.c, rank.label("rank"))
        .join(SUBMISSIONS, SUBMISSIONS.c.sha256 == READINGS.c.sha256)
        .where(_stands())
    )


def _stands() -> ColumnElement[bool]:
    """No later reading of the same submission."""
    later = READINGS.alias("later")
    return ~exists().where(later.c.sha256 == READINGS.c.sha256, later.c.id > READINGS.c.id)


def _known(sha256s: Sequence[str]) -> Select[Any]:
    reading = (column for column in READINGS.c if column.name not in ("id", "run"))
    return (
        select(READINGS.c.id.label("reading"), *reading, SUBMISSIONS.c.received_on)
        .join(SUBMISSIONS, SUBMISSIONS.c.sha256 == READINGS.c.sha256)
        .where(READINGS.c.sha256.in_(sha256s), _stands())
    )


def _facts(form: str, period: str) -> Select[Any]:
    """Facts of the current readings, in the columns of _STORED."""
    accepted = (
        _standing()
        .where(READINGS.c.form == form, READINGS.c.period == period, READINGS.c.outcome == Outcome.ACCEPTED.value)
        .subquery()
    )
    return (
        select(*(FACTS.c[name] for name in _STORED))
        .join(accepted, FACTS.c.reading == accepted.c.reading)
        .where(accepted.c.rank == 1)
    )


def _as_standing(connection: Connection, query: Select[Any]) -> list[Standing]:
    items = [_standing_from(row) for row in connection.execute(query)]
    return sorted(items, key=lambda item: (item.unit or "", item.received_on, item.received_seq))


def _standing_from(row: Row[Any]) -> Standing:
    columns = dict(row._mapping)
    rank, outcome = columns.pop("rank"), Outcome(columns.pop("outcome"))
    return Standing(role=_role(outcome, rank), outcome=outcome, **columns)


def _role(outcome: Outcome, rank: int) -> Role:
    if outcome is not Outcome.ACCEPTED:
        return Role(outcome)
    return Role.CURRENT if rank == 1 else Role.SUPERSEDED


def _context_of(sha256: str, context: str | Mapping[str, str]) -> str | None:
    return context if isinstance(context, str) else context.get(sha256)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, _LOOKUP)):
        yield chunk
