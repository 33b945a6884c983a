"""JSON: a list of records, one per line. Numbers are kept as their digits: JSON's numbers are decimal.

A reader that turns them into doubles gets the same 15 significant digits; one that can read decimals gets all.
"""

from __future__ import annotations

from itertools import groupby

import polars as pl

from xlreport.frames import EXACT
from xlreport.outputs.exports.columns import plain
from xlreport.outputs.exports.model import Options, TidyTable

#: Rows that are worded at once: text takes much more memory than the frame.
_AT_ONCE = 20_000


def write(table: TidyTable, options: Options) -> bytes:  # noqa: ARG001
    """One file."""
    if table.frame.is_empty():
        return b"[]\n"
    record = _record(table.frame.schema).str.join(",\n")
    lines = (piece.select(record).item().encode() for piece in table.frame.iter_slices(_AT_ONCE))
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def _record(schema: pl.Schema) -> pl.Expr:
    """An object per row. The library writes exact numbers as text, so they are put in between the other columns."""
    pieces = [
        piece
        for is_exact, columns in groupby(schema, lambda name: schema[name] == EXACT)
        for piece in (map(_number, columns) if is_exact else [_others(list(columns))])
    ]
    return pl.concat_str(pl.lit("{"), pl.concat_str(pieces, separator=","), pl.lit("}"))


def _number(column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f'"{column}":'), plain(column).fill_null("null"))


def _others(columns: list[str]) -> pl.Expr:
    return pl.struct(columns).struct.json_encode().str.slice(1).str.head(-1)
