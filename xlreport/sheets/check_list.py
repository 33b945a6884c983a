"""The plan of the check sheet: which line says what, and how other sheets refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlreport.aggregation import Value, count_of, number_of
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundRule
from xlreport.grid.styles import GOOD_FONT, Style
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.refs import absolute, on_sheet
from xlreport.rules import evaluate
from xlreport.sheets.states import DOUBTS, FAILS, Mark, Marks, State

#: Columns of the list; from `COUNT` on they are hidden: a line's number of problems (or a rule's plain result),
#: the first row with one (or a rule's message), and the conditions that codes are where they were.
NUMBER, RULE, SENTENCE, RESULT, ADVICE, LINK, COUNT, FIRST, GROUPS = range(9)
TOTAL_ROW, LEGEND_ROW, LABELS_ROW = 2, 3, 4
#: For each table: are its cells filled, are they right, and are its rows and columns where they were?
LINES_OF_A_TABLE = 3


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


@dataclass(frozen=True, slots=True)
class CheckList:
    """Where the lines of the check sheet are, and what its rules say of the workbook as it is written."""

    sheet: str
    bound: BoundForm
    #: In the order of the form's rules; None where a figure is missing.
    holds: tuple[bool | None, ...]

    def table_row(self, table: int, line: int) -> int:
        """A line about a table."""
        return LABELS_ROW + 1 + LINES_OF_A_TABLE * table + line

    def rule_row(self, rule: int) -> int:
        """The line of a rule."""
        return self.table_row(len(self.bound.tables), rule)

    @property
    def total(self) -> str:
        """The cell with the number of problems."""
        return on_sheet(self.sheet, absolute(TOTAL_ROW, RESULT))

    @property
    def violations(self) -> int:
        """How many rules of severity error do not hold."""
        return sum(
            holds is False and rule.rule.severity == "error"
            for rule, holds in zip(self.bound.rules, self.holds, strict=True)
        )

    def marks(self, found: Iterable[tuple[DataPoint, Mark]] = ()) -> Marks:
        """By cell, what was found in it when it came, and the rules that it takes part in."""
        marks: dict[DataPoint, list[Mark]] = {}
        for point, mark in found:
            marks.setdefault(point, []).append(mark)
        for number, (rule, holds) in enumerate(zip(self.bound.rules, self.holds, strict=True)):
            fails, state = failure(rule)
            cell = on_sheet(self.sheet, absolute(self.rule_row(number), RESULT))
            for point in dict.fromkeys(rule.points):
                marks.setdefault(point, []).append(Mark(f'{cell}="{fails}"', state, holds is False))
        return marks


def failure(rule: BoundRule) -> tuple[str, State]:
    """The sign of a rule that does not hold, and what that makes of its cells."""
    return (FAILS, State.BROKEN) if rule.rule.severity == "error" else (DOUBTS, State.DOUBTFUL)


def plan_check_list(sheet: str, bound: BoundForm, values: Mapping[DataPoint, Value]) -> CheckList:
    """The list of a form, for a workbook with these values."""
    return CheckList(sheet, bound, tuple(_holds(bound, rule, values) for rule in bound.rules))


def _holds(bound: BoundForm, rule: BoundRule, values: Mapping[DataPoint, Value]) -> bool | None:
    result = evaluate(rule.node, number_of(values), bound.precision, rule.months, count_of(values))
    return result if isinstance(result, bool) else None
