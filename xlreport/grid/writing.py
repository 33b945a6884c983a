"""The one place that writes workbooks. The library underneath reports failure by return codes: all are checked.

Text is always written as text, never guessed to be a number, a formula or a link.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from xlreport.grid.slots import written
from xlreport.grid.styles import FONT, Style
from xlreport.refs import a1

MAX_TEXT = 32_767
MAX_SHEET_NAME = 31
MAX_FORMULA = 8_000
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_ESCAPE_IN_SHEET_NAME = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_AROUND_SHEET_NAME = re.compile(r"^[\s']+|[\s']+$")
#: Documents carry a date of creation; a fixed one keeps equal content equal to the byte.
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)


class WriteError(RuntimeError):
    """Something did not fit into a workbook. A fault of ours: what is written was made to fit before."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula and its stored value, computed by us: a number, a text, or None for an empty text."""

    text: str
    value: Decimal | str | None


Content = str | Decimal | int | Formula | None


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that spreadsheet programs accept: at most 31 characters, no `[]:*?/\\`, unique but for case.

    It neither begins nor ends with an apostrophe, also where it was cut, and has nothing that programs take for the
    escape of a letter, such as `_x0041_`.
    """
    acceptable = _bare(_ESCAPE_IN_SHEET_NAME.sub("-", _FORBIDDEN_IN_SHEET_NAME.sub("-", wanted)))
    base = _bare(cut(acceptable, MAX_SHEET_NAME)) or "Sheet"
    name, number = base, 2
    lowered = {other.casefold() for other in taken}
    while name.casefold() in lowered:
        suffix = f" ({number})"
        name, number = cut(base, MAX_SHEET_NAME - len(suffix)) + suffix, number + 1
    return name


def cut(text: str, limit: int) -> str:
    """The beginning of a text, within so many UTF-16 code units: so spreadsheet programs count characters."""
    # A pair of units that was cut in two is left out.
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")


def _bare(name: str) -> str:
    return _AROUND_SHEET_NAME.sub("", name)


def _as_written(formula: str, *_: object) -> str:
    """A formula without its equals sign.

    The library rewrites each formula by some thirty regular expressions, for functions newer than any that
    ours use; that costs more than all else about a formula.
    """
    return formula.removeprefix("=")


class Page:
    """A worksheet being written. Positions are 0-based."""

    def __init__(self, book: Book, name: str, sheet: Any) -> None:
        self.name = name
        self._book = book
        self._sheet = sheet

    def write(self, row: int, column: int, content: Content, style: Style) -> None:
        """Write a text, a number, a formula, or a blank cell with a look."""
        look = self._book.format(style)
        where = (row, column)
        match content:
            case None:
                self._done(self._sheet.write_blank(row, column, None, look), where)
            case Formula(text, value):
                if len(text) > MAX_FORMULA:
                    raise WriteError(f"{self.name}!{a1(*where)}: a formula of {len(text)} characters")
                self._done(self._sheet.write_formula(row, column, text, look, _stored(written(value))), where)
            case str():
                if len(content) > MAX_TEXT:
                    raise WriteError(f"{self.name}!{a1(*where)}: a text of {len(content)} characters")
                if content:
                    self._done(self._sheet.write_string(row, column, written(content), look), where)
                else:
                    self._done(self._sheet.write_blank(row, column, None, look), where)
            case _:
                # A Decimal is written digit by digit; a double would show its sixteenth digit.
                self._done(self._sheet.write_number(row, column, Decimal(written(content)), look), where)

    def merge(self, row: int, first: int, last: int, text: str, style: Style, last_row: int | None = None) -> None:
        """Write a text over several cells, for headings only."""
        bottom = row if last_row is None else last_row
        if (first, row) == (last, bottom):
            self.write(row, first, text, style)
            return
        self._done(self._sheet.merge_range(row, first, bottom, last, "", self._book.format(style)), (row, first))
        self.write(row, first, text, style)

    def link(self, row: int, column: int, target: str, text: str, style: Style) -> None:
        """A link to a place in the same workbook, `target` such as 'Sheet 1'!A1."""
        look = self._book.format(style)
        self._done(self._sheet.write_url(row, column, f"internal:{target}", look, text), (row, column))

    def validate(self, row: int, column: int, options: dict[str, object], last_row: int | None = None) -> None:
        """Attach input validation to a cell, or to it and those beneath it; messages over the limits are a fault."""
        for key, limit in (("input_title", 32), ("error_title", 32), ("input_message", 255), ("error_message", 255)):
            if len(str(options.get(key, ""))) > limit:
                raise WriteError(f"{self.name}!{a1(row, column)}: {key} has over {limit} characters")
        bottom = row if last_row is None else last_row
        self._done(self._sheet.data_validation(row, column, bottom, column, options), (row, column))

    def conditional(self, area: tuple[int, int, int, int], options: dict[str, object], style: Style) -> None:
        """Attach a conditional format to (first row, first column, last row, last column)."""
        shown = {**options, "format": self._book.conditional_format(style)}
        self._done(self._sheet.conditional_format(*area, shown), (area[0], area[1]))

    def note(self, row: int, column: int, text: str, size: tuple[int, int] | None = None) -> None:
        """Attach a note that opens when the pointer rests on the cell; `size` is its width and height in pixels."""
        look: dict[str, object] = {"font_name": FONT, "font_size": 9}
        if size is not None:
            look |= {"width": size[0], "height": size[1], "font_size": 10}
        self._done(self._sheet.write_comment(row, column, text, look), (row, column))

    def widths(self, widths: Sequence[float], style: Style | None = None) -> None:
        """Column widths in characters, from the first column on; `style` is that of cells nobody has written."""
        look = self._book.format(style) if style is not None else None
        for column, width in enumerate(widths):
            self._done(self._sheet.set_column(column, column, width, look), (0, column))

    def column(self, first: int, last: int, width: float | None = None, **options: object) -> None:
        """Width and options (hidden, level, collapsed) of a range of columns."""
        self._done(self._sheet.set_column(first, last, width, None, dict(options)), (0, first))

    def row(self, row: int, height: float | None = None, **options: object) -> None:
        """Height in points and options (hidden, level, collapsed) of a row."""
        self._done(self._sheet.set_row(row, height, None, dict(options)), (row, 0))

    def autofilter(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Filter buttons on a heading row."""
        self._done(self._sheet.autofilter(first_row, first_column, last_row, last_column), (first_row, first_column))

    def table(self, area: tuple[int, int, int, int], headings: Sequence[str], name: str, style: Style) -> None:
        """Make (first row, first column, last row, last column) a table; its headings are written here."""
        look = self._book.format(style)
        columns = [{"header": heading, "header_format": look} for heading in headings]
        options = {"name": name, "columns": columns, "style": "Table Style Light 9"}
        self._done(self._sheet.add_table(*area, options), (area[0], area[1]))

    def accept_numbers_as_text(self, area: str) -> None:
        """No warning at codes such as 01, which are text and mean to be."""
        self._done(self._sheet.ignore_errors({"number_stored_as_text": area}), (0, 0))

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns left of a cell in view."""
        self._sheet.freeze_panes(row, column)

    def protect(self, *, filtering: bool = False) -> None:
        """Lock the sheet without a password: against accidents, not against people; filters may be left usable."""
        allowed = {"format_columns": True, "format_rows": True, "select_locked_cells": True}
        self._sheet.protect("", allowed | ({"autofilter": True} if filtering else {}))

    def hide(self) -> None:
        """Hide the sheet so that only a macro or our reader finds it."""
        self._sheet.very_hidden()

    def outline_above(self) -> None:
        """Group rows under the row above them, as the totals stand above their parts."""
        self._sheet.outline_settings(True, False, True, False)

    def print_layout(
        self,
        *,
        last_row: int,
        last_column: int,
        footer: str,
        repeat_rows: tuple[int, int] | None = None,
        repeat_columns: tuple[int, int] | None = None,
        pages: tuple[int, int] = (1, 0),
    ) -> None:
        """A4 landscape, headings repeated, page numbers. `pages` are those across and down; 0 is as many as needed."""
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(*pages)
        self._sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        self._sheet.print_area(0, 0, last_row, last_column)
        # The size first: a footer that begins with a digit would make it larger by some hundreds.
        self._sheet.set_footer(f'&L&9&"{FONT},Regular"{written(footer)}&R&9&"{FONT},Regular"&P/&N')
        if repeat_rows is not None:
            self._sheet.repeat_rows(*repeat_rows)
        if repeat_columns is not None:
            self._sheet.repeat_columns(*repeat_columns)

    def hide_gridlines(self) -> None:
        """No grid behind the cells, on screen and on paper."""
        self._sheet.hide_gridlines(2)

    def _done(self, code: int | None, where: tuple[int, int]) -> None:
        # Most calls return 0 when done, a negative code when something was dropped or cut.
        if code is not None and code < 0:
            raise WriteError(f"{self.name}!{a1(*where)}: refused with code {code}")


class Book:
    """A workbook being written in memory; `data` ends it."""

    def __init__(self, *, title: str, subject: str = "", author: str = "") -> None:
        self._buffer = io.BytesIO()
        self._workbook = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_numbers": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "default_format_properties": {"font_name": FONT, "font_size": 11},
            },
        )
        self._workbook.set_properties(
            {"title": written(title), "subject": subject, "author": author, "created": _CREATED.replace(tzinfo=None)}
        )
        self._formats: dict[tuple[Style, bool], Any] = {}
        self._names: list[str] = []

    def page(self, wanted: str) -> Page:
        """Add a worksheet; its name is made acceptable and unique."""
        name = sheet_name(wanted, self._names)
        self._names.append(name)
        sheet = self._workbook.add_worksheet(name)
        sheet._prepare_formula = _as_written
        return Page(self, name, sheet)

    def define_name(self, name: str, reference: str) -> None:
        """Name a place, such as ("TONG_sxkd_01_actual", "'sxkd'!$F$12")."""
        if self._workbook.define_name(name, f"={reference}") != 0:
            raise WriteError(f"name {name} was refused")

    def format(self, style: Style) -> Any:
        """The library's format for a style, one object for each style."""
        if (style, False) not in self._formats:
            self._formats[style, False] = self._workbook.add_format(style.properties())
        return self._formats[style, False]

    def conditional_format(self, style: Style) -> Any:
        """The format of a condition: what can be changed of a cell without moving its text, the rest stays its own."""
        if (style, True) not in self._formats:
            wanted = ("bold", "italic", "font_color", "bg_color", "border", "border_color", "num_format")
            properties = {name: value for name, value in style.properties().items() if name in wanted}
            self._formats[style, True] = self._workbook.add_format(properties)
        return self._formats[style, True]

    def data(self) -> bytes:
        """The finished workbook."""
        self._workbook.close()
        return self._buffer.getvalue()


def _stored(value: Decimal | str | None) -> float | str:
    if value is None:
        return ""
    return value if isinstance(value, str) else float(value)
