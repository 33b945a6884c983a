"""The plan of the check sheet: which line says what, and how other sheets refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlreport.aggregation import Value, count_of, number_of
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, BoundRule
from xlreport.grid.styles import GOOD_FONT, Style
from xlreport.grid.writing import Formula, Page
from xlreport.language import Texts
from xlreport.refs import absolute, on_sheet
from xlreport.rules import evaluate
from xlreport.sheets.entries import Place, Shown
from xlreport.sheets.states import DOUBTS, FAILS, HOLDS, Mark, State

#: Columns of the list; from `COUNT` on they are hidden: a line's number of problems (or a rule's plain result),
#: the first row with one (or a rule's message), and the conditions that codes are where they were.
NUMBER, RULE, SENTENCE, RESULT, ADVICE, LINK, COUNT, FIRST, GROUPS = range(9)
TOTAL_ROW, LEGEND_ROW, LABELS_ROW = 2, 3, 4
#: For each table: are its cells filled, are they right, and are its rows and columns where they were?
LINES_OF_A_TABLE = 3
#: More rules than these on one cell would make the formula of its state too long; the list has them all.
_MOST_MARKS = 100
#: Of each rule of a form whether it holds; None where a figure is missing.
Holds = Sequence[bool | None]


@dataclass(frozen=True, slots=True)
class Problems:
    """The number of problems that keep a workbook from being ready: where it stands, and what is said of it now."""

    reference: str
    shown: Shown

    def status_formula(self, texts: Texts) -> Formula:
        """The line that says whether the workbook is ready to be sent."""
        ready, before, after = (texts(f"template.{key}") for key in ("ready", "errors_before", "errors_after"))
        return Formula(f'=IF({self.reference}=0,"{ready}","{before}"&{self.reference}&"{after}")', self.shown)


def colour_when_ready(page: Page, area: tuple[int, int, int, int], texts: Texts) -> None:
    """Show the line in green once it says that the workbook is ready."""
    condition: dict[str, object] = {"type": "text", "criteria": "begins with", "value": texts("template.ready")}
    page.conditional(area, condition, Style(bold=True, colour=GOOD_FONT))


@dataclass(frozen=True, slots=True)
class CheckList:
    """Where the lines of the check sheet are."""

    sheet: str
    bound: BoundForm

    def table_row(self, table: int, line: int) -> int:
        """A line about a table."""
        return LABELS_ROW + 1 + LINES_OF_A_TABLE * table + line

    def rule_row(self, rule: int) -> int:
        """The line of a rule."""
        return self.entries_row + 1 + rule

    @property
    def entries_row(self) -> int:
        """The line that says whether anything was filled in at all."""
        return self.table_row(len(self.bound.tables), 0)

    @property
    def total(self) -> str:
        """The cell with the number of problems."""
        return on_sheet(self.sheet, absolute(TOTAL_ROW, RESULT))

    def marks(self, found: Iterable[tuple[DataPoint, Mark]] = ()) -> dict[DataPoint, list[Mark]]:
        """By cell, what was found in it when it came, and the rules that it takes part in."""
        marks: dict[DataPoint, list[Mark]] = {}
        for point, mark in found:
            marks.setdefault(point, []).append(mark)
        for point, numbers in _rules_of_cells(self.bound).items():
            marks.setdefault(point, []).extend(map(self._mark, numbers))
        return marks

    def _mark(self, number: int) -> Mark:
        fails, state = failure(self.bound.rules[number])
        cell = on_sheet(self.sheet, absolute(self.rule_row(number), RESULT))
        return Mark(f'{cell}="{fails}"', state)


def _rules_of_cells(bound: BoundForm) -> dict[DataPoint, list[int]]:
    """By cell, the numbers of the rules that mark it."""
    found: dict[DataPoint, list[int]] = {}
    for number, rule in enumerate(bound.rules):
        for point in dict.fromkeys(rule.points):
            found.setdefault(point, []).append(number)
    return {point: numbers[:_MOST_MARKS] for point, numbers in found.items()}


def cells_place(table: str, state: State, column: int) -> Place:
    """Where among a workbook's contents it is found what the line about a table's cells of a state says."""
    return f"cells {table} {state} {column}"


def entries_place(column: int) -> Place:
    """Where it is found what the line about the whole report says."""
    return f"entries {column}"


def rule_place(number: int, column: int) -> Place:
    """Where it is found what the line of a rule says."""
    return f"rule {number} {column}"


def failure(rule: BoundRule) -> tuple[str, State]:
    """The sign of a rule that does not hold, and what that makes of its cells."""
    return (FAILS, State.BROKEN) if rule.rule.severity == "error" else (DOUBTS, State.DOUBTFUL)


def rules_hold(bound: BoundForm, values: Mapping[DataPoint, Value]) -> Holds:
    """Whether each rule holds with these values."""
    return [_holds(bound, rule, values) for rule in bound.rules]


def _holds(bound: BoundForm, rule: BoundRule, values: Mapping[DataPoint, Value]) -> bool | None:
    result = evaluate(rule.node, number_of(values), bound.precision, rule.months, count_of(values))
    return result if isinstance(result, bool) else None


def said_to_hold(bound: BoundForm, contents: Mapping[Place, Shown]) -> Holds:
    """The rules that the check sheet says to hold."""
    return [contents[rule_place(number, RESULT)] == HOLDS for number in range(len(bound.rules))]


def marked_now(bound: BoundForm, holds: Holds) -> dict[DataPoint, State]:
    """What the rules make of their cells: of those that do not hold the worst."""
    failing = {
        point: [failure(bound.rules[number])[1] for number in numbers if holds[number] is False]
        for point, numbers in _rules_of_cells(bound).items()
    }
    return {point: min(states, default=State.RIGHT) for point, states in failing.items()}


def violations(bound: BoundForm, holds: Holds) -> int:
    """How many rules of severity error do not hold."""
    return sum(found is False and rule.rule.severity == "error" for rule, found in zip(bound.rules, holds, strict=True))


def total_contents(count: int, texts: Texts) -> dict[Place, Shown]:
    """The number of problems, and the status line."""
    before, after = texts("template.errors_before"), texts("template.errors_after")
    ready = f"{before}{count}{after}" if count else texts("template.ready")
    return {"problems": Decimal(count), "ready": ready}
