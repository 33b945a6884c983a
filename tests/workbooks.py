"""Issued workbooks for tests, and what people do to them before they send them back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from xlreport.aggregation import Status
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.forms.expressions import bind
from xlreport.forms.load import load_form
from xlreport.forms.model import Form
from xlreport.forms.roles import Filler
from xlreport.grid.cells import Sheet, Workbook
from xlreport.intake.facts import FactRow
from xlreport.intake.identify import Definitions
from xlreport.periods import parse_period
from xlreport.refs import Cell
from xlreport.sheets.entries import Entry, UnitBook
from xlreport.usecases.check import CheckedFile, check_files

FORM_FILE = Path(__file__).parent.parent / "templates" / "cum-quy.yaml"
STANDARD_FORM: Form = load_form(FORM_FILE)
#: Who fills it in these tests: a unit, which has nothing to do with the figures that the bloc enters.
STANDARD_FILLER = Filler("don-vi", "dang-bo-co-so")

#: A quarter that any unit could have had: every required cell is filled and every rule holds.
RIGHT_ENTRIES: Mapping[DataPoint, Entry] = {
    DataPoint("sxkd", "01", "plan"): Decimal(1200),
    DataPoint("sxkd", "01", "actual"): Decimal("299.99"),
    DataPoint("sxkd", "01", "same_period"): Decimal("250.5"),
    DataPoint("sxkd", "01", "note"): "=tăng do giá + lượng",
    DataPoint("sxkd", "01", "qualifier"): "Trên",
    DataPoint("sxkd", "02", "actual"): Decimal("12.61"),
    DataPoint("sxkd", "03", "actual"): Decimal("2436.5"),
    DataPoint("sxkd", "04", "actual"): Decimal(100),
    DataPoint("sxkd", "06", "actual"): "không phát sinh",
    DataPoint("xdd", "04", "actual"): Decimal(7),
    DataPoint("xdd", "06", "actual"): Decimal(112),
    DataPoint("xdd", "07", "actual"): "Đạt chuẩn, kiểu mẫu",
    DataPoint("xdd", "12", "actual"): Decimal(3),
    DataPoint("xdd", "13", "actual"): Decimal(2),
    DataPoint("xdd", "14", "actual"): "-",
    DataPoint("xdd", "15", "actual"): "x",
    DataPoint("xdd", "16", "actual"): Decimal(0),
}

Meaning = tuple[Decimal | None, str | None, str]


def standard_book(entries: Mapping[DataPoint, Entry] | None = None, language: str = "vi") -> UnitBook:
    """Unit C7-01's workbook of the standard form; blank unless it is given entries."""
    return UnitBook(
        bound=bind(STANDARD_FORM, parse_period("2024-Q1"), STANDARD_FILLER),
        unit="C7-01",
        unit_name="Đơn vị 01 (giả định)",
        unit_type=STANDARD_FILLER.unit_type,
        unit_level=STANDARD_FILLER.level,
        receiver="Cụm số 7",
        language=language,
        entries=entries or {},
        statuses={"sxkd": Status.ESTIMATED},
    )


def checked(data: bytes, folder: Path, name: str = "C7-01.xlsx") -> CheckedFile:
    """A workbook as `check` sees it outside of a workspace: it brings its own definition."""
    path = folder / name
    path.write_bytes(data)
    (file,) = check_files([(path, name)], Definitions()).files
    return file


def meanings(facts: Sequence[FactRow]) -> dict[DataPoint, Meaning]:
    """What facts say, without where they say it: value, text and status."""
    return {
        DataPoint(row.table, row.indicator, row.measure): (
            None if row.value is None else Decimal(row.value),
            row.text,
            row.status,
        )
        for row in facts
    }


def places(facts: Sequence[FactRow]) -> dict[DataPoint, tuple[str, str | None]]:
    """Sheet and cell of each fact."""
    return {DataPoint(row.table, row.indicator, row.measure): (row.source_sheet, row.source_cell) for row in facts}


def seen(findings: Sequence[Finding]) -> list[tuple[str, str | None, str | None]]:
    """(code, sheet, cell) of findings, in their order."""
    return [(item.code, item.location.sheet, item.location.cell) for item in findings]


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of an xlsx workbook that say what is in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/")}


def with_parts(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The workbook with some parts replaced, byte for byte, and nothing else changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, changed.get(name, source.read(name)))
    return buffer.getvalue()


def edited(data: bytes, edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook after somebody took its protection off and changed it.

    The library keeps formulas but loses their stored values, as a clerk's script would.
    """
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in workbook.worksheets:
        sheet.protection.disable()
    edit(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def unmerge_all(sheet: Worksheet) -> None:
    """Take merged headings apart: the library does not move them with inserted rows, as programs do."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def moved(sheet: Sheet, rows: Sequence[int | None], columns: Sequence[int | None]) -> Sheet:
    """The sheet with its rows and columns in another order; None stands for a new, blank one.

    A row or column that is not named is gone.
    """
    new_row = {old: new for new, old in enumerate(rows) if old is not None}
    new_column = {old: new for new, old in enumerate(columns) if old is not None}

    def there(cell: Cell) -> Cell:
        return Cell(new_row[cell.row], new_column[cell.column])

    def stays(cell: Cell) -> bool:
        return cell.row in new_row and cell.column in new_column

    return replace(
        sheet,
        rows=[
            [None if row is None or column is None else sheet.value(row, column) for column in columns] for row in rows
        ],
        errors={there(cell): shown for cell, shown in sheet.errors.items() if stays(cell)},
        unstored=frozenset(there(cell) for cell in sheet.unstored if stays(cell)),
        hidden_rows=frozenset(new_row[row] for row in sheet.hidden_rows if row in new_row),
        merged=tuple((there(first), there(last)) for first, last in sheet.merged if stays(first) and stays(last)),
    )


def with_sheets(workbook: Workbook, change: Callable[[Sheet], Sheet]) -> Workbook:
    """The workbook with each sheet changed."""
    return replace(workbook, sheets=tuple(change(sheet) for sheet in workbook.sheets))
