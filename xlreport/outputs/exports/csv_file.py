"""CSV: UTF-8, comma, plain decimals. Numbers are kept as their digits."""

from __future__ import annotations

from xlreport.outputs.exports.columns import csv_text
from xlreport.outputs.exports.model import Options, TidyTable


def write(table: TidyTable, options: Options) -> bytes:
    """One file; with a byte order mark, by which Excel knows UTF-8, where it is wanted."""
    return csv_text(table.frame, exact=options.exact, bom=options.bom)
