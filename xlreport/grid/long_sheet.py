"""Sheets of very many rows: one row is written by the one writer, all others take after it.

The writing library keeps every cell in memory until it writes the first; of hundreds of thousands of rows that takes
gigabytes and minutes. Here whole columns become cells at once, and the rows go straight into the archive.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import polars as pl

from xlreport.grid.writing import MAX_TEXT, cut
from xlreport.numbers import SIGNIFICANT_DIGITS

_SHEET = "xl/worksheets/sheet1.xml"
_TABLE = "xl/tables/table1.xml"
_AT_ONCE = 5_000
_ROW = re.compile(rb'<row r="2".*?</row>', re.DOTALL)
#: The area that the headings and the sample row cover: of the sheet, of a table, of what is ignored.
_AREA = re.compile(rb'(?<=ref="A1:)([A-Z]+)2(?=")')
_CELL = re.compile(rb'<c r="([A-Z]+)2"(?: s="([0-9]+)")?')
#: What XML cannot hold or readers change, and what they take for an escape of it.
_ESCAPED = "[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
_ODD = re.compile(_ESCAPED)
_IS_ODD = "[\\x00-\\x08\\x0b-\\x1f\\x{fffe}\\x{ffff}]|_x[0-9A-Fa-f]{4}_"
_CUT_MARK = "…"


def with_rows(book: bytes, rows: pl.DataFrame) -> bytes:
    """A workbook whose first sheet has headings and one sample row: the same with these rows in place of the sample.

    A table over the two becomes one over all rows. Columns are of text, or of plain decimal numbers as text, as the
    sample's cells show: text is written as text, a number as a number. What a double cannot hold exactly (more than
    15 significant digits) stays text. A text of more than 32,767 characters ends with "…".
    """
    source, target = io.BytesIO(book), io.BytesIO()
    with zipfile.ZipFile(source) as original, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in original.infolist():
            data = original.read(info)
            if info.filename in (_SHEET, _TABLE):
                data = _AREA.sub(rb"\g<1>" + str(max(rows.height, 1) + 1).encode(), data)
            if info.filename != _SHEET:
                archive.writestr(info, data)
                continue
            with archive.open(info, "w", force_zip64=_size(rows) > zipfile.ZIP64_LIMIT) as part:
                for piece in _sheet(data, rows):
                    part.write(piece)
    return target.getvalue()


def _size(rows: pl.DataFrame) -> int:
    """More bytes than the sheet will have, about: each cell has some hundred around its text."""
    return rows.height * rows.width * 100 + int(rows.estimated_size())


def _sheet(data: bytes, rows: pl.DataFrame) -> Iterator[bytes]:
    sample = _ROW.search(data)
    if sample is None:
        raise ValueError("the sheet has no sample row")
    styles = [(match[1].decode(), (match[2] or b"0").decode()) for match in _CELL.finditer(sample[0])]
    numbers = [b"<v>" in cell and b't="s"' not in cell for cell in sample[0].split(b"<c ")[1:]]
    yield data[: sample.start()]
    for first in range(0, rows.height, _AT_ONCE):
        yield _rows(rows.slice(first, _AT_ONCE), first + 2, styles, numbers)
    yield data[sample.end() :]


def _rows(rows: pl.DataFrame, first: int, styles: list[tuple[str, str]], numbers: list[bool]) -> bytes:
    """The rows as the sheet's XML, in whole columns; `first` is the number of the first."""
    number = "#row"
    cells = [
        (_number if is_number else _text)(rows[name], letter, style, number)
        for name, (letter, style), is_number in zip(rows.columns, styles, numbers, strict=True)
    ]
    row = pl.concat_str(
        pl.lit('<row r="'), number, pl.lit('">'), *(cell.fill_null("") for cell in cells), pl.lit("</row>")
    )
    numbered = rows.with_columns(pl.int_range(first, first + pl.len()).cast(pl.String).alias(number))
    return "".join(numbered.select(row).to_series().to_list()).encode()


def _number(column: pl.Series, letter: str, style: str, number: str) -> pl.Expr:
    value = pl.col(column.name)
    digits = value.str.replace_all(r"[-.]", "").str.strip_chars_start("0").str.len_bytes()
    exact = pl.concat_str(pl.lit(f'<c r="{letter}'), number, pl.lit(f'" s="{style}"><v>'), value, pl.lit("</v></c>"))
    return pl.when(digits <= SIGNIFICANT_DIGITS).then(exact).otherwise(_text(column, letter, style, number))


def _text(column: pl.Series, letter: str, style: str, number: str) -> pl.Expr:
    text = pl.col(column.name)
    is_odd = column.str.contains(_IS_ODD) | (column.str.len_bytes() > MAX_TEXT)
    odd = column.filter(is_odd).unique().to_list()
    if odd:
        text = text.replace({one: _writable(one) for one in odd})
    escaped = text.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    start = pl.lit(f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">')
    return pl.concat_str(pl.lit(f'<c r="{letter}'), number, start, escaped, pl.lit("</t></is></c>"))


def _writable(text: str) -> str:
    short = text if cut(text, MAX_TEXT) == text else cut(text, MAX_TEXT - len(_CUT_MARK)) + _CUT_MARK
    return _ODD.sub(lambda match: f"_x{ord(match[0]):04X}_", short)
