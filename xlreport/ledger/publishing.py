"""Closings of periods and editions: what was decided about a period, and what was published of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import date

from sqlalchemy import Connection, Row, Table, func, insert, select

from xlreport.ledger.encoding import storable
from xlreport.ledger.model import Action, Edition, EditionSource, EditionTotal, Mark, PeriodDecision
from xlreport.ledger.tables import (
    EDITION_SOURCES,
    EDITION_TOTALS,
    EDITIONS,
    PERIOD_DECISIONS,
    READINGS,
    RECEIPTS,
)

_TOTAL_COLUMNS = ("table", "indicator", "measure", "text", "value", "status", "qualifier")
_SOURCE_COLUMNS = ("unit", "period", "sha256", "file_name")


def decide(
    connection: Connection, form: str, period: str, action: Action, *, made_on: date, made_by: str, reason: str
) -> None:
    """Record that a period is closed or opened again, at this moment of the ledger."""
    row = {
        "form": form,
        "period": period,
        "action": action.value,
        "made_on": made_on,
        "made_by": storable(made_by),
        "reason": storable(reason),
        "last_arrival": connection.execute(select(func.max(RECEIPTS.c.seq))).scalar() or 0,
        "last_reading": connection.execute(select(func.max(READINGS.c.id))).scalar() or 0,
    }
    connection.execute(insert(PERIOD_DECISIONS), row)


def decisions(connection: Connection, form: str, period: str, until: Mark | None = None) -> list[PeriodDecision]:
    """Everything that was decided about a period of a form, in order."""
    own = PERIOD_DECISIONS.c
    query = select(PERIOD_DECISIONS).where(own.form == form, own.period == period).order_by(own.id)
    if until is not None:
        query = query.where(own.id <= until.decision)
    return [
        PeriodDecision(
            form=row.form,
            period=row.period,
            action=Action(row.action),
            made_on=row.made_on,
            made_by=row.made_by,
            reason=row.reason,
            mark=Mark(row.last_arrival, row.last_reading, row.id),
        )
        for row in connection.execute(query)
    ]


def closing(connection: Connection, form: str, period: str, until: Mark | None = None) -> PeriodDecision | None:
    """The decision by which a period is closed; None while it is open."""
    made = decisions(connection, form, period, until)
    return made[-1] if made and made[-1].action is Action.CLOSE else None


def last_edition(connection: Connection, form: str, period: str, node: str) -> Edition | None:
    """The edition published last, with its totals and sources."""
    found = editions(connection, form, period, node)
    return _whole(connection, found[-1]) if found else None


def edition(connection: Connection, form: str, period: str, node: str, number: int) -> Edition | None:
    """An edition by its number, with its totals and sources."""
    found = [one for one in editions(connection, form, period, node) if one.number == number]
    return _whole(connection, found[0]) if found else None


def editions(connection: Connection, form: str, period: str, node: str | None = None) -> list[Edition]:
    """All editions of a period (of one node), by node in the order of their numbers, without what is in them."""
    own = EDITIONS.c
    query = select(EDITIONS).where(own.form == form, own.period == period).order_by(own.id)
    if node is not None:
        query = query.where(own.node == node)
    found = [_edition(row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.node, one.number))


def add_edition(connection: Connection, new: Edition) -> None:
    """Record a publication with its totals and sources."""
    row = {column.name: getattr(new, column.name) for column in EDITIONS.c if column.name != "id"}
    key = connection.execute(insert(EDITIONS), row).inserted_primary_key
    if key is None:
        raise RuntimeError("no key for the new edition")
    _insert(connection, EDITION_TOTALS, int(key[0]), _TOTAL_COLUMNS, [astuple(total) for total in new.totals])
    sources = [(one.unit, one.period, one.sha256, storable(one.file_name)) for one in new.sources]
    _insert(connection, EDITION_SOURCES, int(key[0]), _SOURCE_COLUMNS, sources)


def _insert(
    connection: Connection, table: Table, number: int, columns: tuple[str, ...], rows: Sequence[tuple[str | None, ...]]
) -> None:
    if rows:
        numbered = [
            {"edition": number, "position": position, **dict(zip(columns, row, strict=True))}
            for position, row in enumerate(rows)
        ]
        connection.execute(insert(table), numbered)


def _edition(row: Row[tuple[object, ...]]) -> Edition:
    return Edition(**{name: value for name, value in row._mapping.items() if name != "id"})


def _whole(connection: Connection, one: Edition) -> Edition:
    own = EDITIONS.c
    number = connection.execute(
        select(own.id).where(
            own.form == one.form, own.period == one.period, own.node == one.node, own.number == one.number
        )
    ).scalar_one()
    totals, sources = (
        connection.execute(
            select(*(table.c[name] for name in columns)).where(table.c.edition == number).order_by(table.c.position)
        ).all()
        for table, columns in ((EDITION_TOTALS, _TOTAL_COLUMNS), (EDITION_SOURCES, _SOURCE_COLUMNS))
    )
    about = {column.name: getattr(one, column.name) for column in own if column.name != "id"}
    return Edition(
        **about,
        totals=tuple(EditionTotal(*row) for row in totals),
        sources=tuple(EditionSource(*row) for row in sources),
    )
