"""The fast reader: values of all cells through calamine."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from xlreport.grid.cells import Scalar
from xlreport.grid.raw import check_box
from xlreport.grid.refusal import Refusal, damaged, unsafe
from xlreport.refs import Cell

_Result = TypeVar("_Result")


class Values(NamedTuple):
    """A worksheet's values. `filled` counts the cells that hold one."""

    name: str
    hidden: bool
    rows: list[list[Scalar]]
    filled: int
    sheet: CalamineSheet

    def merged(self) -> tuple[tuple[Cell, Cell], ...]:
        """Merged ranges as the reader sees them, for formats whose parts nobody else looks at."""
        return tuple((Cell(*first), Cell(*last)) for first, last in self.sheet.merged_cell_ranges or ())


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Open a workbook. Raises Refusal XR103 or XR105."""
    return _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))


def read_values(workbook: CalamineWorkbook) -> tuple[Values, ...]:
    """Values of every worksheet, in order. Raises Refusal XR103 or XR104."""
    kinds = [metadata.typ for metadata in workbook.sheets_metadata]
    if SheetTypeEnum.MacroSheet in kinds:
        raise unsafe("excel4-macro")
    return tuple(_values(workbook, index) for index, kind in enumerate(kinds) if kind == SheetTypeEnum.WorkSheet)


def _values(workbook: CalamineWorkbook, index: int) -> Values:
    metadata = workbook.sheets_metadata[index]
    sheet = _guarded(lambda: workbook.get_sheet_by_index(index))
    if sheet.end is not None:
        check_box(sheet.end[0] + 1, sheet.end[1] + 1, metadata.name)
    rows, filled = _rows(sheet)
    hidden = metadata.visible != SheetVisibleEnum.Visible
    return Values(metadata.name, hidden, rows, filled, sheet)


def _rows(sheet: CalamineSheet) -> tuple[list[list[Scalar]], int]:
    """Rows from A1 on without the blank ones at the end; calamine's '' is blank."""
    read: list[list[Any]] = _guarded(lambda: sheet.to_python(skip_empty_area=False))
    filled = 0
    rows: list[list[Scalar]] = []
    for row in read:
        blanks = row.count("")
        filled += len(row) - blanks
        if blanks == len(row):
            rows.append([])
        else:
            rows.append([None if value == "" else value for value in row] if blanks else row)
    while rows and not rows[-1]:
        rows.pop()
    return rows, filled


def _guarded(call: Callable[[], _Result]) -> _Result:
    """Whatever the reader fails with is a damaged file, its panics too, which are no Exception."""
    try:
        return call()
    except PasswordError:
        raise Refusal("XR105") from None
    except Exception:
        raise damaged() from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged() from None
