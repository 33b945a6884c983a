"""The sheets of a form workbook as rows of what was typed: sheets and headings are found in either language.

Nothing is overlooked because its name was misspelt: a sheet or heading that is like a known one is an error, any
other that holds something is told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from xlreport.findings import Finding, Location, Severity, finding
from xlreport.findings.problems import problem
from xlreport.forms.workbook_codecs import Typed, closest, fold
from xlreport.forms.workbook_spec import SECTIONS, Section, heading, heading_names, section, sheet_names, sheet_title
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
    """All sheets of a form workbook by their sections. Without structure there is no telling what rows mean."""

    pages: Mapping[str, Page]
    found: tuple[Finding, ...]
    has_structure: bool


@dataclass(frozen=True, slots=True)
class _Header:
    row: int
    columns: Mapping[int, str]


class _Reader:
    """Reads one workbook and collects what is wrong with its sheets and headings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Finding] = []
        self.has_structure = True

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
                self._structure(finding("XR705", self.place(sheet), code=sheet.name))
            else:
                read[name] = self._page(section(name), sheet)
        missing = self._other_sheets(others, read)
        for part in SECTIONS:
            if part.is_needed and part.name not in read and part.name not in missing:
                self._structure(finding("XR713", Location(file=self.file), sheet=_in_all_sheet(part)))
        return read

    def _structure(self, item: Finding) -> None:
        self.found.append(item)
        self.has_structure = False

    def _other_sheets(self, sheets: Sequence[Sheet], read: Mapping[str, Page]) -> set[str]:
        """Sheets of other names: misspelt where they are like one that is not there. Returns the sections meant."""
        absent = {word: name for word, name in sheet_names().items() if name not in read}
        meant: set[str] = set()
        for sheet in sheets:
            name = closest(sheet.name, absent)
            if name:
                meant.add(name)
            self._unknown(sheet, None, sheet.name, _in_all_sheet(section(name))["vi"] if name else "")
        return meant

    def _unknown(self, sheet: Sheet, cell: Cell | None, text: str, suggestion: str) -> None:
        """An error where something is meant that would get lost; else only told, where anything is lost at all."""
        name = " ".join(text.split())[:_LONGEST_NAME]
        place = self.place(sheet, cell)
        if suggestion:
            self._structure(finding("XR712", place, name=name, suggestion=suggestion))
        elif cell is not None or (not _is_ours(sheet) and any(True for _ in sheet.filled())):
            self.found.append(finding("XR712", place, severity=Severity.INFO, name=name, suggestion=""))

    def _page(self, part: Section, sheet: Sheet) -> Page:
        return self._fields(part, sheet) if part.field is None else self._table(part, sheet)

    # The sheet whose fields stand beneath each other

    def _fields(self, part: Section, sheet: Sheet) -> Page:
        """One row: its headings are in the first filled cell of each line, what they say is right beside them."""
        entries: dict[str, Entry] = {}
        labels: dict[str, str] = {}
        strange: list[tuple[Cell, str]] = []
        for row, values in enumerate(sheet.rows):
            column = next((column for column, value in enumerate(values) if value not in (None, "")), None)
            label = values[column] if column is not None else None
            if column is None or not isinstance(label, str):
                continue
            key = heading_names(part.name).get(fold(label))
            if key is None:
                if sheet.value(row, column + 1) is not None and not _is_title(label):
                    strange.append((Cell(row, column), label))
            elif key in entries:
                self._structure(finding("XR705", self.place(sheet, Cell(row, column)), code=" ".join(label.split())))
            else:
                entries[key] = self._entry(sheet, Cell(row, column + 1))
                labels[key] = " ".join(label.split())
        self._strange(part, sheet, strange, labels)
        return Page(part, sheet.name, [entries], labels)

    # Sheets with a heading row

    def _table(self, part: Section, sheet: Sheet) -> Page:
        header = self._header(part, sheet)
        needed = [column for column in part.columns if column.is_needed]
        if header is None:
            for column in needed if any(True for _ in sheet.filled()) or part.is_needed else ():
                self._structure(finding("XR729", self.place(sheet), column=_in_both(part, column.key)))
            return Page(part, sheet.name)
        labels = {key: _text(sheet.value(header.row, column)) for column, key in header.columns.items()}
        self._other_headings(part, sheet, header, labels)
        for column in needed:
            if column.key not in labels:
                where = self.place(sheet, Cell(header.row, min(header.columns)))
                self._structure(finding("XR729", where, column=_in_both(part, column.key)))
        faulty = {cell.row for cell in (*sheet.errors, *sheet.unstored)}
        rows = (
            {key: self._entry(sheet, Cell(line, column)) for column, key in header.columns.items()}
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

    def _other_headings(self, part: Section, sheet: Sheet, header: _Header, labels: Mapping[str, str]) -> None:
        known = heading_names(part.name)
        strange: list[tuple[Cell, str]] = []
        for column, value in enumerate(sheet.rows[header.row]):
            if not isinstance(value, str) or not value.strip() or column in header.columns:
                continue
            if fold(value) in known:
                self._structure(finding("XR705", self.place(sheet, Cell(header.row, column)), code=_text(value)))
            else:
                strange.append((Cell(header.row, column), value))
        self._strange(part, sheet, strange, labels)

    def _strange(
        self, part: Section, sheet: Sheet, names: Sequence[tuple[Cell, str]], labels: Mapping[str, str]
    ) -> None:
        """Headings that are none of ours: misspelt where they are like one that is not there."""
        absent = {word: key for word, key in heading_names(part.name).items() if key not in labels}
        for cell, name in names:
            key = closest(name, absent)
            self._unknown(sheet, cell, name, heading(part, part.column(key), "vi") if key else "")

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
    return Pages(pages, tuple(reader.found), reader.has_structure)


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


def _in_both(part: Section, key: str) -> str:
    """A heading in both languages, for messages about something that is not there: "Mã số / Code"."""
    return " / ".join(heading(part, part.column(key), language) for language in LANGUAGES)


def _in_all_sheet(part: Section) -> dict[str, str]:
    return {language: sheet_title(part.name, language) for language in LANGUAGES}


def defined(page: Page | None) -> Iterator[Row]:
    """The rows of a sheet that may not be there."""
    yield from page.rows if page is not None else ()
