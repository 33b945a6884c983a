"""The sheet of a form workbook that explains every column, with an example."""

from __future__ import annotations

from collections.abc import Iterator

from xlreport.forms.workbook_codecs import Choice
from xlreport.forms.workbook_spec import Column, Section, columns, heading, sheet_title
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, HEADER, PLAIN, TEXT_FORMAT, TITLE
from xlreport.grid.writing import Page
from xlreport.language import Texts

_WIDTHS = (16, 34, 76, 44)
_STEPS = 6


def draw_guide(page: Page, words: Texts) -> None:
    """How to fill the workbook, and what each of its columns means."""
    page.widths(_WIDTHS)
    page.hide_gridlines()
    page.merge(0, 0, len(_WIDTHS) - 1, words("form_book.guide.title"), TITLE)
    page.row(0, 28)
    for number in range(1, _STEPS + 1):
        text = f"{number}. {words(f'form_book.guide.step{number}')}"
        page.merge(number, 0, len(_WIDTHS) - 1, text, PLAIN.but(wrap=True))
        page.row(number, row_height([(text, sum(_WIDTHS))]))
    top = _STEPS + 2
    for column, key in enumerate(("part", "column", "help", "example")):
        page.write(top, column, words(f"form_book.guide.{key}"), HEADER)
    lines = list(_lines(words))
    for row, line in enumerate(lines, start=top + 1):
        page.row(row, row_height(zip(line, _WIDTHS, strict=True)))
        for column, text in enumerate(line):
            page.write(row, column, text, BODY.but(number=TEXT_FORMAT, vertical="top"))
    page.freeze(top + 1, 0)
    page.print_layout(last_row=top + len(lines), last_column=len(_WIDTHS) - 1, footer=page.name, repeat_rows=(top, top))


def _lines(words: Texts) -> Iterator[tuple[str, str, str, str]]:
    """A line for every column of every sheet."""
    for part, column in columns():
        texts_ = f"form_book.columns.{part.name}.{column.key}"
        title = sheet_title(part.name, words.language)
        yield title, heading(part, column, words.language), _help(part, column, words), words(f"{texts_}.example")


def _help(part: Section, column: Column, words: Texts) -> str:
    text = words(f"form_book.columns.{part.name}.{column.key}.help")
    if not isinstance(column.codec, Choice) or column.codec.group == "truth":
        return text
    values = "; ".join(column.codec.labels()[words.language].values())
    return f"{text} {words('form_book.guide.words', words=values)}"
