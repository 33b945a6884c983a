"""The values of a unit's workbook: what its entries mean, and what follows from them."""

from __future__ import annotations

from decimal import Decimal

from xlreport.aggregation import Status, Value, complete_unit, derivation
from xlreport.aggregation.to_date import cumulated_value
from xlreport.datapoints import DataPoint
from xlreport.dates import from_serial
from xlreport.forms.answers import ANSWERED
from xlreport.forms.model import Absence, Indicator, Kind, Measure, MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.sheets.entries import Entry, UnitBook, equals
from xlreport.sheets.reading import reading_of


def entry_value(entry: Entry, indicator: Indicator, measure: Measure, absence: Absence, language: str) -> Value:
    """The value of an entry as the formulas of the workbook see it; missing for what they cannot use."""
    read = reading_of(entry, indicator, measure, absence, language)
    if not isinstance(read, Decimal) or measure.role is not MeasureRole.FIGURE:
        return Value()
    if indicator.is_choice:
        shown = (option.option for option in indicator.options if equals(entry, option.name.pick(language)))
        option = next(shown)
        return Value(text=option, counts={option: 1}, status=Status.NORMAL, units=1)
    if indicator.is_wording:
        return Value(text=str(entry), counts={ANSWERED: 1}, status=Status.NORMAL, units=1)
    if indicator.kind is Kind.DATE:
        day = from_serial(int(read))
        text = day.isoformat() if day else None
        return Value(number=read, text=text, counts={ANSWERED: 1}, status=Status.NORMAL, units=1)
    return Value(number=read, status=Status.NORMAL, units=1)


def values_of(book: UnitBook) -> dict[DataPoint, Value]:
    """Every value of the workbook, computed ones included."""
    known = dict(book.earlier)
    for point, _, indicator, measure, role in book.bound.cells:
        entry = book.entry(point) if role is CellRole.INPUT else None
        if entry is not None:
            known[point] = entry_value(entry, indicator, measure, book.bound.form.absence, book.language)
    nodes = book.cumulated
    for point, _, indicator, _, _ in book.bound.cells if nodes else ():
        if point in nodes:
            known[point] = cumulated_value(book.bound, indicator, nodes[point], point, known)
    return complete_unit(derivation(book.bound), known, book.unit_type, book.unit_level)
