"""Sheets that were renamed, hidden, added or deleted: tables are told by their markers, others by their titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlreport.findings import Finding, Location, finding
from xlreport.forms.answers import same_text
from xlreport.grid.cells import Sheet, Workbook
from xlreport.intake.blanks import IssuedBook
from xlreport.intake.identify import Identified
from xlreport.language import LANGUAGES, texts
from xlreport.layout.identity import METADATA_SHEET, is_metadata
from xlreport.refs import a1


def sheet_changes(workbook: Workbook, identified: Identified, book: IssuedBook, place: Location) -> Iterator[Finding]:
    """What was done to whole sheets. A hidden metadata sheet is as it should be, however deep it is hidden."""
    copies = Counter(sheet.table for sheet in identified.tables)
    for marked in identified.tables:
        here = replace(place, sheet=marked.sheet.name, table=marked.table)
        if copies[marked.table] > 1 or marked.table not in book.tables:
            continue
        if marked.sheet.hidden:
            yield finding("XR225", here)
        name = book.tables[marked.table].sheet
        if same_text(marked.sheet.name) != same_text(name):
            yield finding("XR226", here, issued=name, found=marked.sheet.name)
    if identified.metadata is None:
        # Tables were put into another workbook, or the sheet was deleted: either way that is all there is to say.
        yield finding("XR229", place)
        return
    own = {marked.sheet.name for marked in identified.tables}
    others = [sheet for sheet in workbook.sheets if sheet.name not in own and not is_metadata(sheet)]
    yield from _missing(others, book, place)
    yield from _added(others, book, place)


def _missing(sheets: Sequence[Sheet], book: IssuedBook, place: Location) -> Iterator[Finding]:
    """The guidance and the check list, by their titles."""
    found = {_title(sheet) for sheet in sheets}
    for name, title in book.titles.items():
        if name != METADATA_SHEET and same_text(title) not in found:
            yield finding("XR228", place, sheet=name)


def _added(sheets: Sequence[Sheet], book: IssuedBook, place: Location) -> Iterator[Finding]:
    """Sheets of somebody's own, if they hold numbers: those count for nothing."""
    known = {same_text(title) for title in book.titles.values()}
    for key in ("returned.title", "returned.title_moved"):
        known |= {same_text(texts(language)(key)) for language in LANGUAGES}
    for sheet in sheets:
        number = (
            None
            if _title(sheet) in known
            else next((cell for cell, value in sheet.filled() if _is_number(value)), None)
        )
        if number is not None:
            yield finding("XR227", replace(place, sheet=sheet.name, cell=a1(*number)))


def _title(sheet: Sheet) -> str:
    title = sheet.value(0, 0)
    return same_text(title) if isinstance(title, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
