"""Filled by a real client: LibreOffice Calc opens an issued workbook, is typed into, and saves it in every format."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from office import (
    FORMATS,
    Session,
    column_inserted,
    row_deleted,
    row_inserted,
    sorted_by,
    typed,
    unprotected,
    work,
)
from workbooks import RIGHT_ENTRIES, checked, meanings, places, standard_book

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.grid.cells import Sheet
from xlreport.grid.read import read_workbook
from xlreport.layout.table import CODE_COLUMN, plan_table
from xlreport.refs import Cell
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile

BLANK = standard_book()
TABLES = {table.table: table for table in BLANK.bound.tables}
LAYOUTS = {code: plan_table(table) for code, table in TABLES.items()}
NAMES = {code: (table.number or "").replace("/", "-") for code, table in TABLES.items()}
BUSINESS, LAYOUT = NAMES["sxkd"], LAYOUTS["sxkd"]
pytestmark = pytest.mark.libreoffice


def keys(entry: Entry) -> str:
    """What is typed; a leading apostrophe makes a text of it, as at the keyboard."""
    if isinstance(entry, Decimal):
        return str(entry)
    return entry.isoformat() if isinstance(entry, date) else f"'{entry}"


def fill() -> tuple[str, ...]:
    """Type a quarter that is right."""
    return tuple(
        typed(NAMES[point.table], LAYOUTS[point.table].cell(point.indicator, point.measure), keys(entry))
        for point, entry in RIGHT_ENTRIES.items()
    )


#: Typed wrong, and what the check says of it.
WRONG: dict[DataPoint, tuple[str, str]] = {
    DataPoint("sxkd", "01", "actual"): ("299.991", "XR204"),
    DataPoint("sxkd", "02", "actual"): ("'9.605", "XR202"),
    DataPoint("sxkd", "03", "actual"): ("=1/0", "XR206"),
    DataPoint("sxkd", "04", "actual"): ("100 người", "XR201"),
    DataPoint("sxkd", "06", "actual"): ("", "XR301"),
    DataPoint("xdd", "07", "actual"): ("Đạt", "XR211"),
    DataPoint("xdd", "12", "actual"): ("-5", "XR302"),
    DataPoint("xdd", "13", "actual"): ("113", "XR401"),
}


def wrongly_filled() -> tuple[str, ...]:
    places = {point: (NAMES[point.table], LAYOUTS[point.table].cell(*point[1:])) for point in WRONG}
    return tuple(typed(*places[point], text) for point, (text, _) in WRONG.items())


#: What people do once they have taken the protection off. All in the first table.
ROW = LAYOUT.rows["04"]
EDITS: dict[str, tuple[str, ...]] = {
    "none": (),
    "wrong": wrongly_filled(),
    "row": (row_inserted(BUSINESS, ROW),),
    "column": (column_inserted(BUSINESS, LAYOUT.columns["cumulative"]),),
    "delete": (row_deleted(BUSINESS, ROW),),
    "sort": (
        sorted_by(BUSINESS, Cell(LAYOUT.rows["01"], 1), Cell(LAYOUT.last_row, LAYOUT.last_column), 2, ascending=False),
    ),
}
AS_ISSUED = ("none", "wrong")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """(edit, format) → the file that LibreOffice saved, all of them in one start."""
    folder = tmp_path_factory.mktemp("office")
    source = folder / "issued.xlsx"
    source.write_bytes(unit_workbook(BLANK))
    saved = {(edit, suffix): folder / f"{edit}.{suffix}" for edit in EDITS for suffix in FORMATS}
    work(
        [
            Session(
                source,
                (*fill(), *(() if edit in AS_ISSUED else (unprotected(BUSINESS),)), *steps),
                [saved[edit, suffix] for suffix in FORMATS],
            )
            for edit, steps in EDITS.items()
        ],
        folder,
    )
    return saved


def codes(path: Path) -> list[tuple[int, str]]:
    """The rows of the first table and their codes, as saved."""
    sheet = saved_sheet(path)
    known = set(LAYOUT.rows)
    cells = ((row, sheet.value(row, CODE_COLUMN)) for row in range(len(sheet.rows)))
    return [(row, str(value)) for row, value in cells if value in known]


def saved_sheet(path: Path) -> Sheet:
    workbook = read_workbook(path.read_bytes(), path.name).workbook
    assert workbook is not None
    return next(sheet for sheet in workbook.sheets if sheet.name == BUSINESS)


def as_received(path: Path, folder: Path) -> CheckedFile:
    return checked(path.read_bytes(), folder, f"C7-01{path.suffix}")


def worth_mentioning(file: CheckedFile) -> list[tuple[str, str | None, str | None]]:
    """Findings but that xls has no checksums."""
    return [(item.code, item.location.sheet, indicator_of(item)) for item in file.findings if item.code != "XR121"]


def indicator_of(item: Finding) -> str | None:
    return item.location.indicator


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> CheckedFile:
    """The same quarter as our own writer fills it."""
    return checked(unit_workbook(standard_book(RIGHT_ENTRIES)), tmp_path_factory.mktemp("right"))


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_typed_is_what_is_read(
    suffix: str, results: dict[tuple[str, str], Path], right: CheckedFile, tmp_path: Path
) -> None:
    file = as_received(results["none", suffix], tmp_path)
    assert worth_mentioning(file) == []
    assert file.outcome == "accepted"
    assert "XR121" in {item.code for item in file.findings} or suffix != "xls"
    assert meanings(file.facts) == meanings(right.facts)
    assert places(file.facts) == places(right.facts)


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_typed_wrong_is_named_and_counted(
    suffix: str, results: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    file = as_received(results["wrong", suffix], tmp_path)
    found = {(item.code, item.location.table, item.location.indicator) for item in file.findings if item.is_error}
    expected = {(code, *point[:2]) for point, (_, code) in WRONG.items()}
    if suffix == "xls":
        # Its reader does not tell an error from a blank; the cell is named all the same.
        expected = {("XR301" if code == "XR206" else code, table, row) for code, table, row in expected}
    assert found == expected
    assert f"Còn {len(WRONG)} lỗi cần sửa" in shown(results["wrong", suffix])


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_workbook_says_so_while_it_is_filled(suffix: str, results: dict[tuple[str, str], Path]) -> None:
    """It stays ready where its formulas still look at the right rows, and does not where codes have moved."""
    for edit in ("none", "row", "column"):
        assert "Đủ điều kiện gửi" in shown(results[edit, suffix]), edit
    assert "Còn 1 lỗi cần sửa" in shown(results["delete", suffix])
    # The codes are not where they were, and the figures beside them are those of other rows.
    assert "Đủ điều kiện gửi" not in shown(results["sort", suffix])


def shown(path: Path) -> set[object]:
    """What the heading of the first table shows."""
    return {value for row in saved_sheet(path).rows[:12] for value in row}


@pytest.mark.parametrize("suffix", FORMATS)
def test_inserted_rows_and_columns_and_another_order_do_no_harm(
    suffix: str, results: dict[tuple[str, str], Path], right: CheckedFile, tmp_path: Path
) -> None:
    issued = [(row, code) for code, row in LAYOUT.rows.items()]
    assert codes(results["row", suffix]) == [(row + (row >= ROW), code) for row, code in issued]
    assert codes(results["sort", suffix]) == list(
        zip([row for row, _ in issued], sorted((code for _, code in issued), reverse=True), strict=True)
    )
    key_row = [value for value in saved_sheet(results["column", suffix]).rows[0] if value in LAYOUT.columns]
    assert key_row == list(LAYOUT.columns)
    moved = saved_sheet(results["column", suffix]).rows[0].index("cumulative")
    assert moved == LAYOUT.columns["cumulative"] + 1
    for edit in ("row", "column", "sort"):
        file = as_received(results[edit, suffix], tmp_path)
        assert (edit, worth_mentioning(file)) == (edit, [])
        assert meanings(file.facts) == meanings(right.facts)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_deleted_row_is_named(
    suffix: str, results: dict[tuple[str, str], Path], right: CheckedFile, tmp_path: Path
) -> None:
    assert "04" not in {code for _, code in codes(results["delete", suffix])}
    file = as_received(results["delete", suffix], tmp_path)
    assert worth_mentioning(file) == [("XR112", BUSINESS, "04")]
    lost = {point for point in meanings(right.facts) if point[:2] == ("sxkd", "04")}
    kept = {point: meaning for point, meaning in meanings(file.facts).items() if point not in lost}
    assert kept == {point: meaning for point, meaning in meanings(right.facts).items() if point not in lost}
