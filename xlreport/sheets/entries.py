"""What a unit's workbook holds: whose it is, and what stands in its input cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlreport.aggregation import Status, Value
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm

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
    #: Figures of earlier periods that rules and formulas refer to, by points such as `actual@previous`.
    earlier: Mapping[DataPoint, Value] = field(default_factory=dict)


def equals(entry: Entry, text: str) -> bool:
    """Whether a formula finds that text in the cell: spreadsheets compare letter by letter, without case."""
    return isinstance(entry, str) and entry.lower() == text.lower()
