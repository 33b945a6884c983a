"""A table of any database that SQLAlchemy knows, brought up to date: it then holds what stands, no more and no less.

Of the forms and periods exported, rows that are new are added, rows that differ are updated, and rows that no longer
stand (a report withdrawn, a code left out) are removed; what is equal is not touched, so that a second run changes
nothing. Other forms and periods stay. Numbers are kept exactly: NUMERIC(38, 6), in SQLite plain decimals as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import polars as pl
from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    and_,
    bindparam,
    create_engine,
    event,
    inspect,
    make_url,
    or_,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.types import TypeEngine

from xlreport.errors import UsageError
from xlreport.frames import EXACT
from xlreport.numbers import plain as plain_number
from xlreport.outputs.exports.columns import answer, plain
from xlreport.outputs.exports.model import Changes, Options, TidyTable

#: Codes are at most 64 characters long; databases that index text ask for a limit.
_CODE = 64
_AT_ONCE = 10_000


def write(table: TidyTable, options: Options) -> Changes:
    """Bring the table of the database at a URL up to date. Raises UsageError."""
    try:
        url = make_url(options.place)
    except ArgumentError as error:
        raise UsageError("database-url", place=options.place) from error
    return bring_up_to_date(table, url)


def bring_up_to_date(table: TidyTable, url: URL) -> Changes:
    """The same for a URL as such, all in one transaction. Raises UsageError."""
    name = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    with _explained(name):
        engine = _engine(url)
        try:
            with engine.begin() as connection:
                return _bring_up_to_date(connection, table, name)
        finally:
            engine.dispose()


def _engine(url: URL) -> Engine:
    engine = create_engine(url)
    if url.get_backend_name() == "sqlite":
        # The driver would begin too late to cover CREATE TABLE.
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _bring_up_to_date(connection: Connection, table: TidyTable, name: str) -> Changes:
    wanted, key = _rows(table)
    target = database_table(connection.dialect.name, table.name, wanted.schema, key)
    inspector = inspect(connection)
    if not inspector.has_table(target.name):
        target.create(connection)
    elif {column["name"] for column in inspector.get_columns(target.name)} != set(target.c.keys()):
        raise UsageError("export-table-other", name=name, table=target.name)
    standing = _standing(connection, target, table, wanted.schema)
    differing = wanted.join(standing, on=wanted.columns, how="anti", nulls_equal=True, maintain_order="left")
    added = differing.join(standing, on=key, how="anti", maintain_order="left")
    updated = differing.join(standing, on=key, how="semi", maintain_order="left")
    removed = standing.join(wanted, on=key, how="anti", maintain_order="left")
    others = [column for column in wanted.columns if column not in key]
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in others}
    renamed = {column: f"key_{column}" for column in key} | {column: f"new_{column}" for column in others}
    _execute(connection, target.delete().where(_is_row(target, key)), removed.select(key).rename(renamed, strict=False))
    _execute(connection, target.update().where(_is_row(target, key)).values(values), updated.rename(renamed))
    _execute(connection, target.insert(), added)
    return Changes(added.height, updated.height, removed.height, wanted.height - differing.height)


def _rows(table: TidyTable) -> tuple[pl.DataFrame, list[str]]:
    """The rows with a key of their own: the totals of a choice have one row per option."""
    if table.name == "facts":
        return table.frame, list(table.key)
    return table.frame.with_columns(answer(table)), [*table.key, "answer"]


def database_table(dialect: str, name: str, schema: pl.Schema, key: Sequence[str]) -> Table:
    """The table in a database of that dialect, its key first."""
    columns = [*key, *(column for column in schema if column not in key)]
    kinds = [_kind(column, schema[column], key, dialect == "sqlite") for column in columns]
    made = [Column(column, kind, primary_key=column in key) for column, kind in zip(columns, kinds, strict=True)]
    return Table(name, MetaData(), *made, sqlite_with_rowid=False)


def _kind(column: str, dtype: pl.DataType, key: Sequence[str], is_sqlite: bool) -> TypeEngine[Any]:
    if dtype == EXACT:
        return Text() if is_sqlite else Numeric(EXACT.precision, EXACT.scale)
    if dtype.is_integer():
        return Integer() if column == "version" else BigInteger()
    return String(_CODE) if column in key else Text()


def _standing(connection: Connection, target: Table, table: TidyTable, schema: pl.Schema) -> pl.DataFrame:
    """What the database holds of the forms and periods exported, in the columns and dtypes of the export."""
    loaded = {name: pl.String() if dtype == EXACT else dtype for name, dtype in schema.items()}
    exact = [name for name, dtype in schema.items() if dtype == EXACT]
    frames = [pl.DataFrame(schema=loaded)]
    if table.scope:
        in_scope = or_(*(and_(target.c.form == form, target.c.period == period) for form, period in table.scope))
        result = connection.execute(select(*(target.c[name] for name in schema)).where(in_scope))
        positions = [list(schema).index(name) for name in exact]
        for rows in result.partitions(_AT_ONCE):
            frames.append(pl.DataFrame([_as_text(row, positions) for row in rows], schema=loaded, orient="row"))
    return pl.concat(frames).with_columns(pl.col(name).cast(schema[name]) for name in exact)


def _as_text(row: Any, exact: Sequence[int]) -> list[object]:
    """A row with its exact numbers as plain decimals: SQLite has them so, drivers of other databases as Decimal."""
    return [
        plain_number(value) if at in exact and isinstance(value, Decimal) else value for at, value in enumerate(row)
    ]


def _is_row(target: Table, key: Sequence[str]) -> Any:
    return and_(*(target.c[name] == bindparam(f"key_{name}") for name in key))


def _execute(connection: Connection, statement: Any, rows: pl.DataFrame) -> None:
    """Execute a statement once for each row."""
    if connection.dialect.name == "sqlite":
        rows = rows.with_columns(plain(name) for name, dtype in rows.schema.items() if dtype == EXACT)
    for piece in rows.iter_slices(_AT_ONCE):
        if piece.height:
            connection.execute(statement, piece.to_dicts())


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """What a database or its driver reports is for the user to act on."""
    try:
        yield
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        lines = str(cause).strip().splitlines()
        raise UsageError("database-unusable", name=name, problem=lines[0] if lines else type(cause).__name__) from error
