"""The columns and dtypes of facts and totals: one place for every frame that leaves a module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

#: Exact: 38 digits, 6 of them decimals. Always built from strings, never from floats.
EXACT = pl.Decimal(38, 6)

FACTS: Mapping[str, pl.DataType] = {
    "form": pl.String(),
    "version": pl.Int64(),
    "period": pl.String(),
    "unit": pl.String(),
    "table": pl.String(),
    "indicator": pl.String(),
    "measure": pl.String(),
    "value": EXACT,
    "text": pl.String(),
    "status": pl.String(),
    "qualifier": pl.String(),
    "unit_measure": pl.String(),
    "source_file": pl.String(),
    "source_sha256": pl.String(),
    "source_sheet": pl.String(),
    "source_cell": pl.String(),
    "source_text": pl.String(),
}

TOTALS: Mapping[str, pl.DataType] = {
    "form": pl.String(),
    "version": pl.Int64(),
    "period": pl.String(),
    "node": pl.String(),
    "level": pl.String(),
    "table": pl.String(),
    "indicator": pl.String(),
    "measure": pl.String(),
    "value": EXACT,
    "text": pl.String(),
    "status": pl.String(),
    "qualifier": pl.String(),
    "unit_measure": pl.String(),
    "reporting_units": pl.Int64(),
    "expected_units": pl.Int64(),
}


def frame(columns: Mapping[str, pl.DataType], rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    """A frame from rows in column order; exact values come as plain decimal strings or None."""
    loaded = {name: pl.String() if dtype == EXACT else dtype for name, dtype in columns.items()}
    return pl.DataFrame(list(rows), schema=loaded, orient="row").with_columns(
        pl.col(name).cast(EXACT) for name, dtype in columns.items() if dtype == EXACT
    )


def facts_frame(rows: Iterable[Sequence[object]] = ()) -> pl.DataFrame:
    """Facts: one row per data point, unit and period, blank ones included (status O)."""
    return frame(FACTS, rows)


def totals_frame(rows: Iterable[Sequence[object]] = ()) -> pl.DataFrame:
    """Totals: one row per data point and node above the units."""
    return frame(TOTALS, rows)
