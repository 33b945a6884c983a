"""The sheets of a form workbook as rows of what was typed: sheets and headings are found in either language.

Nothing is overlooked because its name was misspelt: a sheet or heading that is like a known one is an error, and is
read as that one so that all else can be looked at; any other that holds something is told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from xlreport.findings import Finding, Location, Severity, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms.workbook_codecs import Typed, closest, fold
from xlreport.forms.workbook_spec import SECTIONS, Section, heading_names, in_all, section, sheet_names, sheet_title
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.grid.yaml_values import UNUSABLE
from xlreport.language import LANGUAGES, texts
from xlreport.numbers import from_float
from xlreport.refs import Cell, a1

#: Headings stand within this many rows from the top: titles above them are rarely longer.
_HEADER_WITHIN = 50
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a row: what was typed, None for a blank one; unread where it holds what was reported already."""

    typed: Typed | None
    cell: Cell
    is_unread: bool = False


#: A row by the keys of its columns.
Row = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet of a form workbook as read. `labels` are its headings as they stand there, by key of the column."""

    part: Section
    name: str
    rows: Sequence[Row] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pages:
    """All sheets of a form workbook by their sections. `missing` are needed sections that it has no sheet for."""

    pages: Mapping[str, Page]
    found: tuple[Finding, ...]
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Header:
    row: int
    columns: Mapping[int, str]


class _Reader:
    """Reads one workbook and collects what is wrong with its sheets and headings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []
        self.missing: set[str] = set()

    def place(self, sheet: Sheet, cell: Cell | None = None) -> Location:
        return Location(file=self.file, sheet=sheet.name, cell=a1(*cell) if cell is not None else None)

    def pages(self, workbook: Workbook) -> dict[str, Page]:
        read: dict[str, Page] = {}
        others = []
        for sheet in workbook.sheets:
            name = sheet_names().get(fold(sheet.name))
            if name is None:
                others.append(sheet)
            elif name in read:
                self.found.append(finding("XR705", self.place(sheet), code=sheet.name))
            else:
                read[name] = self._page(section(name), sheet)
        self._other_sheets(others, read)
        for part in SECTIONS:
            if part.is_needed and part.name not in read:
                self.missing.add(part.name)
                self.found.append(finding("XR713", Location(file=self.file), sheet=_in_all_sheet(part)))
        return read

    def _other_sheets(self, sheets: Sequence[Sheet], read: dict[str, Page]) -> None:
        """Sheets of other names: misspelt where they are like one that is not there, and read as that one."""
        for sheet in sheets:
            absent = {word: name for word, name in sheet_names().items() if name not in read}
            name = closest(sheet.name, absent)
            self._unknown(sheet, None, sheet.name, _in_all_sheet(section(name)) if name else {})
            if name:
                read[name] = self._page(section(name), sheet)

    def _unknown(self, sheet: Sheet, cell: Cell | None, text: str, suggestion: Words) -> None:
        """An error where something is meant that would get lost; else only told, where anything is lost at all."""
        name = " ".join(text.split())[:_LONGEST_NAME]
        place = self.place(sheet, cell)
        if suggestion:
            self.found.append(finding("XR712", place, name=name, suggestion=suggestion))
        elif cell is not None or (not _is_ours(sheet) and any(True for _ in sheet.filled())):
            self.found.append(finding("XR712", place, severity=Severity.INFO, name=name, suggestion=""))

    def _page(self, part: Section, sheet: Sheet) -> Page:
        return self._fields(part, sheet) if part.field is None else self._table(part, sheet)

    # The sheet whose fields stand beneath each other

    def _fields(self, part: Section, sheet: Sheet) -> Page:
        """One row: its headings are in the first filled cell of each line, what they say is right beside them."""
        entries: dict[str, Entry] = {}
        labels: dict[str, str] = {}
        strange: dict[Cell, str] = {}
        for row, values in enumerate(sheet.rows):
            column = next((column for column, value in enumerate(values) if value not in (None, "")), None)
            label = values[column] if column is not None else None
            if column is None or not isinstance(label, str):
                continue
            key, cell = heading_names(part.name).get(fold(label)), Cell(row, column)
            if key is None:
                if sheet.value(row, column + 1) is not None and not _is_title(label):
                    strange[cell] = label
                continue
            if key in entries:
                self.found.append(finding("XR705", self.place(sheet, cell), code=_text(label)))
            if key not in entries or entries[key].typed is None:
                entries[key] = self._entry(sheet, Cell(row, column + 1))
                labels[key] = _text(label)
        for cell, key in self._strange(part, sheet, strange, labels).items():
            entries[key] = self._entry(sheet, Cell(cell.row, cell.column + 1))
            labels[key] = _text(strange[cell])
        return Page(part, sheet.name, [entries], labels)

    # Sheets with a heading row

    def _table(self, part: Section, sheet: Sheet) -> Page:
        header = self._header(part, sheet)
        needed = [column for column in part.columns if column.is_needed]
        if header is None:
            is_blank = not any(True for _ in sheet.filled())
            for column in needed if part.is_needed or not is_blank else ():
                self.found.append(finding("XR729", self.place(sheet), column=in_all(part, column)))
            return Page(part, sheet.name)
        columns = self._columns(part, sheet, header)
        labels = {key: _text(sheet.value(header.row, column)) for column, key in columns.items()}
        for column in needed:
            if column.key not in labels:
                where = self.place(sheet, Cell(header.row, min(columns)))
                self.found.append(finding("XR729", where, column=in_all(part, column)))
        faulty = {cell.row for cell in (*sheet.errors, *sheet.unstored)}
        rows = (
            {key: self._entry(sheet, Cell(line, column)) for column, key in columns.items()}
            for line in range(header.row + 1, len(sheet.rows))
            if line in faulty or any(value is not None for value in sheet.rows[line])
        )
        filled = [row for row in rows if any(entry.is_unread or entry.typed is not None for entry in row.values())]
        return Page(part, sheet.name, filled, labels)

    def _header(self, part: Section, sheet: Sheet) -> _Header | None:
        """The row with the most of the headings, the first of several."""
        known = heading_names(part.name)
        candidates = [_headings(row, values, known) for row, values in enumerate(sheet.rows[:_HEADER_WITHIN])]
        best = max(candidates, key=lambda header: len(header.columns), default=None)
        return best if best is not None and best.columns else None

    def _columns(self, part: Section, sheet: Sheet, header: _Header) -> Mapping[int, str]:
        """Keys by column, those of misspelt headings too; of headings that are there twice the first counts."""
        known = heading_names(part.name)
        strange: dict[Cell, str] = {}
        for column, value in enumerate(sheet.rows[header.row]):
            cell = Cell(header.row, column)
            if not isinstance(value, str) or not value.strip() or column in header.columns:
                continue
            if fold(value) in known:
                self.found.append(finding("XR705", self.place(sheet, cell), code=_text(value)))
            else:
                strange[cell] = value
        meant = self._strange(part, sheet, strange, header.columns.values())
        return {**header.columns, **{cell.column: key for cell, key in meant.items()}}

    def _strange(
        self, part: Section, sheet: Sheet, names: Mapping[Cell, str], taken: Collection[str]
    ) -> dict[Cell, str]:
        """Headings that are none of ours: misspelt where they are like one that is not there. The keys meant."""
        meant: dict[Cell, str] = {}
        for cell, name in names.items():
            known = {*taken, *meant.values()}
            key = closest(name, {word: key for word, key in heading_names(part.name).items() if key not in known})
            self._unknown(sheet, cell, name, in_all(part, part.column(key)) if key else {})
            if key:
                meant[cell] = key
        return meant

    # Cells

    def _entry(self, sheet: Sheet, cell: Cell) -> Entry:
        wrong = self._fault(sheet, cell)
        if wrong is not None:
            self.found.append(wrong)
            return Entry(None, cell, is_unread=True)
        return Entry(_typed(sheet.value(*cell)), cell)

    def _fault(self, sheet: Sheet, cell: Cell) -> Finding | None:
        """What keeps a cell from being read at all."""
        place, value = self.place(sheet, cell), sheet.value(*cell)
        if cell in sheet.errors:
            return finding("XR206", place, value=sheet.errors[cell])
        if cell in sheet.unstored:
            return finding("XR207", place)
        if isinstance(value, date | time | timedelta):
            # A spreadsheet program takes "1/2024" or "06-07" for a date: what was typed is gone.
            return finding("XR737", place, value=str(value))
        if isinstance(value, str) and UNUSABLE.search(value):
            return finding("XR702", place, path=place.cell or "", problem=problem("unusable-character"))
        return None


def read_pages(workbook: Workbook, file: str) -> Pages:
    """The rows of every sheet, and what is wrong with sheets, headings and cells."""
    reader = _Reader(file)
    pages = reader.pages(workbook)
    return Pages(pages, tuple(reader.found), frozenset(reader.missing))


def _headings(row: int, values: Sequence[Scalar], known: Mapping[str, str]) -> _Header:
    columns: dict[int, str] = {}
    for column, value in enumerate(values):
        key = known.get(fold(value)) if isinstance(value, str) else None
        if key is not None and key not in columns.values():
            columns[column] = key
    return _Header(row, columns)


def _text(value: Scalar) -> str:
    return " ".join(str(value).split())


def _typed(value: Scalar) -> Typed | None:
    """What a cell holds: NFC text, an exact number, a truth value; None for a blank one."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value) if value.strip() else None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        number = from_float(value)
        return number if number.is_finite() else str(value)
    return str(value)


def _is_title(text: str) -> bool:
    """Whether it is the heading over the fields, not a field."""
    return fold(text) in {fold(texts(language)("form_book.item")) for language in LANGUAGES}


def _is_ours(sheet: Sheet) -> bool:
    names = (texts(language)(key) for language in LANGUAGES for key in ("form_book.guide.sheet", "form_book.lists"))
    return fold(sheet.name) in map(fold, names)


def _in_all_sheet(part: Section) -> dict[str, str]:
    return {language: sheet_title(part.name, language) for language in LANGUAGES}


def defined(page: Page | None) -> Iterator[Row]:
    """The rows of a sheet that may not be there."""
    yield from page.rows if page is not None else ()
