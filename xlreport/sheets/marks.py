"""Marks at the cells of a returned workbook that want a look.

A mark stands while its cell holds what was sent, or while its rule does not hold: the clerk sees it go. Whether
it stands is computed in a hidden cell in the same row, to which the look of the marked cell, the pointer beside
the table and the list on the first sheet refer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.findings import Finding
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.layout.table import TableLayout
from xlreport.numbers import plain
from xlreport.refs import Cell, a1
from xlreport.sheets.entries import Entry
from xlreport.sheets.returned import Returned

#: A text in a formula has at most 255 characters.
_LONGEST_LITERAL = 255
#: What building the workbook anew has mended, whatever the clerk does next.
_MENDED = frozenset({"XR111", "XR115", "XR117", "XR122", "XR212", "XR213"})
#: Rows, columns and cells that came back empty because what stood in them could not be told.
_LOST = frozenset({"XR112", "XR113", "XR114", "XR124"})
_RULE = "XR401"


@dataclass(frozen=True, slots=True)
class Mark:
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

    @property
    def is_error(self) -> bool:
        """Whether it is to be mended before the workbook can be taken in."""
        return self.finding is not None and self.finding.is_error

    @property
    def is_wrong_value(self) -> bool:
        """Whether what stands in the cell, and nothing else, is to be mended."""
        return self.is_error and self.condition is not None and self.code.startswith(("XR2", "XR3"))

    @property
    def code(self) -> str:
        """The finding's code; "" for a cell that an older version did not ask for."""
        return self.finding.code if self.finding is not None else ""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """Where the check sheet shows whether a rule holds, and whether it does now."""

    reference: str
    holds: bool | None


def plan_marks(
    bound: BoundForm,
    returned: Returned,
    entries: Mapping[DataPoint, Entry],
    layouts: Mapping[str, TableLayout],
    rules: Mapping[str, Sequence[RuleResult]],
) -> dict[str, tuple[Mark, ...]]:
    """The marks of each table's sheet. `rules` are the results of a rule in every column that it is held against."""
    marks: dict[str, list[Mark]] = {table.table: [] for table in bound.tables}
    taken: dict[tuple[str, int], int] = {}
    for item, point in [*_of_findings(bound, returned), *((None, point) for point in returned.added)]:
        if point.table not in marks:
            continue
        layout = layouts[point.table]
        cell = layout.status_cell if not point.indicator else layout.cell(point.indicator, point.measure)
        place = taken.setdefault((point.table, cell.row), layout.last_column + 3)
        taken[point.table, cell.row] += 1
        entry = entries.get(point) if point.indicator else returned.statuses.get(point.table)
        condition, stands = _condition(item, a1(*cell), entry, rules)
        marks[point.table].append(Mark(item, point, cell, Cell(cell.row, place), condition, stands))
    return {table: tuple(found) for table, found in marks.items()}


def _of_findings(bound: BoundForm, returned: Returned) -> Iterator[tuple[Finding | None, DataPoint]]:
    for item in returned.listed():
        point = marked_point(bound, item)
        if point is not None:
            yield item, point


def marked_point(bound: BoundForm, item: Finding) -> DataPoint | None:
    """The open cell that a finding is about; without an indicator it is the table's status cell.

    Of a whole row or column it is the first open cell.
    """
    place = item.location
    if place.table is None or item.code in _MENDED - {"XR212"}:
        return None
    if place.indicator is None and place.measure is None:
        return DataPoint(place.table, "", "") if item.code in ("XR124", "XR211") else None
    tables = {table.table for table in bound.tables} & {place.table}
    return next(
        (
            point
            for point, _, _, measure, role in bound.cells
            if role is CellRole.INPUT
            and point.table in tables
            and place.indicator in (None, point.indicator)
            and (measure.role is MeasureRole.FIGURE if place.measure is None else point.measure == place.measure)
        ),
        None,
    )


def _condition(
    item: Finding | None, cell: str, entry: Entry | None, rules: Mapping[str, Sequence[RuleResult]]
) -> tuple[str | None, bool]:
    """When a mark stands, and whether it does at first."""
    if item is None:
        return f'{cell}=""', entry is None or entry == ""
    if item.code == _RULE and (results := rules.get(str(item.params["rule"]), ())):
        same = unchanged(cell, entry)
        failing = [f'{one.reference}="✗",{one.reference}="!",AND({one.reference}<>"✓",{same})' for one in results]
        return f"OR({','.join(failing)})", any(one.holds is not True for one in results)
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
