"""What passes between the process that asks and the processes that read: frames of bytes, and cells in few objects."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import IO, Any, NamedTuple

from xlreport.findings import Finding
from xlreport.grid.cells import Sheet, Workbook
from xlreport.grid.reading import Reading
from xlreport.refs import MAX_COLUMNS, Cell

_HEAD = struct.Struct("<cL")

#: The kinds of frames. `READY` comes once, when a worker has started; each job is answered by one of the others.
READY, DONE, NO_MEMORY, FAILED, JOBS = b"R", b"D", b"M", b"F", b"J"


class Job(NamedTuple):
    """A file to work on: its path or its bytes, and what findings call it. `action` names what to do with it."""

    action: str
    content: str | bytes
    name: str


class Ended(Exception):
    """The other side is gone."""


def send(stream: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Write a frame. Raises Ended."""
    try:
        stream.write(_HEAD.pack(kind, len(body)))
        stream.write(body)
        stream.flush()
    except (OSError, ValueError):
        raise Ended from None


def receive(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Read a frame: its kind and its body. Raises Ended."""
    head = _exactly(stream, _HEAD.size)
    kind, length = _HEAD.unpack(head)
    return kind, _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    try:
        content = stream.read(length)
    except (OSError, ValueError):
        raise Ended from None
    if len(content) != length:
        raise Ended
    return content


def dumped(content: object) -> bytes:
    """As bytes for a frame."""
    return pickle.dumps(content, pickle.HIGHEST_PROTOCOL)


def loaded(body: bytes) -> Any:
    """Back from bytes. They come from our own process, which opens no file but to read it."""
    return pickle.loads(body)


_PackedSheet = tuple[
    str, Any, bool, list[tuple[int, str]], list[int], list[int], list[int], bytes | None, frozenset[int]
]
#: A reading in lists and plain values: a named tuple for each merged range costs more than all its cells.
Packed = tuple[tuple[Finding, ...], bool, list[_PackedSheet] | None]


def packed(reading: Reading) -> Packed:
    """A reading made ready to be sent."""
    workbook = reading.workbook
    if workbook is None:
        return reading.findings, False, None
    return reading.findings, workbook.has_macros, [_packed_sheet(sheet) for sheet in workbook.sheets]


def unpacked(content: Packed) -> Reading:
    """The reading that was packed."""
    findings, has_macros, sheets = content
    if sheets is None:
        return Reading(None, findings)
    return Reading(Workbook(tuple(map(_unpacked_sheet, sheets)), has_macros), findings)


def _packed_sheet(sheet: Sheet) -> _PackedSheet:
    return (
        sheet.name,
        sheet.rows,
        sheet.hidden,
        [(_number(cell), shown) for cell, shown in sheet.errors.items()],
        [_number(cell) for cell in sheet.unstored],
        list(sheet.hidden_rows),
        [_number(cell) for both in sheet.merged for cell in both],
        sheet.written_formulas,
        sheet.hidden_columns,
    )


def _unpacked_sheet(packed_sheet: _PackedSheet) -> Sheet:
    name, rows, hidden, errors, unstored, hidden_rows, merged, formulas, hidden_columns = packed_sheet
    corners = iter(_cells(merged))
    return Sheet(
        name,
        rows,
        hidden,
        {cell: shown for cell, (_, shown) in zip(_cells(number for number, _ in errors), errors, strict=True)},
        frozenset(_cells(unstored)),
        frozenset(hidden_rows),
        tuple(zip(corners, corners, strict=True)),
        formulas,
        hidden_columns,
    )


def _number(cell: Cell) -> int:
    return cell.row * MAX_COLUMNS + cell.column


def _cells(numbers: Iterable[int]) -> list[Cell]:
    return [_cell(number) for number in numbers]


#: Workbooks of one form merge the same cells.
@lru_cache(maxsize=4096)
def _cell(number: int) -> Cell:
    return Cell(*divmod(number, MAX_COLUMNS))
