"""Any form × any values → template → filled → facts gives the values back, whatever was moved on the way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from clerks import Filled, filled_books
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import (
    RIGHT_ENTRIES,
    Meaning,
    checked,
    edited,
    meanings,
    moved,
    parts,
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
from xlreport.forms.roles import CellRole
from xlreport.grid.cells import Sheet, Workbook
from xlreport.grid.read import read_workbook
from xlreport.intake.facts import FactRow, read_facts
from xlreport.intake.facts import Source as FileSource
from xlreport.intake.identify import Definitions, identify
from xlreport.layout.identity import marked_sheets
from xlreport.layout.table import FIRST_ROW, TableLayout, plan_table
from xlreport.refs import a1, parse_a1
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile

CELL_ERRORS = ("XR214", "XR215", "XR301", "XR302", "XR303")
CELL_NOTES = ("XR216", "XR217", "XR218")

# --- any form × any values -----------------------------------------------------------------------------


@given(filled_books())
def test_what_was_typed_comes_back(tmp_path_factory: pytest.TempPathFactory, filled: Filled) -> None:
    file = checked(unit_workbook(filled.book), tmp_path_factory.getbasetemp())
    assert file.outcome != "refused", file.findings
    assert meanings(file.facts) == expected_meanings(filled)
    assert qualifiers(file.facts) == expected_qualifiers(filled)
    assert {(item.code, point_of_finding(item.location)) for item in file.findings if item.is_error} == (
        expected_errors(filled)
    )
    assert {item.code for item in file.findings} <= {*CELL_ERRORS, *CELL_NOTES, "XR401", "XR608"}
    assert {(item.code, point_of_finding(item.location)) for item in file.findings if item.code in CELL_NOTES} == {
        (typed.finding, point) for point, typed in filled.typed.items() if typed.finding in CELL_NOTES
    }
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
        changed = moved(sheet, *orders[sheet.name]) if sheet.name in orders else sheet
        return replace(changed, name=names[sheet.name], hidden=True)

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
    found = identify(workbook, Definitions(), "x.xlsx")
    assert found.identified is not None, found.findings
    facts, _, findings = read_facts(found.identified, FileSource("x.xlsx", "0"))
    assert {item.code for item in findings} <= {"XR214", "XR215", *CELL_NOTES}
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
        of_row = filled.statuses.get(point._replace(measure="status"), filled.book.statuses[point.table])
        status = of_row if typed.status is Status.NORMAL else typed.status
        is_current = measure.measure in ("actual", "cumulative")
        found[point] = (typed.value, typed.text, (status if is_current else typed.status).value)
    return found


def expected_errors(filled: Filled) -> set[tuple[str, DataPoint]]:
    """Required blanks, figures out of bounds, days that are none, nothing at all: all that honest people do wrong."""
    found: set[tuple[str, DataPoint]] = set()
    for point, indicator, measure in inputs(filled):
        typed = filled.typed.get(point)
        if measure.role is not MeasureRole.FIGURE:
            continue
        if typed is None and indicator.required and measure.is_required:
            found.add(("XR301", point))
        if typed is not None and typed.finding in CELL_ERRORS:
            found.add((typed.finding, point))
        if typed is not None and typed.value is not None:
            if indicator.minimum is not None and typed.value < indicator.minimum:
                found.add(("XR302", point))
            if indicator.maximum is not None and typed.value > indicator.maximum:
                found.add(("XR303", point))
    asked = filled.book.asked
    if asked and not found and asked.isdisjoint(filled.typed):
        # A report that says nothing is none, whatever may stay blank in it.
        return {("XR608", DataPoint("", "", ""))}
    return found


def inputs(filled: Filled) -> list[tuple[DataPoint, Indicator, Measure]]:
    """Every cell that makes a fact of its own."""
    return [
        (point, indicator, measure)
        for point, _, indicator, measure, role in filled.book.bound.cells
        if role is CellRole.INPUT and measure.role not in (MeasureRole.QUALIFIER, MeasureRole.STATUS)
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


# --- the same by hand: one form, one change -------------------------------------------------------------

FILLED = unit_workbook(standard_book(RIGHT_ENTRIES))
BUSINESS, PARTY = "01a-CUM-Q", "01b-CUM-Q"


def filled_sheets() -> Workbook:
    workbook = read_workbook(FILLED, "x.xlsx").workbook
    assert workbook is not None
    return workbook


def after(edit: Callable[[openpyxl.Workbook], None], folder: Path) -> CheckedFile:
    """The check of the workbook after an edit, which protection must not have undone."""
    data = edited(FILLED, edit)
    assert parts(data) != parts(edited(FILLED, lambda _: None)), "nothing was changed"
    return checked(data, folder)


def test_a_right_workbook_is_accepted_without_a_word(tmp_path: Path) -> None:
    file = checked(FILLED, tmp_path)
    assert (file.outcome, seen(file.findings), file.status) == ("accepted", [], Status.ESTIMATED)
    assert meanings(file.facts)[DataPoint("sxkd", "01", "actual")] == (Decimal("299.99"), None, "E")
    assert meanings(file.facts)[DataPoint("sxkd", "06", "actual")] == (Decimal(0), None, "E")
    assert meanings(file.facts)[DataPoint("xdd", "15", "actual")] == (None, None, "M")
    assert meanings(file.facts)[DataPoint("xdd", "07", "actual")] == (None, "kieu-mau", "A")


def test_a_script_that_drops_stored_values_is_no_fault_of_the_clerk(tmp_path: Path) -> None:
    """Computed cells are not read, so that a formula without a value is nobody's mistake."""

    def touch(workbook: openpyxl.Workbook) -> None:
        workbook[BUSINESS]["C11"] = "đã xem"

    file = after(touch, tmp_path)
    (unstored,) = [sheet.unstored for sheet in filled_sheets_of(edited(FILLED, touch)) if sheet.name == BUSINESS]
    assert unstored
    assert seen(file.findings) == []
    assert meanings(file.facts) == meanings(checked(FILLED, tmp_path).facts)


def filled_sheets_of(data: bytes) -> tuple[Sheet, ...]:
    workbook = read_workbook(data, "x.xlsx").workbook
    assert workbook is not None
    return workbook.sheets


def test_inserted_rows_move_the_cells_and_nothing_else(tmp_path: Path) -> None:
    def insert(workbook: openpyxl.Workbook) -> None:
        for sheet in (workbook[BUSINESS], workbook[PARTY]):
            unmerge_all(sheet)
            sheet.insert_rows(14, 2)
            sheet.insert_rows(3)
            sheet["G3"] = "Ghi thêm"

    before, file = checked(FILLED, tmp_path), after(insert, tmp_path)
    assert seen(file.findings) == []
    assert meanings(file.facts) == meanings(before.facts)
    assert place_of(before.facts, "01") == (BUSINESS, "G12")
    assert place_of(file.facts, "01") == (BUSINESS, "G13")
    assert place_of(before.facts, "03") == (BUSINESS, "G14")
    assert place_of(file.facts, "03") == (BUSINESS, "G17")


def test_inserted_columns_move_the_cells_and_nothing_else(tmp_path: Path) -> None:
    def insert(workbook: openpyxl.Workbook) -> None:
        unmerge_all(workbook[BUSINESS])
        workbook[BUSINESS].insert_cols(7)
        workbook[BUSINESS].insert_cols(3, 2)
        workbook[BUSINESS]["C11"] = "Phòng phụ trách"
        # This library leaves hidden columns where they were, as no spreadsheet program does.
        for column in workbook[BUSINESS].column_dimensions.values():
            column.hidden = False

    before, file = checked(FILLED, tmp_path), after(insert, tmp_path)
    assert seen(file.findings) == []
    assert meanings(file.facts) == meanings(before.facts)
    assert qualifiers(file.facts) == qualifiers(before.facts) != {}
    assert file.status is Status.ESTIMATED
    assert place_of(file.facts, "01") == (BUSINESS, "J12")


def test_a_mistake_in_a_shifted_sheet_is_quoted_where_it_is_now(tmp_path: Path) -> None:
    def insert(workbook: openpyxl.Workbook) -> None:
        sheet = workbook[BUSINESS]
        unmerge_all(sheet)
        sheet["G13"] = "mười hai tỷ"
        sheet["G15"] = None
        sheet.insert_rows(12, 5)
        sheet.insert_cols(1)

    assert seen(after(insert, tmp_path).findings) == [("XR201", BUSINESS, "H18"), ("XR301", BUSINESS, "H20")]


def place_of(facts: Sequence[FactRow], code: str, measure: str = "actual") -> tuple[str, str | None]:
    return places(facts)[DataPoint("sxkd", code, measure)]


def copy_row(sheet: Worksheet, source: int, target: int) -> None:
    for column in range(1, sheet.max_column + 1):
        original, copy = sheet.cell(source, column), sheet.cell(target, column)
        copy.value = original.value
        copy.data_type = original.data_type  # a text that begins with "=" stays a text


def delete_row(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[PARTY])
    workbook[PARTY].delete_rows(18)  # indicator 07


def delete_computed_row(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].delete_rows(16)  # indicator 05, computed


def repeat_row(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].insert_rows(14)
    copy_row(workbook[BUSINESS], 13, 14)


def add_row_without_code(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].insert_rows(14)
    workbook[BUSINESS]["C14"] = "Trong đó: thuế"
    workbook[BUSINESS]["G14"] = 5.5


def add_row_with_a_code_of_its_own(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].insert_rows(14)
    workbook[BUSINESS]["D14"] = "02b"
    workbook[BUSINESS]["G14"] = 5.5


def delete_column(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].delete_cols(7)


def delete_computed_columns(workbook: openpyxl.Workbook) -> None:
    unmerge_all(workbook[BUSINESS])
    workbook[BUSINESS].delete_cols(11, 2)


def delete_sheet(workbook: openpyxl.Workbook) -> None:
    del workbook[PARTY]


def copy_sheet(workbook: openpyxl.Workbook) -> None:
    workbook.copy_worksheet(workbook[PARTY]).title = "Bản sao"


def rename_sheets(workbook: openpyxl.Workbook) -> None:
    for number, sheet in enumerate(workbook.worksheets):
        sheet.title = f"Sheet{number}"


def hide_and_reorder_sheets(workbook: openpyxl.Workbook) -> None:
    workbook.move_sheet(PARTY, -2)
    workbook[PARTY].sheet_state = "hidden"
    workbook.create_sheet("Bảng tính riêng", 0)["D12"] = 12345


def paste_sheet_of_another_unit(workbook: openpyxl.Workbook) -> None:
    workbook[PARTY]["A1"] = workbook[PARTY]["A1"].value.replace("C7-01", "C7-02")


def turn_codes_into_numbers(workbook: openpyxl.Workbook) -> None:
    for sheet in (workbook[BUSINESS], workbook[PARTY]):
        for row in range(12, sheet.max_row + 1):
            code = sheet.cell(row, 4)
            code.value = int(code.value) if code.value else None


def sort_rows(workbook: openpyxl.Workbook) -> None:
    for sheet, last in ((workbook[BUSINESS], 17), (workbook[PARTY], 27)):
        spare = sheet.max_row + 10
        for row in range(12, last + 1):
            copy_row(sheet, row, spare + row)
        for row in range(12, last + 1):
            copy_row(sheet, spare + row, 12 + last - row)
        sheet.delete_rows(spare, last + 1)


def hide_row(workbook: openpyxl.Workbook) -> None:
    workbook[BUSINESS].row_dimensions[13].hidden = True


def merge_inputs(workbook: openpyxl.Workbook) -> None:
    workbook[BUSINESS].merge_cells("G13:G14")


CHANGES: Mapping[str, tuple[Callable[[openpyxl.Workbook], None], list[tuple[str, str | None, str | None]]]] = {
    "row deleted": (delete_row, [("XR112", PARTY, None)]),
    "computed row deleted, with its note": (delete_computed_row, [("XR112", BUSINESS, None)]),
    "row repeated": (repeat_row, [("XR113", BUSINESS, "D13")]),
    "row without code": (add_row_without_code, [("XR115", BUSINESS, "G14")]),
    "row with an unknown code": (add_row_with_a_code_of_its_own, [("XR117", BUSINESS, "D14")]),
    "column deleted": (delete_column, [("XR114", BUSINESS, None)]),
    "computed columns deleted": (delete_computed_columns, []),
    "sheet deleted": (delete_sheet, [("XR111", None, None)]),
    "sheet copied": (copy_sheet, [("XR122", PARTY, None)]),
    "sheets renamed": (rename_sheets, [("XR226", "Sheet1", None), ("XR226", "Sheet2", None)]),
    "sheets hidden, moved, added": (
        hide_and_reorder_sheets,
        [("XR225", PARTY, None), ("XR227", "Bảng tính riêng", "D12")],
    ),
    "sheet of another unit": (paste_sheet_of_another_unit, [("XR118", PARTY, None)]),
    "codes turned into numbers": (turn_codes_into_numbers, []),
    "rows sorted": (sort_rows, []),
    "row hidden": (hide_row, [("XR213", BUSINESS, "A13")]),
    "inputs merged": (merge_inputs, [("XR212", BUSINESS, "G13"), ("XR212", BUSINESS, "G14")]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_where_it_is_or_does_no_harm(change: str, tmp_path: Path) -> None:
    edit, expected = CHANGES[change]
    file = after(edit, tmp_path)
    assert seen(file.findings) == expected
    if file.outcome == "accepted":
        assert meanings(file.facts) == meanings(checked(FILLED, tmp_path).facts)


def test_figures_in_lost_rows_and_columns_are_unreadable_and_not_blank(tmp_path: Path) -> None:
    lost = meanings(after(delete_column, tmp_path).facts)
    assert {lost[DataPoint("sxkd", code, "actual")] for code in ("01", "02", "03", "04", "06")} == {(None, None, "U")}
    assert lost[DataPoint("sxkd", "01", "plan")] == (Decimal(1200), None, "A")
    lost = meanings(after(repeat_row, tmp_path).facts)
    assert lost[DataPoint("sxkd", "02", "actual")] == (None, None, "U")
    assert lost[DataPoint("sxkd", "01", "actual")] == (Decimal("299.99"), None, "E")


# --- through another program ----------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_saved_by_libreoffice_it_says_the_same(ending: str, tmp_path: Path) -> None:
    (tmp_path / "C7-01.xlsx").write_bytes(FILLED)
    profile, results = tmp_path / "profile", tmp_path / "results"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to"]
    command += [ending, "--outdir", str(results), str(tmp_path / "C7-01.xlsx")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    converted = results / f"C7-01.{ending}"
    assert converted.exists(), run.stdout + run.stderr
    assert converted.read_bytes() != FILLED
    file = checked(converted.read_bytes(), tmp_path, f"lai.{ending}")
    assert [item.code for item in file.findings] == (["XR121"] if ending == "xls" else [])
    before = checked(FILLED, tmp_path)
    assert meanings(file.facts) == meanings(before.facts)
    assert qualifiers(file.facts) == qualifiers(before.facts)
    assert places(file.facts) == places(before.facts)
    assert (file.identity, file.status) == (before.identity, before.status)
