"""From the tables of an earlier version to those of this one, step by step. No step changes or removes a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, update

from xlreport.ledger.tables import (
    EDITION_SOURCES,
    EDITION_TOTALS,
    EDITIONS,
    META,
    PERIOD_DECISIONS,
    ROLL_FACTS,
    ROLLS,
    SCHEMA_VERSION,
    create_tables,
)


def _to_2(connection: Connection) -> None:
    """Plans and figures of periods before the program was in use, of many units in one file."""
    create_tables(connection, [ROLLS, ROLL_FACTS])


def _add_closings_and_editions(connection: Connection) -> None:
    """Periods that are closed and opened again, and publications that are counted."""
    create_tables(connection, [PERIOD_DECISIONS, EDITIONS, EDITION_TOTALS, EDITION_SOURCES])


#: What leads on from each version, by the version it starts from.
STEPS: Mapping[str, tuple[str, Callable[[Connection], None]]] = {
    "1": ("2", _to_2),
    "2": ("3", _add_closings_and_editions),
}


def migrate(connection: Connection, found: str) -> str:
    """Bring a ledger of an earlier version up to date; the version it then has, `found` itself if none leads on.

    Within the transaction of the connection: a ledger is migrated wholly or not at all.
    """
    version = found
    while version != SCHEMA_VERSION and version in STEPS:
        version, step = STEPS[version]
        step(connection)
    if version != found:
        connection.execute(update(META).where(META.c.key == "schema_version").values(value=version))
    return version
