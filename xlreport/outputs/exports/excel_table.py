"""A workbook with one flat sheet, made an Excel table. Text is text, whatever it looks like.

Numbers are kept as their digits. Programs read them as doubles, which hold 15 significant digits; a number of more
is written as text, so that no digit is lost without a word.
"""

from __future__ import annotations

import polars as pl

from xlreport.errors import UsageError
from xlreport.frames import EXACT
from xlreport.grid.long_sheet import with_rows
from xlreport.grid.styles import HEADER, PLAIN, TEXT_FORMAT
from xlreport.grid.writing import Book
from xlreport.language import texts
from xlreport.outputs.exports.columns import plain
from xlreport.outputs.exports.model import Options, TidyTable
from xlreport.refs import MAX_ROWS, a1

#: Wide enough for codes, and for what people read.
_WIDTH, _WIDE = 12.0, 30.0
_READ_BY_PEOPLE = ("text", "source_file", "source_text")
_TEXT = PLAIN.but(number=TEXT_FORMAT)
_NUMBER = PLAIN.but(align="right", number="#,##0.######")
_WHOLE = PLAIN.but(align="right", number="0")


def write(table: TidyTable, options: Options) -> bytes:
    """One file. Raises UsageError `export-too-long` where a sheet cannot hold the rows."""
    frame = table.frame
    if frame.height >= MAX_ROWS:
        raise UsageError("export-too-long", rows=frame.height, limit=MAX_ROWS - 1)
    exact = [name for name, dtype in frame.schema.items() if dtype == EXACT]
    shown = frame.with_columns(map(plain, exact)).with_columns(pl.col(pl.Int64).cast(pl.String))
    return with_rows(_headed(table, options), shown)


def _headed(table: TidyTable, options: Options) -> bytes:
    """The workbook with its headings, its table and one row that shows how each column is written."""
    names = table.frame.columns
    book = Book(title=texts(options.language)(f"exports.table.{table.name}"))
    page = book.page(table.name)
    page.widths([_WIDE if name in _READ_BY_PEOPLE or "_title" in name or "_name" in name else _WIDTH for name in names])
    page.table((0, 0, 1, len(names) - 1), names, table.name.capitalize(), HEADER)
    for column, dtype in enumerate(table.frame.dtypes):
        if dtype == pl.String:
            page.write(1, column, "x", _TEXT)
        else:
            page.write(1, column, 0, _NUMBER if dtype == EXACT else _WHOLE)
    page.freeze(1, 0)
    page.accept_numbers_as_text(f"A1:{a1(1, len(names) - 1)}")
    return book.data()
