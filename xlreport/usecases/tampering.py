"""Workbooks held against what was issued. Blank ones are built anew, once for each kind of filler and language."""

from __future__ import annotations

from xlreport.findings import Finding, Location
from xlreport.grid.cells import Workbook
from xlreport.grid.read import read_workbook
from xlreport.grid.writing import WriteError
from xlreport.intake.identify import Identified
from xlreport.intake.issued import IssuedBook, issued_book
from xlreport.intake.sheet_changes import sheet_changes
from xlreport.intake.tampering import table_changes
from xlreport.language import LANGUAGES
from xlreport.rules import FormulaTooLarge
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook

_CHANGED_BY_OFFICE = "XR123"


class Issued:
    """Blank workbooks of forms, kept while a batch is checked."""

    def __init__(self) -> None:
        self._books: dict[int, tuple[object, tuple[IssuedBook, ...]]] = {}

    def findings(
        self, workbook: Workbook, identified: Identified, place: Location, found: tuple[Finding, ...]
    ) -> tuple[Finding, ...]:
        """What a unit changed besides its input cells. `found` is what its identification has said.

        Where the office changed the form since, nobody can tell who changed what.
        """
        if any(item.code == _CHANGED_BY_OFFICE for item in found):
            return ()
        books = self._of(identified)
        if not books:
            return ()
        return (*sheet_changes(workbook, identified, books, place), *table_changes(identified, books, place))

    def _of(self, identified: Identified) -> tuple[IssuedBook, ...]:
        bound = identified.issued
        if id(bound) not in self._books:
            # The form is kept with its books: as long as it lives, nothing else has its id.
            self._books[id(bound)] = bound, _blank_books(identified)
        return self._books[id(bound)][1]


def _blank_books(identified: Identified) -> tuple[IssuedBook, ...]:
    """In every language; none for a form that does not fit into a workbook."""
    bound, filler = identified.issued, identified.issued.filler
    books = []
    for language in LANGUAGES:
        blank = UnitBook(
            bound=bound,
            unit=identified.identity.unit,
            unit_name="",
            unit_type=filler.unit_type if filler else None,
            unit_level=filler.level if filler else None,
            receiver="",
            language=language,
        )
        try:
            workbook = read_workbook(unit_workbook(blank), "").workbook
        except (WriteError, FormulaTooLarge):
            return ()
        if workbook is None:
            raise RuntimeError(f"a blank workbook of {bound.form.form} cannot be read")
        books.append(issued_book(bound, workbook))
    return tuple(books)
