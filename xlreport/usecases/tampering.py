"""Workbooks held against what was issued. Blank ones are built anew, once for each kind of filler and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from xlreport.aggregation import Value
from xlreport.aggregation.to_date import so_far_point
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location
from xlreport.forms.expressions import BoundForm
from xlreport.forms.roles import Filler
from xlreport.grid.cells import Workbook
from xlreport.grid.read import read_workbook
from xlreport.grid.writing import WriteError
from xlreport.intake.blanks import IssuedBook, issued_book
from xlreport.intake.identify import Identified
from xlreport.intake.issued import issued_figures
from xlreport.intake.sheet_changes import sheet_changes
from xlreport.intake.tampering import table_changes
from xlreport.language import LANGUAGES
from xlreport.periods import Period
from xlreport.rules import FormulaTooLarge
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook

_CHANGED_BY_OFFICE = "XR123"
#: Blank workbooks that are kept: a batch is mostly one form, filled by a few kinds of units.
_KEPT = 64


def changes(
    workbook: Workbook, identified: Identified, place: Location, found: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """What a unit changed besides its input cells. `found` is what the identification has said.

    Where the office changed the form since, nobody can tell who changed what. The second language is looked at only
    where a workbook is not what was issued in the first.
    """
    if any(item.code == _CHANGED_BY_OFFICE for item in found):
        return ()
    fewest: tuple[Finding, ...] | None = None
    for book in _books(identified):
        told = (*sheet_changes(workbook, identified, book, place), *table_changes(identified, book, place))
        if not told:
            return ()
        if fewest is None or _cells(told) < _cells(fewest):
            fewest = told
    return fewest or ()


def _cells(told: tuple[Finding, ...]) -> int:
    """Of how many cells something is told."""
    return sum(1 + len(item.related) for item in told)


def _books(identified: Identified) -> Iterator[IssuedBook]:
    """The workbook as issued in each language; none for a form that does not fit into a workbook."""
    bound, points = identified.issued, tuple(issued_figures(identified).cumulated)
    for language in LANGUAGES:
        book = _issued(_Kind(bound.form.fingerprint, bound.period, bound.filler, points, language, bound))
        if book is None:
            return
        yield book


@dataclass(frozen=True, slots=True)
class _Kind:
    """What blank workbooks differ in, besides figures; forms with the same fingerprint are the same."""

    fingerprint: str
    period: Period
    filler: Filler | None
    #: The cumulative figures that are computed from what the year had before.
    cumulated: tuple[DataPoint, ...]
    language: str
    bound: BoundForm = field(compare=False)


@lru_cache(maxsize=_KEPT)
def _issued(kind: _Kind) -> IssuedBook | None:
    filler = kind.filler or Filler()
    blank = UnitBook(
        bound=kind.bound,
        unit="x",
        unit_name="",
        unit_type=filler.unit_type,
        unit_level=filler.level,
        receiver="",
        language=kind.language,
        earlier={so_far_point(point): Value(number=Decimal(0)) for point in kind.cumulated},
    )
    try:
        workbook = read_workbook(unit_workbook(blank), "").workbook
    except (WriteError, FormulaTooLarge):
        return None
    if workbook is None:
        raise RuntimeError(f"a blank workbook of {kind.bound.form.form} cannot be read")
    return issued_book(kind.bound, blank.roles, workbook)
