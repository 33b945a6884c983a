"""The sheet of a register's workbook that says how to keep it, with an example of each kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, HEADER, LABEL, PLAIN, TITLE
from xlreport.grid.writing import Page
from xlreport.language import Texts
from xlreport.organisation.model import Membership, Register
from xlreport.organisation.notation import HEADINGS, joined_codes, worded, written_day

#: The columns of an example; the others do not change with it.
_FIELDS = ("code", "name", "level", "parent", "valid_from", "valid_to", "predecessor", "document")
_WIDTHS = (11, 34, 11, 14, 14, 14, 20, 18)
_LAST = len(_FIELDS) - 1
_WRAPPED = PLAIN.but(wrap=True, vertical="top")
_EXAMPLE = BODY.but(number="@", vertical="top")
_CLUSTER, _OTHER_CLUSTER = "CUM-07", "CUM-08"


def examples(register: Register, words: Texts) -> Mapping[str, tuple[Membership, ...]]:
    """The rows that a register gets by each kind of change, of units of its own lowest level."""
    level = register.levels[-1].code if register.levels else "don-vi"

    def unit(number: str, parent: str = _CLUSTER, name: str = "unit") -> Membership:
        title = words(f"register.guide.{name}", number=number)
        return Membership(f"C7-{number}", title, level, parent)

    def until(row: Membership, day: date) -> Membership:
        return replace(row, valid_to=day - timedelta(days=1))

    moved, renamed = date(2024, 3, 8), date(2024, 5, 1)
    merged, divided, split_off = date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)
    return {
        "move": (
            until(unit("16", _OTHER_CLUSTER), moved),
            replace(unit("16"), valid_from=moved, document="475-TB/ĐUK"),
        ),
        "rename": (
            until(unit("04"), renamed),
            replace(unit("04", name="renamed"), valid_from=renamed, document="12-QĐ/ĐUK"),
        ),
        "merge": (
            until(unit("03"), merged),
            until(unit("05"), merged),
            replace(unit("18"), valid_from=merged, predecessors=("C7-03", "C7-05"), document="21-QĐ/ĐUK"),
        ),
        "split": (
            until(unit("09"), divided),
            *(
                replace(unit(number), valid_from=divided, predecessors=("C7-09",), document="30-QĐ/ĐUK")
                for number in ("19", "20")
            ),
        ),
        "part": (
            until(unit("01"), split_off),
            replace(unit("01"), valid_from=split_off, document="41-QĐ/ĐUK"),
            replace(unit("21"), valid_from=split_off, predecessors=("C7-01",), document="41-QĐ/ĐUK"),
        ),
    }


def draw_guide(page: Page, register: Register, words: Texts) -> None:
    """Draw the sheet: what a row means, then an example of each kind of change."""
    page.widths(_WIDTHS)
    page.merge(0, 0, _LAST, words("register.guide.title"), TITLE)
    page.row(0, 30)
    row, number = 2, 1
    while f"register.guide.step{number}" in words:
        row = _line(page, row, f"{number}. {words(f'register.guide.step{number}')}")
        number += 1
    for key, lines in examples(register, words).items():
        row = _example(page, row + 1, key, lines, words)
    page.hide_gridlines()
    page.print_layout(last_row=row, last_column=_LAST, footer=page.name, pages=(1, 1))


def _line(page: Page, row: int, text: str) -> int:
    page.merge(row, 0, _LAST, text, _WRAPPED)
    page.row(row, row_height([(text, 1.12 * sum(_WIDTHS))]))
    return row + 1


def _example(page: Page, row: int, key: str, lines: tuple[Membership, ...], words: Texts) -> int:
    page.merge(row, 0, _LAST, words(f"register.guide.{key}.title"), LABEL)
    row = _line(page, row + 1, words(f"register.guide.{key}.text"))
    for column, field in enumerate(_FIELDS):
        page.write(row, column, worded(HEADINGS["units"][field], words.language), HEADER)
    page.row(row, 18)
    for line in lines:
        row += 1
        cells = [_cell(line, field, words.language) for field in _FIELDS]
        for column, text in enumerate(cells):
            page.write(row, column, text, _EXAMPLE)
        page.row(row, row_height(zip(cells, _WIDTHS, strict=True)))
    return row + 1


def _cell(row: Membership, field: str, language: str) -> str:
    value = joined_codes(row.predecessors) if field == "predecessor" else getattr(row, field)
    if isinstance(value, date):
        return written_day(value, language)
    return str(value or "")
