"""The check sheet of a unit's workbook: every rule with its result while the form is being filled."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from xlreport.grid.styles import (
    ERROR_FILL,
    ERROR_FONT,
    GOOD_FONT,
    HEADER,
    LABEL,
    SMALL,
    TITLE,
    WARNING_FILL,
    WARNING_FONT,
    Style,
)
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.check_lines import WIDTHS, CheckLines
from xlreport.sheets.check_list import (
    ADVICE,
    LABELS_ROW,
    LEGEND_ROW,
    LINK,
    NUMBER,
    RESULT,
    SENTENCE,
    TOTAL_ROW,
    CheckList,
    Problems,
    colour_when_ready,
)
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.states import DOUBTS, FAILS, HOLDS, TableStates
from xlreport.sheets.statutory import footer_text


def draw_check_sheet(
    page: Page,
    book: UnitBook,
    cells: UnitCells,
    checks: CheckList,
    states: Mapping[str, TableStates],
    problems: Problems,
    ready: Style,
    texts: Texts,
) -> None:
    """Draw the sheet. `states` are those of each table's sheet."""
    lines = CheckLines(page, book, cells, checks, states, texts)
    page.widths(WIDTHS)
    page.merge(0, NUMBER, LINK, texts("check_sheet.title"), TITLE)
    page.row(0, 26)
    page.merge(TOTAL_ROW, NUMBER, SENTENCE, "", ready)
    page.write(TOTAL_ROW, NUMBER, problems.status_formula(texts), ready.but(align="left"))
    page.write(TOTAL_ROW, ADVICE, texts("check_sheet.problems"), LABEL)
    page.merge(LEGEND_ROW, NUMBER, LINK, texts("check_sheet.legend"), SMALL)
    labels = ("number", "rule", "condition", "result", "advice", "cell")
    for column, key in enumerate(labels):
        page.write(LABELS_ROW, column, texts(f"check_sheet.{key}"), HEADER)
    last = lines.draw()
    page.write(
        TOTAL_ROW, RESULT, Formula(lines.total_formula(), Decimal(problems.count)), LABEL.but(align="center", size=14)
    )
    colour_when_ready(page, (TOTAL_ROW, NUMBER, TOTAL_ROW, SENTENCE), texts)
    results = (LABELS_ROW + 1, RESULT, last, RESULT)
    page.conditional(results, _equals(FAILS), Style(bold=True, colour=ERROR_FONT, fill=ERROR_FILL))
    page.conditional(results, _equals(DOUBTS), Style(bold=True, colour=WARNING_FONT, fill=WARNING_FILL))
    page.conditional(results, _equals(HOLDS), Style(bold=True, colour=GOOD_FONT))
    page.freeze(LABELS_ROW + 1, 0)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(LABELS_ROW, LABELS_ROW), last_row=last, last_column=LINK, footer=footer_text(book.unit_name)
    )


def _equals(text: str) -> dict[str, object]:
    return {"type": "cell", "criteria": "==", "value": f'"{text}"'}
