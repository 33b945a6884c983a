"""A form as a workbook that an office keeps by hand: every field in a cell of its own, lists to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from xlreport.forms.measures import MEASURES
from xlreport.forms.model import Form
from xlreport.forms.workbook_codecs import Choice, Number, Shown
from xlreport.forms.workbook_sheets import Cells, form_rows
from xlreport.forms.workbook_spec import SECTIONS, Column, Section, heading, section, sheet_title
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, HEADER, LABEL, SMALL, TEXT_FORMAT, Style
from xlreport.grid.writing import Book, Page
from xlreport.language import Texts, texts
from xlreport.outputs.form_guide import draw_guide
from xlreport.refs import absolute, on_sheet

#: Characters across a printed page before they get too small to read.
_PAGE_WIDTH = 180
#: Rows beneath the last one that are ready to be filled.
_SPARE = 200
_HEADER_ROW = 0
_FIELD_WIDTHS = (34, 60, 70)
_FIRST_ROW = 1
_TEXT = BODY.but(number=TEXT_FORMAT, vertical="top")
_NUMBER = BODY.but(align="right", vertical="top")
_NEEDED = HEADER.but(fill="#C5D9F1")


def form_workbook(form: Form, language: str) -> bytes:
    """The form's sheets in the notation that `forms.load` reads, with guidance. Raises WriteError for long texts."""
    words = texts(language)
    book = Book(title=words("form_book.title", form=form.form))
    draw_guide(book.page(words("form_book.guide.sheet")), words)
    rows = form_rows(form, language)
    pages = {part.name: book.page(sheet_title(part.name, language)) for part in SECTIONS}
    lists = _Lists(book.page(words("form_book.lists")), language, {name: page.name for name, page in pages.items()})
    for part in SECTIONS:
        if part.field is None:
            _draw_fields(pages[part.name], part, rows[part.name][0], lists, words)
        else:
            _draw_table(pages[part.name], part, rows[part.name], lists, language)
    lists.page.hide()
    return book.data()


class _Lists:
    """The lists that cells can be chosen from, on a hidden sheet; codes are chosen from the sheets that define them."""

    def __init__(self, page: Page, language: str, sheets: dict[str, str]) -> None:
        self.page = page
        self._language = language
        self._sheets = sheets
        self._known: dict[str, str] = {}

    def source(self, column: Column) -> str | None:
        """Where the values of a column stand; None for a column without a list."""
        if isinstance(column.codec, Choice):
            group = column.codec.group
            return self._list(group, list(column.codec.labels()[self._language].values()))
        if column.lists == "standard_measures":
            return self._list(column.lists, list(MEASURES))
        if column.lists:
            part = section(column.lists)
            number = next(number for number, one in enumerate(part.columns) if one.key == part.code)
            area = f"{absolute(_FIRST_ROW, number)}:{absolute(_FIRST_ROW + 5 * _SPARE, number)}"
            return "=" + on_sheet(self._sheets[part.name], area)
        return None

    def _list(self, name: str, values: Sequence[str]) -> str:
        if name not in self._known:
            column = len(self._known)
            for row, value in enumerate(values):
                self.page.write(row, column, value, SMALL.but(number=TEXT_FORMAT))
            area = f"{absolute(0, column)}:{absolute(len(values) - 1, column)}"
            self._known[name] = "=" + on_sheet(self.page.name, area)
        return self._known[name]


def _draw_fields(page: Page, part: Section, cells: Cells, lists: _Lists, words: Texts) -> None:
    """The form itself: a field to a line, with its explanation beside it."""
    page.widths(_FIELD_WIDTHS)
    for number, key in enumerate(("form_book.item", "form_book.value", "form_book.guide.help")):
        page.write(_HEADER_ROW, number, words(key), HEADER)
    for row, column in enumerate(part.columns, start=_FIRST_ROW):
        page.write(row, 0, heading(part, column, words.language), LABEL.but(border=True, bold=column.is_needed))
        page.write(row, 1, cells[column.key], _style(column, cells[column.key]).but(align="left"))
        explained = words(f"form_book.columns.{part.name}.{column.key}.help")
        page.write(row, 2, explained, SMALL.but(wrap=True, border=True))
        shown = (heading(part, column, words.language), str(cells[column.key] or ""), explained)
        page.row(row, row_height(zip(shown, _FIELD_WIDTHS, strict=True)))
        _choose(page, row, 1, row, lists.source(column), is_open=False)
    page.freeze(_FIRST_ROW, 1)
    page.print_layout(last_row=len(part.columns), last_column=2, footer=page.name, repeat_rows=(0, 0))


def _draw_table(page: Page, part: Section, rows: Sequence[Cells], lists: _Lists, language: str) -> None:
    last = _FIRST_ROW + len(rows) + _SPARE - 1
    page.widths([column.width for column in part.columns])
    headings = [heading(part, column, language) for column in part.columns]
    page.row(
        _HEADER_ROW, row_height((text, column.width - 2) for text, column in zip(headings, part.columns, strict=True))
    )
    for row, cells in enumerate(rows, start=_FIRST_ROW):
        page.row(row, row_height((str(cells[column.key] or ""), column.width) for column in part.columns))
    for number, column in enumerate(part.columns):
        page.write(_HEADER_ROW, number, headings[number], _NEEDED if column.is_needed else HEADER)
        for row in range(_FIRST_ROW, last + 1):
            cells = rows[row - _FIRST_ROW] if row - _FIRST_ROW < len(rows) else {}
            value = cells.get(column.key)
            page.write(row, number, value, _style(column, value))
        _choose(page, _FIRST_ROW, number, last, lists.source(column), is_open=column.lists == "standard_measures")
    frozen = sum(column.is_parent for column in part.columns) + 1
    page.freeze(_FIRST_ROW, frozen)
    page.print_layout(
        last_row=_FIRST_ROW + max(len(rows), 1) - 1,
        last_column=len(part.columns) - 1,
        footer=page.name,
        repeat_rows=(_HEADER_ROW, _HEADER_ROW),
        repeat_columns=(0, frozen - 1),
        pages=(max(1, round(sum(column.width for column in part.columns) / _PAGE_WIDTH)), 0),
    )


def _style(column: Column, value: Shown | None) -> Style:
    """Cells are text where a program could take what is typed for something else, codes above all."""
    return _NUMBER if isinstance(column.codec, Number) and not isinstance(value, str) else _TEXT


def _choose(page: Page, row: int, column: int, last_row: int, source: str | None, *, is_open: bool) -> None:
    """A list to choose from; an open one takes other values too."""
    if source is not None:
        options: dict[str, object] = {"validate": "list", "source": source, "ignore_blank": True}
        page.validate(row, column, options | ({"show_error": False} if is_open else {}), last_row)
