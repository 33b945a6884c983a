"""The index of a folder of issued workbooks: which file is whose, and the fingerprint of each as it was issued.

It can be read again, so that issuing anew to one unit keeps what the index says of the others, and so that it is
known for what it is wherever somebody puts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xlreport.grid.fitting import row_height
from xlreport.grid.read import read_file
from xlreport.grid.reading import Reading
from xlreport.grid.safely import SafeReader
from xlreport.grid.styles import BODY, HEADER, SMALL, TITLE, Style
from xlreport.grid.writing import Book
from xlreport.language import LANGUAGES, Texts
from xlreport.language import texts as texts_of

#: No unit's file: codes of units begin with a letter or a digit.
INDEX_FILE = "_index.xlsx"
_TITLE_ROW, _NOTE_ROW, _HEADING_ROW = 0, 1, 3
_NUMBER = "number"
_HASH = Style(border=True, size=9)


class IndexRow(NamedTuple):
    """An issued workbook, each column as it is shown; `due` is blank where nothing is due on a day."""

    code: str
    name: str
    file: str
    sha256: str
    form: str
    version: str
    period: str
    due: str
    receiver: str


_WIDTHS = IndexRow("12", "40", "18", "56", "16", "10", "18", "12", "34")


def index_workbook(rows: Sequence[IndexRow], language: str) -> bytes:
    """The index as a workbook, equal for equal input. Every text is written as text."""
    texts = texts_of(language)
    output = Book(title=texts("issued.title"))
    page = output.page(texts("issued.sheet"))
    widths = (6.0, *map(float, _WIDTHS))
    page.widths(widths)
    page.write(_TITLE_ROW, 0, texts("issued.title"), TITLE.but(align="left", wrap=False))
    page.write(_NOTE_ROW, 0, texts("issued.note"), SMALL)
    for column, heading in enumerate(_headings(texts)):
        page.write(_HEADING_ROW, column, heading, HEADER)
    page.row(_HEADING_ROW, 32)
    for number, line in enumerate(rows, 1):
        page.write(_HEADING_ROW + number, 0, Decimal(number), BODY.but(align="center"))
        for column, (field, text) in enumerate(zip(IndexRow._fields, line, strict=True), 1):
            page.write(_HEADING_ROW + number, column, text, _HASH if field == "sha256" else BODY)
        # The fingerprint is set in small letters, on one line.
        wrapped = line._replace(sha256="")
        page.row(_HEADING_ROW + number, row_height(zip(wrapped, widths[1:], strict=True)))
    last, last_column = _HEADING_ROW + len(rows), len(widths) - 1
    page.autofilter(_HEADING_ROW, 0, last, last_column)
    page.freeze(_HEADING_ROW + 1, 2)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(_HEADING_ROW, _HEADING_ROW), last_row=last, last_column=last_column, footer=texts("issued.sheet")
    )
    return output.data()


def _headings(texts: Texts) -> list[str]:
    return [texts(f"issued.{field}") for field in (_NUMBER, *IndexRow._fields)]


def read_index(path: Path) -> list[IndexRow] | None:
    """What an index says; None for a file that is none, or that cannot be read."""
    return _listed(read_file(path, path.name)[1])


def _listed(reading: Reading) -> list[IndexRow] | None:
    headings = [_headings(texts_of(language)) for language in LANGUAGES]
    for sheet in reading.workbook.sheets if reading.workbook else ():
        if len(sheet.rows) > _HEADING_ROW and list(map(str, sheet.rows[_HEADING_ROW])) in headings:
            return list(_index_rows(sheet.rows[_HEADING_ROW + 1 :]))
    return None


def _index_rows(rows: Iterable[Sequence[object]]) -> Iterable[IndexRow]:
    for _, *values in rows:
        shown = ["" if value is None else str(value) for value in values]
        if len(shown) == len(IndexRow._fields):
            yield IndexRow(*shown)


def is_index(content: Path | bytes, name: str, reader: SafeReader) -> bool:
    """Whether a file that was sent is an index, by its name and what it holds: nobody's report."""
    if not name.startswith(Path(INDEX_FILE).stem):
        return False
    ((_, reading),) = reader.read([(content, name)])
    return _listed(reading) is not None
