"""The organisation register as a workbook that an office keeps by hand."""

from __future__ import annotations

from datetime import date

from xlreport.grid.styles import BODY, HEADER
from xlreport.grid.writing import Book
from xlreport.organisation.model import Register
from xlreport.organisation.worksheets import rows

_WIDTHS = (12, 40, 12, 14, 18, 14, 14, 20, 18, 34)


def register_workbook(register: Register, language: str) -> bytes:
    """The register's sheets, in the notation that `organisation.load` reads. Days are written as YYYY-MM-DD."""
    book = Book(title="organisation")
    for name, lines in rows(register, language).items():
        page = book.page(name)
        page.widths(_WIDTHS[: len(lines[0])])
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
                page.write(row, column, text, BODY.but(number="@") if row else HEADER)
        page.freeze(1, 0)
    return book.data()
