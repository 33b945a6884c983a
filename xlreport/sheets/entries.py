"""What a unit's workbook holds: whose it is, and what stands in its input cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlreport.aggregation import Status, Value
from xlreport.aggregation.to_date import cumulated, so_far_point
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, point_of
from xlreport.forms.model import Indicator, Kind, MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.language import texts
from xlreport.rules import Node
from xlreport.sheets.returned import Returned

#: An entry as typed: a number, a date, or a text (an option, a token of absence, a note, anything wrong).
Entry = Decimal | str | date

#: Where something stands that is a unit's own: the data point of a cell, or a name for any other place.
Place = DataPoint | str
#: What stands there: a number, a text, or None for a blank cell or a formula that shows nothing.
Shown = Decimal | str | None


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
    #: Figures of earlier periods that rules and formulas refer to, by points such as `actual@previous`; under
    #: `actual@so_far` what the year had before this period, where the cumulative figure is to be computed from it.
    earlier: Mapping[DataPoint, Value] = field(default_factory=dict)
    #: Figures that the office already has (plans, the same period of last year): they stand in their cells, locked,
    #: unless `entries` says what somebody typed over them.
    prefilled: Mapping[DataPoint, Value] = field(default_factory=dict)

    def entry(self, point: DataPoint) -> Entry | None:
        """What stands in an input cell: what was typed there, else what it was prefilled with."""
        if point in self.entries or point not in self.prefilled:
            return self.entries.get(point)
        table = self.bound.form.table(point.table)
        indicator = table.indicator(point.indicator) if table else None
        return given_entry(self.prefilled[point], indicator, self.language) if indicator else None

    def is_locked(self, point: DataPoint) -> bool:
        """Whether an input cell holds what it was prefilled with. What somebody typed over it can be mended."""
        return point in self.prefilled and point not in self.entries

    def status_text(self, table: str) -> str:
        """What stands in the cell with the status of a table's data."""
        if self.returned is not None:
            return self.returned.statuses.get(table, "")
        return texts(self.language)(f"status.{self.statuses.get(table, Status.NORMAL)}")

    @property
    def cumulated(self) -> Mapping[DataPoint, Node]:
        """The cumulative figures that are computed, and from what."""
        return cumulated(self.bound, self.earlier)

    @property
    def roles(self) -> Mapping[DataPoint, CellRole]:
        """What each cell is in this workbook: a cumulative figure may be typed, or follow from what is known."""
        return {**self.bound.roles, **dict.fromkeys(self.cumulated, CellRole.FORMULA)}

    @property
    def asked(self) -> frozenset[DataPoint]:
        """The figures that somebody is to fill in: those that were there already are not."""
        roles = self.roles
        return frozenset(
            cell.point
            for cell in self.bound.cells
            if cell.measure.role is MeasureRole.FIGURE
            and roles[cell.point] is CellRole.INPUT
            and cell.point not in self.prefilled
        )

    @property
    def earlier_points(self) -> tuple[DataPoint, ...]:
        """The figures of earlier periods that formulas of the workbook refer to, each once."""
        return (*map(point_of, self.bound.earlier), *map(so_far_point, self.cumulated))


def given_entry(value: Value, indicator: Indicator, language: str) -> Entry | None:
    """A value as it is typed in a workbook of that language: options by their names, days as days."""
    if value.text is None:
        return value.number
    if indicator.kind is Kind.DATE:
        return date.fromisoformat(value.text)
    option = indicator.option(value.text)
    return option.name.pick(language) if option else value.text


def text_at(contents: Mapping[Place, Shown], place: Place) -> str:
    """The text that stands in a place. Raises KeyError where there is none."""
    text = contents[place]
    if not isinstance(text, str):
        raise KeyError(place)
    return text


def equals(entry: Entry, text: str) -> bool:
    """Whether a formula finds that text in the cell: spreadsheets compare letter by letter, without case."""
    return isinstance(entry, str) and entry.lower() == text.lower()
