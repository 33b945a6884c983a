"""Any form × any values → template → filled → facts gives the values back, whatever was moved on the way."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Filled, filled_books
from workbooks import (
    RIGHT_ENTRIES,
    Meaning,
    checked,
    edited,
    meanings,
    moved,
    places,
    seen,
    standard_book,
    unmerge_all,
    with_sheets,
)

from xlreport.aggregation import Status
from xlreport.datapoints import DataPoint
from xlreport.findings import Location
from xlreport.forms.model import Indicator, Measure, MeasureRole
from xlreport.forms.roles import CellRole, cells
from xlreport.grid.cells import Sheet, Workbook
from xlreport.grid.read import read_workbook
from xlreport.intake.facts import FactRow, read_facts
from xlreport.intake.facts import Source as FileSource
from xlreport.intake.identify import Definitions, identify
from xlreport.layout.identity import marked_sheets
from xlreport.layout.table import FIRST_ROW, TableLayout, plan_table
from xlreport.refs import a1, parse_a1
from xlreport.sheets.unit_workbook import unit_workbook

# --- any form × any values -----------------------------------------------------------------------------


@given(filled_books())
def test_what_was_typed_comes_back(tmp_path_factory: pytest.TempPathFactory, filled: Filled) -> None:
    file = checked(unit_workbook(filled.book), tmp_path_factory.getbasetemp())
    assert meanings(file.facts) == expected_meanings(filled)
    assert qualifiers(file.facts) == expected_qualifiers(filled)
    assert {(item.code, point_of_finding(item.location)) for item in file.findings if item.is_error} == (
        expected_errors(filled)
    )
    assert {item.code for item in file.findings} <= {"XR301", "XR302", "XR303", "XR401"}
    assert file.outcome == ("rejected" if expected_errors(filled) else "accepted")
    assert file.identity is not None
    assert (file.identity.unit, file.identity.version) == (filled.book.unit, filled.book.bound.form.version)


@given(filled_books(), st.data())
def test_what_was_typed_comes_back_after_rows_and_columns_were_moved(filled: Filled, data: st.DataObject) -> None:
    workbook = read_workbook(unit_workbook(filled.book), "x.xlsx").workbook
    assert workbook is not None
    titles = {sheet.sheet.name: sheet.table for sheet in marked_sheets(workbook)}
    layouts = {table.table: plan_table(table) for table in filled.book.bound.form.tables}
    orders = {
        name: (data.draw(shuffled_rows(layouts[table])), data.draw(widened(layouts[table].last_column + 4)))
        for name, table in titles.items()
    }
    names = {sheet.name: f"Trang {number}" for number, sheet in enumerate(reversed(workbook.sheets))}

    def change(sheet: Sheet) -> Sheet:
        rows, columns = orders.get(sheet.name, (range(len(sheet.rows)), range(20)))
        return replace(moved(sheet, [*rows], [*columns]), name=names[sheet.name], hidden=True)

    after = with_sheets(workbook, change)
    facts = facts_of(replace(after, sheets=after.sheets[::-1]))
    assert meanings(facts) == expected_meanings(filled)
    assert qualifiers(facts) == expected_qualifiers(filled)
    before = facts_of(workbook)
    assert places(facts) == {
        point: (names[sheet], moved_cell(cell, *orders[sheet])) for point, (sheet, cell) in places(before).items()
    }


def moved_cell(cell: str | None, rows: Sequence[int | None], columns: Sequence[int | None]) -> str:
    row, column = parse_a1(cell or "")
    return a1(rows.index(row), columns.index(column))


def facts_of(workbook: Workbook) -> tuple[FactRow, ...]:
    identified, problems = identify(workbook, Definitions(), "x.xlsx")
    assert identified is not None, problems
    facts, _, findings = read_facts(identified, FileSource("x.xlsx", "0"))
    assert [item.code for item in findings] == []
    return facts


@st.composite
def shuffled_rows(draw: st.DrawFn, layout: TableLayout) -> list[int | None]:
    """Rows of the table in any order, with blank ones anywhere on the sheet."""
    table = draw(st.permutations(range(FIRST_ROW, layout.last_row + 1)))
    rows: list[int | None] = [*range(FIRST_ROW), *table, *range(layout.last_row + 1, layout.signature_row + 6)]
    return draw(with_gaps(rows))


def widened(last: int) -> st.SearchStrategy[list[int | None]]:
    return with_gaps([*range(last + 1)])


@st.composite
def with_gaps(draw: st.DrawFn, lines: list[int | None]) -> list[int | None]:
    for _ in range(draw(st.integers(0, 3))):
        lines.insert(draw(st.integers(0, len(lines))), None)
    return lines


def expected_meanings(filled: Filled) -> dict[DataPoint, Meaning]:
    found: dict[DataPoint, Meaning] = {}
    for point, _, measure in inputs(filled):
        typed = filled.typed.get(point)
        if typed is None:
            if measure.role is MeasureRole.FIGURE:
                found[point] = (None, None, Status.MISSING.value)
            continue
        status = filled.book.statuses[point.table] if typed.status is Status.NORMAL else typed.status
        is_current = measure.measure in ("actual", "cumulative")
        found[point] = (typed.value, typed.text, (status if is_current else typed.status).value)
    return found


def expected_errors(filled: Filled) -> set[tuple[str, DataPoint]]:
    """Required blanks and figures out of bounds: all that is wrong with an honest filling."""
    found = set()
    for point, indicator, measure in inputs(filled):
        typed = filled.typed.get(point)
        if measure.role is not MeasureRole.FIGURE:
            continue
        if typed is None and indicator.required and measure.is_required:
            found.add(("XR301", point))
        if typed is not None and typed.value is not None:
            if indicator.minimum is not None and typed.value < indicator.minimum:
                found.add(("XR302", point))
            if indicator.maximum is not None and typed.value > indicator.maximum:
                found.add(("XR303", point))
    return found


def inputs(filled: Filled) -> list[tuple[DataPoint, Indicator, Measure]]:
    """Every cell that makes a fact of its own."""
    return [
        (point, indicator, measure)
        for point, _, indicator, measure, role in cells(filled.book.bound.form, filled.book.bound.period)
        if role is CellRole.INPUT and measure.role is not MeasureRole.QUALIFIER
    ]


def qualifiers(facts: Sequence[FactRow]) -> dict[DataPoint, str]:
    return {
        DataPoint(row.table, row.indicator, row.measure): row.qualifier for row in facts if row.qualifier is not None
    }


def expected_qualifiers(filled: Filled) -> dict[DataPoint, str]:
    """A qualifier stands for the row; it qualifies the figures of the period where there are any."""
    return {
        point: qualifier
        for point, _, measure in inputs(filled)
        if measure.measure in ("actual", "cumulative")
        if (qualifier := filled.qualifiers.get(point._replace(measure="qualifier"))) is not None
        if (typed := filled.typed.get(point)) is not None and typed.value is not None
    }


def point_of_finding(location: Location) -> DataPoint:
    return DataPoint(location.table or "", location.indicator or "", location.measure or "")
