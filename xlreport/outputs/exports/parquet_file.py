"""Parquet: columns with their types. Numbers are kept as decimals of 38 digits, 6 of them after the point."""

from __future__ import annotations

import io

from xlreport.outputs.exports.model import Options, TidyTable


def write(table: TidyTable, options: Options) -> bytes:  # noqa: ARG001
    """One file."""
    buffer = io.BytesIO()
    table.frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
