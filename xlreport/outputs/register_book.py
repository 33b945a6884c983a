"""The organisation register as a workbook that an office keeps by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from xlreport.grid.cells import Scalar
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, HEADER, PLAIN
from xlreport.grid.writing import Book, Page
from xlreport.language import Texts, texts
from xlreport.organisation.model import Register
from xlreport.organisation.notation import HEADINGS, SECTIONS, worded, written_day
from xlreport.organisation.worksheets import rows
from xlreport.outputs.register_guide import draw_guide
from xlreport.refs import absolute, on_sheet

#: Everything in a register is text: a spreadsheet program makes numbers and dates of nothing.
_TEXT = "@"
_CELL = BODY.but(number=_TEXT, vertical="top")
_UNWRITTEN = PLAIN.but(number=_TEXT, vertical="top", wrap=True)
#: The narrowest and the widest that a column gets, in characters; between them it fits its texts.
_WIDTHS: Mapping[str, tuple[int, int]] = {
    "code": (11, 22),
    "name": (30, 48),
    "level": (11, 18),
    "parent": (14, 22),
    "unit_type": (15, 24),
    "valid_from": (14, 14),
    "valid_to": (14, 14),
    "predecessor": (19, 26),
    "document": (16, 24),
    "contact": (26, 36),
    "vi": (30, 48),
    "en": (30, 48),
}
#: Rows below the last one in which drop-downs wait, and those that lists leave for what is added to them.
_ROWS_TO_COME, _ENTRIES_TO_COME = 500, 10
#: The fields of a unit whose values a list offers, by the section that holds it. All lists are columns of codes.
_LISTS: Mapping[str, str] = {"level": "levels", "unit_type": "unit_types", "parent": "units"}
_CODES = 0


def register_workbook(register: Register, language: str) -> bytes:
    """The register's sheets, in the notation that `organisation.load` reads, and one that says how to keep them.

    Days are written as text, as the language writes them with the day first or in ISO notation: a cell of a date
    would turn 08/03 into the third of August on a computer with English settings.
    """
    words = texts(language)
    book = Book(title=words("register.title"))
    contents = dict(zip(SECTIONS, rows(register, language).items(), strict=True))
    lengths = {section: len(lines) for section, (_, lines) in contents.items()}
    for section, (name, lines) in contents.items():
        page = book.page(name)
        _draw(page, section, _as_texts(lines, language))
        if section == "units":
            _offer_lists(page, lengths, words)
    draw_guide(book.page(words("register.guide.sheet")), register, words)
    return book.data()


def _as_texts(lines: Sequence[Sequence[Scalar]], language: str) -> list[list[str]]:
    return [[_as_text(value, language) for value in line] for line in lines]


def _as_text(value: Scalar, language: str) -> str:
    if isinstance(value, date):
        return written_day(value, language)
    return "" if value is None else str(value)


def _draw(page: Page, section: str, lines: Sequence[Sequence[str]]) -> None:
    columns = dict(zip(HEADINGS[section], zip(*lines, strict=True), strict=True))
    widths = [_width(*_WIDTHS[name], column) for name, column in columns.items()]
    page.widths(widths, _UNWRITTEN)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            page.write(row, column, text, _CELL if row else HEADER)
        page.row(row, row_height(zip(line, widths, strict=True), at_least=16.0 if row else 32.0))
    page.freeze(1, 2 if section == "units" else 1)
    if section == "units":
        page.autofilter(0, 0, max(len(lines) - 1, 1), len(widths) - 1)
    page.print_layout(last_row=len(lines) - 1, last_column=len(widths) - 1, footer=page.name, repeat_rows=(0, 0))


def _width(least: int, most: int, column: Sequence[str]) -> int:
    longest = max(len(line) for text in column[1:] or ("",) for line in text.split("\n"))
    return min(max(least, longest + 2), most)


def _offer_lists(page: Page, lengths: Mapping[str, int], words: Texts) -> None:
    """Drop-downs that advise and do not forbid: titles are read too, and codes that are only being added."""
    fields = list(HEADINGS["units"])
    for name, section in _LISTS.items():
        spare = _ROWS_TO_COME if section == "units" else _ENTRIES_TO_COME
        first, last = absolute(1, _CODES), absolute(lengths[section] + spare, _CODES)
        column = fields.index(name)
        options: dict[str, object] = {
            "validate": "list",
            "source": "=" + on_sheet(worded(SECTIONS[section], words.language), f"{first}:{last}"),
            "input_title": words("register.list.title"),
            "input_message": words(f"register.list.{name}"),
            "error_title": words("register.list.title"),
            "error_message": words("register.list.unknown"),
            "error_type": "warning",
        }
        page.validate(1, column, options, last_row=lengths["units"] + _ROWS_TO_COME)
