"""Facts and totals in the formats that other tools take: one small module per format, one table of them all.

A module has one function, `write(table, options)`. Modules are imported when their format is asked for, so that the
command line knows all formats without any of the libraries behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from xlreport.outputs.exports.model import Changes, Options, Output, TidyTable, Writer

__all__ = ["FORMATS", "Changes", "Format", "Options", "Output", "TidyTable", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module that writes it and what it takes besides a table."""

    module: str
    #: Whether text may be opened by a spreadsheet program and is therefore guarded, unless it is to be exact.
    is_csv: bool = False
    takes_bom: bool = False
    #: Where it goes is a database URL, not a path.
    needs_url: bool = False


#: Every format by its name on the command line.
FORMATS: Mapping[str, Format] = {
    "csv": Format("csv_file", is_csv=True, takes_bom=True),
    "xlsx": Format("excel_table"),
    "parquet": Format("parquet_file"),
    "json": Format("json_records"),
    "sqlite": Format("sqlite_file"),
    "sql": Format("database", needs_url=True),
    "datapackage": Format("data_package", is_csv=True),
    "sdmx-csv": Format("sdmx_csv", is_csv=True),
}


def write(name: str, table: TidyTable, options: Options) -> Output:
    """The table in a format: its bytes, the files of a folder by name, or what changed in a database.

    Raises KeyError for an unknown format, UsageError where the table does not fit or a database cannot be used.
    """
    writer: Writer = import_module(f"{__name__}.{FORMATS[name].module}").write
    return writer(table, options)
