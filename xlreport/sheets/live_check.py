"""The check sheet of a unit's workbook: every rule with its result while the form is being filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlreport.aggregation import Value, count_of, number_of
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundRule, point_of
from xlreport.forms.wording import rule_sentence
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import (
    BODY,
    ERROR_FILL,
    ERROR_FONT,
    GOOD_FONT,
    HEADER,
    LABEL,
    LINK,
    PLAIN,
    SMALL,
    TITLE,
    WARNING_FILL,
    WARNING_FONT,
    Style,
)
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.refs import absolute, on_sheet
from xlreport.rules import counted, evaluate, references, rule_cell
from xlreport.sheets.addresses import UnitCells
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.marks import RuleResult
from xlreport.sheets.statutory import footer_text

#: Holds; does not hold and keeps the workbook back; does not hold, which is worth a second look.
_HOLDS, _FAILS, _DOUBTFUL = "✓", "✗", "!"
_NUMBER, _RULE, _SENTENCE, _RESULT, _LINK, _WEIGHT = range(6)
_TOTAL_ROW, _LEGEND_ROW, _LABELS_ROW = 2, 3, 4
_WIDTHS = (5.0, 10.0, 76.0, 20.0, 18.0, 3.0)


@dataclass(frozen=True, slots=True)
class Problems:
    """The number of problems that keep a workbook from being ready: where it stands, and its value."""

    reference: str
    count: int

    def status_formula(self, texts: Texts) -> Formula:
        """The line that says whether the workbook is ready to be sent."""
        ready, before, after = (texts(f"template.{key}") for key in ("ready", "errors_before", "errors_after"))
        shown = ready if self.count == 0 else f"{before}{self.count}{after}"
        return Formula(f'=IF({self.reference}=0,"{ready}","{before}"&{self.reference}&"{after}")', shown)


def colour_when_ready(page: Page, area: tuple[int, int, int, int], texts: Texts) -> None:
    """Show the line in green once it says that the workbook is ready."""
    condition: dict[str, object] = {"type": "text", "criteria": "begins with", "value": texts("template.ready")}
    page.conditional(area, condition, Style(bold=True, colour=GOOD_FONT))


def problems_reference(sheet: str) -> str:
    """Where the check sheet keeps the number of problems."""
    return on_sheet(sheet, absolute(_TOTAL_ROW, _RESULT))


def count_problems(book: UnitBook, values: Mapping[DataPoint, Value], wrong_cells: int) -> int:
    """Wrong and blank cells and violated rules of severity error."""
    violated = (bound for bound in book.bound.rules if bound.rule.severity == "error")
    return wrong_cells + sum(rule_holds(book, bound, values) is False for bound in violated)


def rule_holds(book: UnitBook, bound: BoundRule, values: Mapping[DataPoint, Value]) -> bool | None:
    """Whether a rule holds; None if it cannot be evaluated."""
    result = evaluate(bound.node, number_of(values), book.bound.precision, bound.months, count_of(values))
    return result if isinstance(result, bool) else None


def rule_results(book: UnitBook, values: Mapping[DataPoint, Value], sheet: str) -> dict[str, list[RuleResult]]:
    """The results on the check sheet by the codes of rules; a rule may be held against several columns."""
    results: dict[str, list[RuleResult]] = {}
    for row, bound in enumerate(book.bound.rules, _LABELS_ROW + 1 + len(book.bound.tables)):
        result = RuleResult(on_sheet(sheet, absolute(row, _RESULT)), rule_holds(book, bound, values))
        results.setdefault(bound.rule.code, []).append(result)
    return results


def draw_check_sheet(
    page: Page,
    book: UnitBook,
    cells: UnitCells,
    values: Mapping[DataPoint, Value],
    wrong_cells: Sequence[tuple[str, int]],
    texts: Texts,
) -> None:
    """Draw the sheet. `wrong_cells` are, per table, where its problem column stands and its present sum."""
    total = count_problems(book, values, sum(count for _, count in wrong_cells))
    page.widths(_WIDTHS)
    page.column(_WEIGHT, _WEIGHT, 3, hidden=True)
    page.merge(0, _NUMBER, _LINK, texts("check_sheet.title"), TITLE)
    page.write(_TOTAL_ROW, _SENTENCE, texts("check_sheet.problems"), LABEL.but(align="right"))
    page.write(_LEGEND_ROW, _SENTENCE, texts("check_sheet.legend"), SMALL.but(align="right"))
    for column, key in enumerate(("number", "rule", "condition", "result", "cell")):
        page.write(_LABELS_ROW, column, texts(f"check_sheet.{key}"), HEADER)
    row = _LABELS_ROW + 1
    row = _draw_cell_checks(page, row, book, cells, wrong_cells, texts)
    last = _draw_rules(page, row, book, cells, values, texts)
    weights = f"{absolute(_LABELS_ROW + 1, _WEIGHT)}:{absolute(last, _WEIGHT)}"
    page.write(_TOTAL_ROW, _RESULT, Formula(f"=SUM({weights})", Decimal(total)), LABEL.but(align="center", size=14))
    results = (_LABELS_ROW + 1, _RESULT, last, _RESULT)
    page.conditional(results, _equals(_FAILS), Style(bold=True, colour=ERROR_FONT, fill=ERROR_FILL))
    page.conditional(results, _equals(_DOUBTFUL), Style(bold=True, colour=WARNING_FONT, fill=WARNING_FILL))
    page.conditional(results, _equals(_HOLDS), Style(bold=True, colour=GOOD_FONT))
    page.freeze(_LABELS_ROW + 1, 0)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(_LABELS_ROW, _LABELS_ROW), last_row=last, last_column=_LINK, footer=footer_text(book.unit_name)
    )


def _equals(text: str) -> dict[str, object]:
    return {"type": "cell", "criteria": "==", "value": f'"{text}"'}


def _draw_cell_checks(
    page: Page, row: int, book: UnitBook, cells: UnitCells, wrong_cells: Sequence[tuple[str, int]], texts: Texts
) -> int:
    """One line per table: are all required cells filled, and with the right type of value?"""
    for table, (column, count) in zip(book.bound.tables, wrong_cells, strict=True):
        result = Formula(f'=IF(SUM({column})=0,"{_HOLDS}","{_FAILS}")', _FAILS if count else _HOLDS)
        text = texts("check_sheet.cells_complete", table=cells.sheets[table.table])
        target = on_sheet(cells.sheets[table.table], "A1")
        _draw_line(page, row, row - _LABELS_ROW, "", text, result, target, cells.sheets[table.table])
        page.write(row, _WEIGHT, Formula(f"=SUM({column})", Decimal(count)), PLAIN)
        row += 1
    return row


def _draw_rules(
    page: Page, row: int, book: UnitBook, cells: UnitCells, values: Mapping[DataPoint, Value], texts: Texts
) -> int:
    """One line per rule; returns the last row used."""
    unknown = texts("check_sheet.not_enough")
    for bound in book.bound.rules:
        is_error = bound.rule.severity == "error"
        fails = _FAILS if is_error else _DOUBTFUL
        words, nil = (_HOLDS, fails, unknown), book.bound.form.absence.nil
        text = rule_cell(bound.node, cells, book.bound.precision, bound.months, nil, words)
        text = cells.with_days(text, bound.node, unknown)
        holds = rule_holds(book, bound, values)
        shown = unknown if holds is None else _HOLDS if holds else fails
        first = point_of((*references(bound.node), *counted(bound.node))[0])
        sheet, cell = cells.sheets[first.table], cells.layouts[first.table].cell(first.indicator, first.measure)
        sentence = rule_sentence(book.bound.form, bound, texts.language)
        target = on_sheet(sheet, absolute(*cell))
        _draw_line(page, row, row - _LABELS_ROW, bound.rule.code, sentence, Formula(text, shown), target, sheet)
        if is_error:
            counted_here = Formula(f'=IF({absolute(row, _RESULT)}="{_FAILS}",1,0)', Decimal(int(holds is False)))
            page.write(row, _WEIGHT, counted_here, PLAIN)
        row += 1
    return row - 1


def _draw_line(
    page: Page, row: int, number: int, code: str, text: str, result: Formula, target: str, label: str
) -> None:
    page.write(row, _NUMBER, Decimal(number), BODY.but(align="center"))
    page.write(row, _RULE, code, BODY.but(align="center"))
    page.write(row, _SENTENCE, text, BODY)
    page.write(row, _RESULT, result, BODY.but(align="center", bold=True))
    page.link(row, _LINK, target, label, LINK.but(border=True, size=10))
    page.row(row, row_height([(text, _WIDTHS[_SENTENCE]), (label, _WIDTHS[_LINK])]))
