"""A SQLite file, brought up to date. Numbers are kept as text: SQLite's own are doubles."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from xlreport.outputs.exports.database import bring_up_to_date
from xlreport.outputs.exports.model import Changes, Options, TidyTable


def write(table: TidyTable, options: Options) -> Changes:
    """Make the file, or bring its table up to date. Raises UsageError; a file that it made is then gone again."""
    path = Path(options.place)
    is_new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return bring_up_to_date(table, URL.create("sqlite", database=str(path.absolute())))
    except BaseException:
        if is_new:
            path.unlink(missing_ok=True)
        raise
