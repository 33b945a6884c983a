"""What a unit's workbook holds in its input cells, and the values that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlreport.aggregation import Status, Value, complete_unit, derivation
from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.forms.answers import ANSWERED
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Absence, Indicator, Kind
from xlreport.forms.roles import CellRole
from xlreport.sheets.returned import Returned

#: An entry as typed: a number, a date, or a text (an option, a token of absence, a note, anything wrong).
Entry = Decimal | str | date


@dataclass(frozen=True, slots=True)
class UnitBook:
    """One unit's workbook of a form in a period: blank, prefilled or filled.

    `entries` are what stands in input cells; `statuses` the status of each table's data (A, P or E; A if not named).
    `receiver` is the name of the node the unit reports to; `unit_level` the unit's own level in the register.
    """

    bound: BoundForm
    unit: str
    unit_name: str
    unit_type: str | None
    receiver: str
    language: str
    unit_level: str | None = None
    due: date | None = None
    contact: str = ""
    notice: str = ""
    statuses: Mapping[str, Status] = field(default_factory=dict)
    entries: Mapping[DataPoint, Entry] = field(default_factory=dict)
    corrects: str | None = None
    #: Why it goes back to the unit, and what is to be marked in it; None for one that is issued.
    returned: Returned | None = None
    #: Figures of earlier periods that rules and formulas refer to, by points such as `actual@previous`.
    earlier: Mapping[DataPoint, Value] = field(default_factory=dict)


def entry_value(entry: Entry, indicator: Indicator, absence: Absence, language: str) -> Value:
    """The value of an entry as the formulas of the workbook see it; missing for what they cannot use.

    The reader understands more: codes of options, their names in the other language, spaces too many.
    """
    if isinstance(entry, date):
        return _day(entry) if indicator.kind is Kind.DATE else Value()
    if isinstance(entry, Decimal):
        return Value(number=entry, status=Status.NORMAL, units=1) if indicator.is_numeric else Value()
    if indicator.is_wording and entry and not any(equals(entry, token) for token in absence.tokens):
        return Value(text=entry, counts={ANSWERED: 1}, status=Status.NORMAL, units=1)
    if indicator.is_choice:
        shown = (option.option for option in indicator.options if equals(entry, option.name.pick(language)))
        option = next(shown, None)
        return Value(text=option, counts={option: 1}, status=Status.NORMAL, units=1) if option else Value()
    if indicator.is_numeric and any(equals(entry, token) for token in absence.nil):
        return Value(number=Decimal(0), status=Status.NORMAL, units=1)
    return Value()


def _day(day: date) -> Value:
    number = Decimal(serial(day))
    return Value(number=number, text=day.isoformat(), counts={ANSWERED: 1}, status=Status.NORMAL, units=1)


def equals(entry: Entry, text: str) -> bool:
    """Whether a formula finds that text in the cell: spreadsheets compare letter by letter, without case."""
    return isinstance(entry, str) and entry.lower() == text.lower()


def values_of(book: UnitBook) -> dict[DataPoint, Value]:
    """Every value of the workbook, computed ones included."""
    received = {
        point: entry_value(book.entries[point], indicator, book.bound.form.absence, book.language)
        for point, _, indicator, _, role in book.bound.cells
        if role is CellRole.INPUT and point in book.entries
    }
    return complete_unit(derivation(book.bound), {**received, **book.earlier}, book.unit_type, book.unit_level)
