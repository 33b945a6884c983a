"""A table as it left the house: its labels, and what stands in the cells that nobody is to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Table
from xlreport.forms.roles import COMPUTED, CellRole
from xlreport.grid.cells import Scalar, Workbook
from xlreport.intake.formulas import Places, places_of
from xlreport.layout.identity import Marked, marked_sheets
from xlreport.layout.table import NAME_COLUMN, UNIT_COLUMN, Heading, TableLayout, plan_table
from xlreport.refs import a1


@dataclass(frozen=True, slots=True)
class IssuedTable:
    """Labels by code and by measure, and contents of locked cells by data point."""

    table: Table
    layout: TableLayout
    sheet: str
    names: Mapping[str, str]
    units: Mapping[str, str]
    headings: Mapping[str, str]
    formulas: Mapping[DataPoint, str]
    #: Closed cells, and constants that the form or the register gives.
    constants: Mapping[DataPoint, Scalar]


@dataclass(frozen=True, slots=True)
class IssuedBook:
    """A workbook as issued in one language. `titles` are what the first cells of its other sheets hold."""

    tables: Mapping[str, IssuedTable]
    places: Places
    titles: Mapping[str, str]


def issued_book(bound: BoundForm, roles: Mapping[DataPoint, CellRole], workbook: Workbook) -> IssuedBook:
    """What a blank workbook with these roles shows, read in the same way as those that come back."""
    marked = {sheet.table: sheet for sheet in marked_sheets(workbook)}
    tables = {table.table: _issued_table(table, roles, bound.roles, marked[table.table]) for table in bound.tables}
    own = {sheet.sheet.name for sheet in marked.values()}
    titles = {
        sheet.name: title
        for sheet in workbook.sheets
        if sheet.name not in own and isinstance(title := sheet.value(0, 0), str)
    }
    return IssuedBook(
        tables, places_of({code: (one.sheet, one.layout, one.layout) for code, one in tables.items()}), titles
    )


def _issued_table(
    table: Table, roles: Mapping[DataPoint, CellRole], own: Mapping[DataPoint, CellRole], marked: Marked
) -> IssuedTable:
    """`own` are the form's roles: what is put over a cumulative figure that a workbook computes is told elsewhere."""
    sheet, layout = marked.sheet, plan_table(table)
    formulas, constants = {}, {}
    for point, role in roles.items():
        if point.table != table.table or own[point] is CellRole.INPUT:
            continue
        cell = layout.cell(point.indicator, point.measure)
        if role in COMPUTED:
            formulas[point] = (sheet.formulas or {}).get(a1(*cell), "")
        else:
            constants[point] = sheet.value(*cell)
    rows = layout.rows.items()
    return IssuedTable(
        table=table,
        layout=layout,
        sheet=sheet.name,
        names={code: _text(sheet.value(row, NAME_COLUMN)) for code, row in rows},
        units={code: _text(sheet.value(row, UNIT_COLUMN)) for code, row in rows},
        headings={measure: _text(sheet.value(Heading.LABELS, column)) for measure, column in layout.columns.items()},
        formulas=formulas,
        constants=constants,
    )


def _text(value: Scalar) -> str:
    return "" if value is None else str(value)
