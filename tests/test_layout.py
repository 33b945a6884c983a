"""Finding data points by code: what is doubled, lost or unknown is named, and no figure goes to the wrong place."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import RIGHT_ENTRIES, checked, standard_book

from xlreport.aggregation import Status
from xlreport.findings import hint, message
from xlreport.language import texts
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile

#: Columns of the first table: G is what was achieved in the period, H its qualifier.
ACTUAL, QUALIFIER, STATUS = "G", "H", "E8"


def after(edit: Callable[[Worksheet], None], folder: Path) -> CheckedFile:
    """The standard workbook, filled right, after an edit of its first table."""
    book = openpyxl.load_workbook(io.BytesIO(unit_workbook(standard_book(RIGHT_ENTRIES))))
    sheet = book["01a-CUM-Q"]
    sheet.protection.disable()
    edit(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return checked(buffer.getvalue(), folder)


def codes(file: CheckedFile) -> list[tuple[str, str | None]]:
    return sorted({(item.code, item.location.cell) for item in file.findings if item.is_error}, key=str)


def copy_column(sheet: Worksheet, source: str, target: str, factor: int = 1) -> None:
    for row in (1, *range(10, 18)):
        value = sheet[f"{source}{row}"].value
        sheet[f"{target}{row}"].value = value * factor if isinstance(value, int | float) else value


@pytest.mark.parametrize("target", ["F", "I", "P"])
def test_a_doubled_column_is_an_error_and_neither_counts(target: str, tmp_path: Path) -> None:
    file = after(lambda sheet: copy_column(sheet, ACTUAL, target, 10), tmp_path)
    assert ("XR113", min(f"{ACTUAL}1", f"{target}1")) in codes(file)
    actual = [row for row in file.facts if row.table == "sxkd" and row.measure == "actual"]
    assert {row.status for row in actual} == {Status.UNREADABLE}


def test_figures_in_a_column_without_a_key_are_not_lost_silently(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_cols(9)
        sheet["I13"].value = 77

    assert codes(after(edit, tmp_path)) == [("XR115", "I13")]


def test_an_empty_column_does_no_harm(tmp_path: Path) -> None:
    assert after(lambda sheet: sheet.insert_cols(9), tmp_path).outcome == "accepted"


def test_a_lost_status_cell_is_an_error(tmp_path: Path) -> None:
    assert codes(after(lambda sheet: sheet.delete_rows(8), tmp_path)) == [("XR124", None)]


def test_an_unknown_status_is_an_error_and_not_official(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        assert sheet[STATUS].value == "Ước"
        sheet[STATUS].value = "Uoc tinh"

    assert codes(after(edit, tmp_path)) == [("XR211", STATUS)]


def test_an_unknown_qualifier_is_an_error(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet[f"{QUALIFIER}12"].value = "hơn"

    assert codes(after(edit, tmp_path)) == [("XR211", f"{QUALIFIER}12")]


def test_place_and_date_beneath_the_table_are_no_figures(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["F19"].value = "28/3/2024"

    assert after(edit, tmp_path).outcome == "accepted"


def test_a_figure_beneath_the_table_is_reported(tmp_path: Path) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["G24"].value = 12

    assert codes(after(edit, tmp_path)) == [("XR115", "G24")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_such_finding_can_be_worded(language: str, tmp_path: Path) -> None:
    file = after(lambda sheet: copy_column(sheet, ACTUAL, "P"), tmp_path)
    for item in file.findings:
        assert message(item, texts(language))
        assert hint(item, texts(language))
