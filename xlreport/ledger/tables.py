"""The tables of the ledger. Nothing here is particular to one database; text and dates sort as ISO text does."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import CreateIndex, CreateTable

#: Counted up with every change of the tables; `migrations` leads from one to the next.
SCHEMA_VERSION = "3"

#: What a fact holds beyond what its submission says for all its facts: the order of the rows to store.
FACT_COLUMNS = (
    "table",
    "indicator",
    "measure",
    "value",
    "text",
    "status",
    "qualifier",
    "unit_measure",
    "source_sheet",
    "source_cell",
    "source_text",
)
#: Columns of a finding's place, named like the fields of `Location`.
LOCATION_COLUMNS = ("file", "unit", "sheet", "cell", "table", "indicator", "measure")

METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("what", String, nullable=False),
    Column("made_on", Date, nullable=False),
)

# One row per content, ever, with the name and day it first came with.
SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("received_seq", Integer, primary_key=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("file_name", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("archived_as", String, nullable=False),
    Column("size_bytes", Integer, nullable=False),
)

# One row each time a file arrives: a content may come again, under another name or in place of another.
RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("sha256", String, ForeignKey(SUBMISSIONS.c.sha256), nullable=False),
    Column("file_name", String, nullable=False),
    Column("received_on", Date, nullable=False),
    Index("receipts_of_submission", "sha256"),
    Index("receipts_of_name", "file_name"),
)

# One row per evaluation of a submission; the one with the largest id stands.
READINGS = Table(
    "readings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String, ForeignKey(SUBMISSIONS.c.sha256), nullable=False),
    Column("run", Integer, ForeignKey(RUNS.c.id), nullable=False),
    Column("context", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("form", String),
    Column("version", Integer),
    Column("unit", String),
    Column("period", String),
    Column("status", String),
    CheckConstraint("outcome IN ('accepted', 'rejected', 'refused')", name="outcome_known"),
    # An accepted submission whose form, unit or period is unknown would vanish from every total.
    CheckConstraint(
        "outcome <> 'accepted' OR "
        "(form IS NOT NULL AND version IS NOT NULL AND unit IS NOT NULL AND period IS NOT NULL)",
        name="accepted_is_identified",
    ),
    Index("readings_of_submission", "sha256", "id"),
    Index("readings_of_period", "form", "period"),
)

# Values are plain decimals as text: a numeric column is a double in SQLite. Without a row id of its own
# the table is kept in the order of its key, and reading a submission back touches neighbouring pages only.
FACTS = Table(
    "facts",
    METADATA,
    Column("reading", Integer, ForeignKey(READINGS.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    *(Column(name, String, nullable=name not in ("table", "indicator", "measure")) for name in FACT_COLUMNS),
    PrimaryKeyConstraint("reading", "position"),
    sqlite_with_rowid=False,
)

# A roll holds the figures of many units: plans of a year, or of a period before the program was in use. Its reading
# is kept like any other, under a form code of its own ("plan:…"), so that it is no report of any unit.
ROLLS = Table(
    "rolls",
    METADATA,
    Column("reading", Integer, ForeignKey(READINGS.c.id), primary_key=True),
    Column("basis", String, nullable=False),
)

ROLL_FACTS = Table(
    "roll_facts",
    METADATA,
    Column("reading", Integer, ForeignKey(READINGS.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("unit", String, nullable=False),
    *(Column(name, String, nullable=name not in ("table", "indicator", "measure")) for name in FACT_COLUMNS),
    PrimaryKeyConstraint("reading", "position"),
    sqlite_with_rowid=False,
)

FINDINGS = Table(
    "findings",
    METADATA,
    Column("reading", Integer, ForeignKey(READINGS.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("severity", String, nullable=False),
    *(Column(name, String) for name in LOCATION_COLUMNS),
    Column("params", String, nullable=False),
    Column("related", String, nullable=False),
    PrimaryKeyConstraint("reading", "position"),
    sqlite_with_rowid=False,
)

# Closing and publishing: closings of periods, and editions.

# A period is closed or opened again for a form. What had arrived and was read until then is what it counts with
# while it is closed: the last arrival, the last reading and the last decision of this table, its own.
PERIOD_DECISIONS = Table(
    "period_decisions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("form", String, nullable=False),
    Column("period", String, nullable=False),
    Column("action", String, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("made_by", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("last_arrival", Integer, nullable=False),
    Column("last_reading", Integer, nullable=False),
    CheckConstraint("action IN ('close', 'reopen')", name="action_known"),
    Index("decisions_of_period", "form", "period"),
)

# One row per publication of a node's totals that says something else than the one before it.
EDITIONS = Table(
    "editions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("form", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("period", String, nullable=False),
    Column("node", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_on", Date, nullable=False),
    # The fingerprint of all that it says.
    Column("content", String, nullable=False),
    Column("reporting_units", Integer, nullable=False),
    Column("expected_units", Integer, nullable=False),
    UniqueConstraint("form", "period", "node", "number", name="editions_are_counted"),
)

# The totals of an edition as they were published.
EDITION_TOTALS = Table(
    "edition_totals",
    METADATA,
    Column("edition", Integer, ForeignKey(EDITIONS.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    *(Column(name, String, nullable=False) for name in ("table", "indicator", "measure")),
    *(Column(name, String) for name in ("text", "value", "status", "qualifier")),
    PrimaryKeyConstraint("edition", "position"),
    sqlite_with_rowid=False,
)

# The submissions whose figures are in an edition.
EDITION_SOURCES = Table(
    "edition_sources",
    METADATA,
    Column("edition", Integer, ForeignKey(EDITIONS.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("period", String, nullable=False),
    Column("sha256", String, ForeignKey(SUBMISSIONS.c.sha256), nullable=False),
    Column("file_name", String, nullable=False),
    PrimaryKeyConstraint("edition", "position"),
    sqlite_with_rowid=False,
)


def create_tables(connection: Connection, tables: Iterable[Table]) -> None:
    """Create tables and their indexes.

    Not `MetaData.create_all`: it takes the indexes of a table from a set, in an order that changes with
    the hash seed, and equal ledgers would differ in their bytes.
    """
    for table in tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            connection.execute(CreateIndex(index))


def create_ledger(connection: Connection) -> None:
    """Every table of this version, in a database with none."""
    create_tables(connection, METADATA.sorted_tables)
    connection.execute(META.insert().values(key="schema_version", value=SCHEMA_VERSION))
