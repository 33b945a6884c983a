"""Marks at the cells of a returned workbook that want a look.

A mark stands while its cell holds what was sent, or while its rule does not hold: the clerk sees it go. Whether
it stands is computed in a hidden cell in the same row, to which the look of the marked cell, the pointer beside
the table and the list on the first sheet refer. Marks of wrong values are part of their cells' states (`states`),
which are counted; and they stand as long as their cells are wrong in any way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.findings import Finding
from xlreport.forms.model import MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.layout.table import TableLayout
from xlreport.numbers import plain
from xlreport.refs import Cell, a1, absolute, on_sheet
from xlreport.sheets.check_list import RESULT, CheckList, Holds
from xlreport.sheets.entries import Entry, UnitBook
from xlreport.sheets.states import DOUBTS, FAILS, HOLDS, Mark, State

#: A text in a formula has at most 255 characters.
_LONGEST_LITERAL = 255
#: What building the workbook anew has mended, whatever the clerk does next.
_MENDED = frozenset({"XR111", "XR115", "XR117", "XR122", "XR212", "XR213"})
#: Rows, columns and cells that came back empty because what stood in them could not be told.
_LOST = frozenset({"XR112", "XR113", "XR114", "XR124"})
_RULE = "XR401"


@dataclass(frozen=True, slots=True)
class CellMark:
    """A marked cell. `finding` is None for a cell that an older version did not ask for."""

    finding: Finding | None
    #: Without an indicator it is the table's status cell.
    point: DataPoint
    cell: Cell
    #: The hidden cell that is 1 while the mark stands.
    helper: Cell
    #: When it stands, as a formula without its equals sign; None for a mark that stays.
    condition: str | None
    stands: bool
    #: The hidden cell with the state of the marked one.
    state: Cell

    @property
    def is_error(self) -> bool:
        """Whether it is to be mended before the workbook can be taken in."""
        return self.finding is not None and self.finding.is_error

    @property
    def is_wrong_value(self) -> bool:
        """Whether what stands in the cell, and nothing else, is to be mended."""
        return self.is_error and self.condition is not None and self.code.startswith(("XR2", "XR3"))

    @property
    def helper_formula(self) -> str | None:
        """What the hidden cell computes; None for a mark that stays."""
        if self.condition is None:
            return None
        state = a1(*self.state)
        wrong = f",{state}={State.BLANK},{state}={State.WRONG}" if self.is_wrong_value else ""
        return f"=IF(OR({self.condition}{wrong}),1,0)"

    @property
    def code(self) -> str:
        """The finding's code; "" for a cell that an older version did not ask for."""
        return self.finding.code if self.finding is not None else ""


def plan_marks(
    book: UnitBook, layouts: Mapping[str, TableLayout], checks: CheckList, holds: Holds
) -> dict[str, list[CellMark]]:
    """The marks of each table's sheet, none in a workbook that is issued. `holds` says which rules do now."""
    marks: dict[str, list[CellMark]] = {table.table: [] for table in book.bound.tables}
    taken: dict[tuple[str, int], int] = {}
    rules = _rule_results(checks, holds)
    for item, point in _wanted(book):
        if point.table not in marks:
            continue
        layout = layouts[point.table]
        cell = layout.cell(point.indicator, point.measure) if point.indicator else layout.status_cell
        state = layout.state(point.indicator, point.measure) if point.indicator else layout.status_state
        place = taken.setdefault((point.table, cell.row), layout.entry_column + 1)
        taken[point.table, cell.row] += 1
        entry = book.entry(point) if point.indicator else book.status_text(point.table)
        condition, stands = _condition(item, a1(*cell), entry, rules)
        marks[point.table].append(CellMark(item, point, cell, Cell(cell.row, place), condition, stands, state))
    return marks


def wrong_values(marks: Mapping[str, Sequence[CellMark]]) -> Iterator[tuple[DataPoint, Mark]]:
    """What the marks of wrong values make of the states of their cells, such as of a day that was to be words."""
    for own in marks.values():
        for mark in own:
            if mark.is_wrong_value and mark.condition is not None:
                yield mark.point, Mark(mark.condition, State.WRONG)


def _rule_results(checks: CheckList, holds: Holds) -> dict[str, list[tuple[str, bool | None]]]:
    """Where the check sheet says whether a rule holds, and whether it does now; in each column that it is held in."""
    results: dict[str, list[tuple[str, bool | None]]] = {}
    for number, (bound, found) in enumerate(zip(checks.bound.rules, holds, strict=True)):
        cell = on_sheet(checks.sheet, absolute(checks.rule_row(number), RESULT))
        results.setdefault(bound.rule.code, []).append((cell, found))
    return results


def _wanted(book: UnitBook) -> Iterator[tuple[Finding | None, DataPoint]]:
    """Findings with the cells that they are about, and cells that an older version of the form did not ask for."""
    if book.returned is None:
        return
    for item in book.returned.listed():
        point = marked_point(book, item)
        if point is not None:
            yield item, point
    for point in book.returned.added:
        yield None, point


def marked_point(book: UnitBook, item: Finding) -> DataPoint | None:
    """The open cell that a finding is about; without an indicator it is the table's status cell.

    Of a whole row or column it is the first open cell.
    """
    place = item.location
    if place.table is None or item.code in _MENDED - {"XR212"}:
        return None
    if place.indicator is None and place.measure is None:
        return DataPoint(place.table, "", "") if item.code in ("XR124", "XR211") else None
    roles, tables = book.roles, {table.table for table in book.bound.tables} & {place.table}
    return next(
        (
            point
            for point, _, _, measure, _ in book.bound.cells
            if point.table in tables
            and roles[point] is CellRole.INPUT
            and not book.is_locked(point)
            and place.indicator in (None, point.indicator)
            and (measure.role is MeasureRole.FIGURE if place.measure is None else point.measure == place.measure)
        ),
        None,
    )


def _condition(
    item: Finding | None, cell: str, entry: Entry | None, rules: Mapping[str, Sequence[tuple[str, bool | None]]]
) -> tuple[str | None, bool]:
    """When a mark stands, and whether it does at first."""
    if item is None:
        return f'{cell}=""', entry is None or entry == ""
    if item.code == _RULE and (results := rules.get(str(item.params["rule"]), ())):
        same = unchanged(cell, entry)
        failing = [f'{one}="{FAILS}",{one}="{DOUBTS}",AND({one}<>"{HOLDS}",{same})' for one, _ in results]
        return f"OR({','.join(failing)})", any(holds is not True for _, holds in results)
    if item.code in _LOST:
        return f'{cell}=""', entry is None or entry == ""
    if item.code in _MENDED:
        return (f'{cell}=""', True) if entry is None or entry == "" else (None, True)
    return unchanged(cell, entry), True


def unchanged(cell: str, entry: Entry | None) -> str:
    """The condition that a cell holds what was sent."""
    if entry is None or entry == "":
        return f'{cell}=""'
    if isinstance(entry, date):
        return f"AND(ISNUMBER({cell}),N({cell})={serial(entry)})"
    if isinstance(entry, Decimal):
        return f"AND(ISNUMBER({cell}),N({cell})={plain(entry)})"
    if len(entry) > _LONGEST_LITERAL or not entry.isprintable():
        return f'AND({cell}<>"",NOT(ISNUMBER({cell})))'
    quoted = entry.replace('"', '""')
    return f'{cell}="{quoted}"'
