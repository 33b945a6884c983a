"""Reading: which submissions count, their facts and their findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import polars as pl
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from xlreport.findings import Finding
from xlreport.frames import FACTS as FACT_FRAME
from xlreport.frames import frame
from xlreport.ledger.encoding import finding_from, storable
from xlreport.ledger.model import Known, Mark, Outcome, Role, Standing
from xlreport.ledger.tables import FACT_COLUMNS, FACTS, FINDINGS, READINGS, RECEIPTS, ROLL_FACTS, ROLLS, SUBMISSIONS

_Item = TypeVar("_Item")

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


def standing(connection: Connection, form: str, period: str, until: Mark | None = None) -> list[Standing]:
    """Every submission whose standing reading is of this form and period, by unit, then as they came."""
    return _as_standing(connection, _standing(until).where(READINGS.c.form == form, READINGS.c.period == period))


def periods(connection: Connection, form: str, until: Mark | None = None) -> list[str]:
    """The periods of which a form has submissions that count, in the order of their codes."""
    current = (one for one in _as_standing(connection, _standing(until).where(READINGS.c.form == form)))
    return sorted({one.period for one in current if one.role is Role.CURRENT and one.period is not None})


def refused(connection: Connection) -> list[Standing]:
    """Every submission whose standing reading refused it, of whatever form and period, known or not."""
    return _as_standing(connection, _standing().where(READINGS.c.outcome == Outcome.REFUSED.value))


def outdated(connection: Connection, context: str) -> list[Standing]:
    """The current submissions of every form and period that were read under another context."""
    return [one for one in _as_standing(connection, _standing()) if one.role is Role.CURRENT and one.context != context]


def facts(connection: Connection, form: str, period: str, until: Mark | None = None) -> pl.DataFrame:
    """The facts of the current readings (columns of `frames.FACTS`), by unit, then in the order stored."""
    stored = frame(_STORED, connection.execute(_facts(form, period, until)).all())
    current = [item for item in standing(connection, form, period, until) if item.role is Role.CURRENT]
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


def facts_of(connection: Connection, sha256s: Iterable[str]) -> pl.DataFrame:
    """The figures of contents as they were last read, whether they count or not: hash, point, value and text."""
    columns = {"sha256": pl.String(), **{name: FACT_FRAME[name] for name in ("table", "indicator", "measure", "value")}}
    columns |= {"text": pl.String()}
    rows: list[Sequence[object]] = []
    for chunk in _chunks(sha256s):
        query = (
            select(READINGS.c.sha256, *(FACTS.c[name] for name in columns if name != "sha256"))
            .join(FACTS, FACTS.c.reading == READINGS.c.id)
            .where(READINGS.c.sha256.in_(chunk), _stands())
        )
        rows += [tuple(row) for row in connection.execute(query)]
    return frame(columns, rows)


def roll_facts(connection: Connection, form: str, period: str, until: Mark | None = None) -> pl.DataFrame:
    """The figures of the current rolls (columns of `frames.FACTS`), by unit, then in the order stored.

    Rolls of several nodes may hold figures of one unit: figure by figure, the one that arrived last counts. The
    form is that of the rolls, without what makes it the code of a roll.
    """
    columns = {"reading": pl.Int64(), "position": pl.Int64(), "unit": pl.String()}
    columns |= {name: FACT_FRAME[name] for name in FACT_COLUMNS}
    current = [item for item in standing(connection, form, period, until) if item.role is Role.CURRENT]
    rows: list[Sequence[object]] = []
    for chunk in _chunks(item.reading for item in current):
        query = select(*(ROLL_FACTS.c[name] for name in columns)).where(ROLL_FACTS.c.reading.in_(chunk))
        rows += [tuple(row) for row in connection.execute(query)]
    arrived = sorted(current, key=lambda item: (item.arrived_on, item.arrived_seq))
    about = {
        name: _OF_SUBMISSION[name] for name in ("reading", "form", "version", "period", "source_file", "source_sha256")
    } | {"order": pl.Int64()}
    own_form = form.rpartition(":")[2]
    submissions = frame(
        about,
        (
            (item.reading, own_form, item.version, item.period, item.file_name, item.sha256, order)
            for order, item in enumerate(arrived)
        ),
    )
    latest = frame(columns, rows).join(submissions, on="reading").sort("unit", "order", "position")
    point = ["unit", "table", "indicator", "measure"]
    return latest.unique(point, keep="last", maintain_order=True).select(*FACT_FRAME)


def roll_bases(connection: Connection, form: str, period: str, until: Mark | None = None) -> dict[str, str]:
    """The words of each current roll on what it is based on, by the hash of its content."""
    current = [item for item in standing(connection, form, period, until) if item.role is Role.CURRENT]
    hashes = {item.reading: item.sha256 for item in current}
    found: dict[str, str] = {}
    for chunk in _chunks(hashes):
        query = select(ROLLS).where(ROLLS.c.reading.in_(chunk)).order_by(ROLLS.c.reading)
        found |= {hashes[row.reading]: row.basis for row in connection.execute(query)}
    return found


def findings(connection: Connection, form: str, period: str, until: Mark | None = None) -> list[tuple[str, Finding]]:
    """Hash and finding, for the standing readings of this form and period in the order of `standing`."""
    readings = _standing(until).where(READINGS.c.form == form, READINGS.c.period == period).subquery()
    query = (
        select(readings.c.sha256, FINDINGS)
        .join(FINDINGS, FINDINGS.c.reading == readings.c.reading)
        .order_by(FINDINGS.c.reading, FINDINGS.c.position)
    )
    by_hash: dict[str, list[Finding]] = {}
    for row in connection.execute(query).mappings():
        by_hash.setdefault(row["sha256"], []).append(finding_from(row))
    order = [item.sha256 for item in standing(connection, form, period, until)]
    return [(sha256, item) for sha256 in order for item in by_hash.get(sha256, ())]


def findings_of(connection: Connection, readings: Iterable[int]) -> dict[int, list[Finding]]:
    """The findings of readings by their numbers, in the order stored."""
    found: dict[int, list[Finding]] = {}
    for chunk in _chunks(readings):
        query = select(FINDINGS).where(FINDINGS.c.reading.in_(chunk)).order_by(FINDINGS.c.reading, FINDINGS.c.position)
        for row in connection.execute(query).mappings():
            found.setdefault(row["reading"], []).append(finding_from(row))
    return found


def last_contents(connection: Connection, file_names: Iterable[str]) -> dict[str, str]:
    """The content that last arrived under each name."""
    found: dict[str, str] = {}
    for chunk in _chunks(map(storable, file_names)):
        query = select(RECEIPTS.c.file_name, RECEIPTS.c.sha256).where(RECEIPTS.c.file_name.in_(chunk))
        found |= {row.file_name: row.sha256 for row in connection.execute(query.order_by(RECEIPTS.c.seq))}
    return found


def _standing(until: Mark | None = None) -> Select[Any]:
    """Submissions with their standing readings, ranked among those of like outcome for form, unit and period.

    The one place that says which submission supersedes which: the later day, on one day the later arrival. With a
    mark, as it was at that moment.
    """
    arrived = (RECEIPTS.c.received_on.label("arrived_on"), RECEIPTS.c.seq.label("arrived_seq"))
    rank = func.row_number().over(
        partition_by=(READINGS.c.form, READINGS.c.period, READINGS.c.unit, READINGS.c.outcome),
        order_by=(RECEIPTS.c.received_on.desc(), RECEIPTS.c.seq.desc()),
    )
    reading = (column for column in READINGS.c if column.name not in ("id", "sha256"))
    return (
        select(READINGS.c.id.label("reading"), *reading, *SUBMISSIONS.c, *arrived, rank.label("rank"))
        .join(SUBMISSIONS, SUBMISSIONS.c.sha256 == READINGS.c.sha256)
        .join(RECEIPTS, RECEIPTS.c.sha256 == READINGS.c.sha256)
        .where(_stands(until), _is_last_arrival(until), *_had_happened(until))
    )


def _had_happened(until: Mark | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [RECEIPTS.c.seq <= until.arrival, READINGS.c.id <= until.reading]


def _is_last_arrival(until: Mark | None = None) -> ColumnElement[bool]:
    """No later arrival of the same content: of a later day, or on the same day after it."""
    later = RECEIPTS.alias("later_arrival")
    is_later = or_(
        later.c.received_on > RECEIPTS.c.received_on,
        and_(later.c.received_on == RECEIPTS.c.received_on, later.c.seq > RECEIPTS.c.seq),
    )
    known = [] if until is None else [later.c.seq <= until.arrival]
    return ~exists().where(later.c.sha256 == RECEIPTS.c.sha256, is_later, *known)


def _stands(until: Mark | None = None) -> ColumnElement[bool]:
    """No later reading of the same submission."""
    later = READINGS.alias("later")
    known = [] if until is None else [later.c.id <= until.reading]
    return ~exists().where(later.c.sha256 == READINGS.c.sha256, later.c.id > READINGS.c.id, *known)


def _known(sha256s: Sequence[str]) -> Select[Any]:
    reading = (column for column in READINGS.c if column.name not in ("id", "run"))
    return (
        select(READINGS.c.id.label("reading"), *reading, SUBMISSIONS.c.received_on)
        .join(SUBMISSIONS, SUBMISSIONS.c.sha256 == READINGS.c.sha256)
        .where(READINGS.c.sha256.in_(sha256s), _stands())
    )


def _facts(form: str, period: str, until: Mark | None = None) -> Select[Any]:
    """Facts of the current readings, in the columns of _STORED."""
    accepted = (
        _standing(until)
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
    return sorted(items, key=lambda item: (item.unit or "", item.arrived_on, item.arrived_seq))


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


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, _LOOKUP)):
        yield chunk
