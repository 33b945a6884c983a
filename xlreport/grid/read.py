"""Reading a workbook, whatever somebody sent: cells and what was seen, or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import Any

from xlreport.findings import Finding, Location, finding
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.grid.fast import Values, open_workbook, read_values
from xlreport.grid.guard import Format, Package, check_size, inspect
from xlreport.grid.raw import Look, check_merged, look, look_carefully
from xlreport.grid.reading import Reading
from xlreport.grid.refusal import Refusal, damaged
from xlreport.grid.relations import SheetPart, needed_parts, sheet_parts
from xlreport.grid.zipped import pack
from xlreport.refs import Cell


def read_file(path: Path, name: str | None = None) -> tuple[str | None, Reading]:
    """SHA-256 of a file's content, and its reading under `name` (default: the path as given).

    None in place of the hash for a file that could not be read (XR101) or was too large to be (XR120).
    """
    shown = name or str(path)
    try:
        data = content_of(path)
    except Refusal as refusal:
        return None, _refused(refusal, shown)
    return hashlib.sha256(data).hexdigest(), read_workbook(data, shown)


def content_of(path: Path) -> bytes:
    """A regular file's bytes, its size checked before. Raises Refusal XR101 or XR120."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise Refusal("XR101")
        check_size(status.st_size)
        return path.read_bytes()
    except (OSError, ValueError):
        raise Refusal("XR101") from None


def read_workbook(data: bytes, name: str) -> Reading:
    """Read a workbook from its bytes; `name` is what findings call the file. Never raises for bad data.

    Refused: XR102 (no workbook), XR103 (damaged), XR104 (unsafe), XR105 (password), XR120 (too large).
    Warned: XR116 (macros, ignored), XR121 (a format without checksums), XR149 (links to other workbooks, not followed).
    """
    try:
        package = inspect(data)
        sheets = _sheets(data, package)
    except Refusal as refusal:
        return _refused(refusal, name)
    return Reading(Workbook(sheets, package.has_macros), _warnings(package, name))


def _warnings(package: Package, name: str) -> tuple[Finding, ...]:
    found = []
    if package.has_macros:
        found.append(finding("XR116", Location(file=name)))
    if any(part.startswith("xl/externallinks/") for part in package.parts):
        found.append(finding("XR149", Location(file=name)))
    if package.format is Format.XLS:
        found.append(finding("XR121", Location(file=name)))
    return tuple(found)


def _refused(refusal: Refusal, name: str) -> Reading:
    place = Location(file=name, sheet=refusal.sheet, cell=refusal.cell)
    params: dict[str, Any] = dict(refusal.params)
    return Reading(None, (finding(refusal.code, place, **params),))


def _sheets(data: bytes, package: Package) -> tuple[Sheet, ...]:
    match package.format:
        case Format.OOXML:
            sheets = _read_ooxml(package.parts)
        case Format.ODS:
            sheets = _read_ods(package.parts)
        case Format.XLS:
            sheets = _read_xls(data)
    if not sheets or len({sheet.name.casefold() for sheet in sheets}) != len(sheets):
        raise damaged()
    return sheets


def _read_ooxml(parts: Mapping[str, bytes]) -> tuple[Sheet, ...]:
    listed = sheet_parts(parts)
    worksheets = [sheet for sheet in listed if sheet.is_worksheet]
    looks = [_look(sheet, look) for sheet in worksheets]
    bare = {sheet.path: seen.cells_only for sheet, seen in zip(worksheets, looks, strict=True) if seen.cells_only}
    values = _values(needed_parts(parts, listed) | bare, [sheet.name for sheet in worksheets])
    return tuple(
        _joined(read, seen if read.filled == seen.filled else _look(sheet, look_carefully))
        for sheet, seen, read in zip(worksheets, looks, values, strict=True)
    )


def _look(sheet: SheetPart, how: Callable[[bytes], Look]) -> Look:
    try:
        return how(sheet.part)
    except Refusal as refusal:
        refusal.sheet = sheet.name
        raise


def _read_ods(parts: Mapping[str, bytes]) -> tuple[Sheet, ...]:
    # Few files are of this kind: its parser is loaded when one comes.
    from xlreport.grid import opendocument

    needed = opendocument.needed_parts(parts)
    looks = opendocument.look_at_tables(needed["content.xml"])
    values = _values(needed, [name for name, _ in looks])
    return tuple(_joined(read, seen) for read, (_, seen) in zip(values, looks, strict=True))


def _read_xls(data: bytes) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(read.name, read.rows, read.hidden, merged=check_merged(read.merged()))
        for read in read_values(open_workbook(data))
    )


def _values(parts: Mapping[str, bytes], names: list[str]) -> tuple[Values, ...]:
    """The fast reader gets the proved parts, not the file: it sees what the guard saw, and inflates nothing again.

    Both looks must have seen the same sheets.
    """
    values = read_values(open_workbook(pack(parts.items())))
    if [read.name for read in values] != names:
        raise damaged()
    return values


def _joined(read: Values, seen: Look) -> Sheet:
    if not _agrees(read.rows, seen):
        raise damaged(sheet=read.name)
    _blank(read.rows, (*seen.errors, *seen.unstored))
    return Sheet(
        read.name,
        read.rows,
        read.hidden,
        seen.errors,
        seen.unstored,
        seen.hidden_rows,
        seen.merged,
        seen.formulas,
        seen.hidden_columns,
    )


def _blank(rows: list[list[Scalar]], cells: Iterable[Cell]) -> None:
    """Older OpenDocument files hold a number beside an error."""
    for row, column in cells:
        if _at(rows, row, column) is not None:
            rows[row][column] = None


def _agrees(rows: Sequence[Sequence[Scalar]], seen: Look) -> bool:
    """Whether no stored value was lost or changed on the way; nothing to compare after a plain look."""
    return all(_same(_at(rows, row, column), text) for (row, column), text in (seen.stored or {}).items())


def _at(rows: Sequence[Sequence[Scalar]], row: int, column: int) -> Scalar:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def _same(value: Scalar, text: str) -> bool:
    """Dates, texts and truth values have been converted: that they are there must do."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is not None
    try:
        return float(text) == value or value != value
    except ValueError:
        return False
