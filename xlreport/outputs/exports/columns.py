"""Columns as text files hold them: exact numbers, text that no spreadsheet program runs, and what names a row."""

from __future__ import annotations

import polars as pl

from xlreport.frames import EXACT
from xlreport.outputs.exports.model import TidyTable

#: What spreadsheet programs take for the beginning of a formula, and the apostrophe that guards against it.
_RUN_OR_GUARDED = r"^(?:\s*[=+\-@＝＋－＠]|')"


def plain(column: str) -> pl.Expr:
    """An exact number as text, without the zeros that only fill up the frame's six decimals."""
    return pl.col(column).cast(pl.String).str.replace(r"\.?0+$", "").alias(column)


def guarded(column: str) -> pl.Expr:
    """Text with an apostrophe before it, where a spreadsheet program would run it or where it begins with one.

    So the rule for reading it back has no exception: of a text that begins with an apostrophe, drop the first.
    """
    text = pl.col(column)
    return pl.when(text.str.contains(_RUN_OR_GUARDED)).then(pl.lit("'") + text).otherwise(text).alias(column)


def csv_text(frame: pl.DataFrame, *, exact: bool, bom: bool = False) -> bytes:
    """A frame as CSV: UTF-8, comma, one line feed per row; numbers as they are, text guarded unless `exact`."""
    numbers = [name for name, dtype in frame.schema.items() if dtype == EXACT]
    texts = [] if exact else [name for name, dtype in frame.schema.items() if dtype == pl.String]
    shown = frame.with_columns(*map(plain, numbers), *map(guarded, texts))
    return shown.write_csv(include_bom=bom).encode()


def answer(table: TidyTable) -> pl.Expr:
    """The option that a row counts, where a data point has several rows; an empty text for every other row."""
    is_option = pl.len().over(table.key) > 1
    return pl.when(is_option).then(pl.col("text").fill_null("")).otherwise(pl.lit("")).alias("answer")
