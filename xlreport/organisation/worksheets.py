"""The register as worksheets: finding headings and rows, and laying them out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlreport.findings import Finding, Location, finding
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.organisation.building import build
from xlreport.organisation.model import Membership, Register
from xlreport.organisation.names import closest, fold
from xlreport.organisation.notation import HEADINGS, REQUIRED_HEADINGS, SECTIONS, in_both, joined_codes, worded
from xlreport.organisation.records import Entry, Record, Tables, plain_text, quoted
from xlreport.refs import Cell, a1

#: Headings stand within this many rows from the top: titles above them are rarely longer.
HEADER_WITHIN = 50
#: An unknown heading this much like one that is not there is that one, misspelt.
_MISSPELT = 0.8


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the headings stand: fields by column, and what the sheet calls them."""

    row: int
    columns: Mapping[int, str]
    labels: Mapping[str, str]


def from_workbook(workbook: Workbook, file_name: str) -> tuple[Register | None, tuple[Finding, ...]]:
    """The register in a workbook and all that is wrong with it; None where there is an error."""
    found: list[Finding] = []
    sheets = {section: _sheet(workbook, section, file_name, found) for section in SECTIONS}
    read = {name: _records(sheet, name, file_name, found) for name, sheet in sheets.items() if sheet is not None}
    sections = {name: records for name, records in read.items() if records is not None}
    unreadable = frozenset(read.keys() - sections.keys())
    absent = [section for section, sheet in sheets.items() if sheet is None]
    return build(Tables(sections, unreadable, _likely(workbook, absent)), file_name, found)


def rows(register: Register, language: str) -> dict[str, list[list[Scalar]]]:
    """The worksheets of a register by name: the headings, then a row each. Reading them gives an equal register.

    Levels and unit types are written by code, days as dates, and what is not there as None.
    """
    contents: dict[str, Sequence[object]] = {
        "units": register.memberships,
        "levels": register.levels,
        "unit_types": register.unit_types,
    }
    return {
        worded(SECTIONS[section], language): [
            [worded(heading, language) for heading in HEADINGS[section].values()],
            *([_written(item, name) for name in HEADINGS[section]] for item in items),
        ]
        for section, items in contents.items()
    }


def _written(item: object, name: str) -> Scalar:
    if isinstance(item, Membership) and name == "predecessor":
        return joined_codes(item.predecessors) or None
    value: Scalar = getattr(item, name) or None
    return value


def _sheet(workbook: Workbook, section: str, file: str, found: list[Finding]) -> Sheet | None:
    """A section's worksheet. A second one is an error: which would hold?"""
    names = {fold(name) for name in SECTIONS[section]}
    sheets = [sheet for sheet in workbook.sheets if fold(sheet.name) in names]
    found += [
        finding("XR705", _place(file, other), related=(_place(file, sheets[0]),), code=other.name)
        for other in sheets[1:]
    ]
    return sheets[0] if sheets else None


def _likely(workbook: Workbook, absent: Sequence[str]) -> dict[str, str]:
    """Sheets that were probably meant for sections that are not there: by a similar name, else by their headings."""
    known = {fold(name) for names in SECTIONS.values() for name in names}
    others = [sheet for sheet in workbook.sheets if fold(sheet.name) not in known]
    likely: dict[str, str] = {}
    for section in absent:
        names = {fold(name): section for name in SECTIONS[section]}
        similar = [sheet.name for sheet in others if closest(sheet.name, names)]
        headed = [sheet.name for sheet in others if _has_headings(sheet, section)]
        if similar or headed:
            likely[section] = quoted((similar or headed)[0])
    return likely


def _has_headings(sheet: Sheet, section: str) -> bool:
    header = _header(sheet, section)
    return header is not None and set(REQUIRED_HEADINGS[section]) <= set(header.columns.values())


def _records(sheet: Sheet, section: str, file: str, found: list[Finding]) -> list[Record] | None:
    """The rows that hold something; None where no heading is found."""
    header = _header(sheet, section)
    if header is None:
        headings = [HEADINGS[section][name] for name in REQUIRED_HEADINGS[section]]
        found += [finding("XR729", _place(file, sheet), column=in_both(heading)) for heading in headings]
        return None
    missing = _missing_headings(sheet, section, header)
    found += [
        finding("XR729", _place(file, sheet, cell), column=in_both(HEADINGS[section][name]))
        for name, cell in missing.items()
    ]
    found += _repeated_headings(sheet, section, header, file)
    merged = _Merged(sheet, header)
    found += [finding("XR752", _place(file, sheet, first), range=shown) for first, shown in merged.ranges]
    missing |= merged.headings
    found_in_rows = [
        record
        for row in range(header.row + 1, len(sheet.rows))
        if (record := _record(sheet, row, header, merged.covered, file, found)) is not None
    ]
    return [_without(missing, record) for record in found_in_rows]


def _place(file: str, sheet: Sheet, cell: Cell | None = None) -> Location:
    return Location(file=file, sheet=sheet.name, cell=a1(*cell) if cell is not None else None)


# Headings


def _header(sheet: Sheet, section: str) -> _Header | None:
    """The row with the most of the headings, the first of several."""
    meanings = _meanings(section)
    candidates = [_headings(row, values, meanings) for row, values in enumerate(sheet.rows[:HEADER_WITHIN])]
    best = max(candidates, key=lambda header: len(header.columns), default=None)
    return best if best is not None and best.columns else None


def _meanings(section: str) -> dict[str, str]:
    return {fold(heading): name for name, headings in HEADINGS[section].items() for heading in headings}


def _headings(row: int, values: Sequence[Scalar], meanings: Mapping[str, str]) -> _Header:
    columns: dict[int, str] = {}
    labels: dict[str, str] = {}
    for column, value in enumerate(values):
        if not isinstance(value, str):
            continue
        name = meanings.get(fold(value))
        if name is not None and name not in labels:
            columns[column] = name
            labels[name] = " ".join(value.split())
    return _Header(row, columns, labels)


def _repeated_headings(sheet: Sheet, section: str, header: _Header, file: str) -> Iterator[Finding]:
    meanings = _meanings(section)
    for column, value in _other_headings(sheet, header):
        if fold(value) in meanings:
            place = _place(file, sheet, Cell(header.row, column))
            yield finding("XR705", place, code=quoted(" ".join(value.split())))


def _missing_headings(sheet: Sheet, section: str, header: _Header) -> dict[str, Cell]:
    """Headings that are needed or misspelt, and a cell to show: a misspelt one would lose its column unnoticed."""
    absent = {word: name for word, name in _meanings(section).items() if name not in header.labels}
    needed = set(absent.values()).intersection(REQUIRED_HEADINGS[section])
    missing = {name: Cell(header.row, min(header.columns)) for name in REQUIRED_HEADINGS[section] if name in needed}
    for column, value in _other_headings(sheet, header):
        meant = closest(value, absent, _MISSPELT)
        if meant:
            missing[meant] = Cell(header.row, column)
    return missing


def _other_headings(sheet: Sheet, header: _Header) -> Iterator[tuple[int, str]]:
    for column, value in enumerate(sheet.rows[header.row]):
        if isinstance(value, str) and column not in header.columns:
            yield column, value


# Rows


class _Merged:
    """Merged cells among headings and rows, of which all but the first can hold nothing."""

    def __init__(self, sheet: Sheet, header: _Header) -> None:
        #: The first cell of each, and the whole as it is shown.
        self.ranges: list[tuple[Cell, str]] = []
        #: Cells that cannot be read because they are covered.
        self.covered: set[Cell] = set()
        #: Fields whose heading stands over several columns, and its cell.
        self.headings: dict[str, Cell] = {}
        for first, last in sheet.merged:
            columns = [column for column in header.columns if first.column <= column <= last.column]
            if not columns or first == last or last.row < header.row:
                continue
            if first.row > header.row:
                rows = range(first.row, min(last.row + 1, len(sheet.rows)))
                if not any(sheet.value(row, column) is not None for row in rows for column in header.columns):
                    # Below the last row, or between rows: nothing is hidden there.
                    continue
                self.covered.update(Cell(row, column) for row in rows for column in columns)
                self.covered.discard(first)
            elif first.column < last.column:
                self.headings |= {header.columns[column]: first for column in columns}
            else:
                continue
            self.ranges.append((first, f"{a1(*first)}:{a1(*last)}"))


def _record(
    sheet: Sheet, row: int, header: _Header, covered: Collection[Cell], file: str, found: list[Finding]
) -> Record | None:
    """A row that holds something."""
    cells = {name: Cell(row, column) for column, name in header.columns.items()}
    read = {name: _entry(sheet, cell, file, found) for name, cell in cells.items() if cell not in covered}
    if not any(entry.unread or plain_text(entry.value) is not None for entry in read.values()):
        return None
    unread = {name: Entry(None, _place(file, sheet, cell), unread=True) for name, cell in cells.items()}
    place = _place(file, sheet, cells.get("code", Cell(row, min(header.columns))))
    return Record(place, unread | read, header.labels)


def _entry(sheet: Sheet, cell: Cell, file: str, found: list[Finding]) -> Entry:
    place = _place(file, sheet, cell)
    if cell in sheet.errors:
        found.append(finding("XR206", place, value=sheet.errors[cell]))
        return Entry(None, place, unread=True)
    if cell in sheet.unstored:
        found.append(finding("XR207", place))
        return Entry(None, place, unread=True)
    return Entry(sheet.value(*cell), place)


def _without(missing: Mapping[str, Cell], record: Record) -> Record:
    """A record in which the fields of missing headings count as unread: the heading is reported, not every row."""
    unread = {name: Entry(None, record.place, unread=True) for name in missing}
    return Record(record.place, {**record.entries, **unread}, record.labels)
