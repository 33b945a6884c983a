"""Where the cells of a unit's workbook are, as formulas name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import point_of
from xlreport.forms.model import Form, Indicator, Kind
from xlreport.forms.roles import CellRole
from xlreport.layout.table import TableLayout
from xlreport.refs import Cell, a1, on_sheet
from xlreport.rules import Ref
from xlreport.sheets.reading import any_of


@dataclass(frozen=True, slots=True)
class UnitCells:
    """References from one sheet of a unit's workbook; implements what the spreadsheet reading asks for."""

    form: Form
    layouts: Mapping[str, TableLayout]
    sheets: Mapping[str, str]
    roles: Mapping[DataPoint, CellRole]
    language: str
    #: The table on whose sheet the formula stands; None on a sheet of its own.
    here: str | None = None
    #: Where figures of earlier periods stand.
    earlier: Mapping[DataPoint, str] = field(default_factory=dict)

    def number(self, ref: Ref) -> str:
        """The cell of a figure: of an input its reading; those of earlier periods stand on the hidden sheet."""
        if ref.at is not None:
            return self.earlier[point_of(ref)]
        point = DataPoint(ref.table or "", ref.indicator, ref.measure or "")
        if self.roles[point] is CellRole.INPUT:
            return self._on_its_sheet(point.table, self.layouts[point.table].reading(*point[1:]))
        return self.address(*point)

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """1 if the unit chose one of the options, else 0."""
        if not indicator_of(self.form, ref).is_choice:
            return f"IF({self.choice_present(ref)},1,0)"
        return f"IF({self._is_one_of(ref, options)},1,0)"

    def choice_present(self, ref: Ref) -> str:
        """Whether the unit answered: with one of the options, with a day, with words."""
        indicator = indicator_of(self.form, ref)
        if ref.at is None or indicator.kind is Kind.DATE:
            return f"ISNUMBER({self.number(ref)})"
        return self._is_one_of(ref, ()) if indicator.is_choice else f'{self.number(ref)}<>""'

    def _is_one_of(self, ref: Ref, options: tuple[str, ...]) -> str:
        cell = self.address(ref.table or "", ref.indicator, ref.measure or "") if ref.at is None else self.number(ref)
        return any_of(cell, self._labels(ref, options))

    def address(self, table: str, indicator: str, measure: str) -> str:
        """A data point's cell, with its sheet where the formula stands on another."""
        return self._on_its_sheet(table, self.layouts[table].cell(indicator, measure))

    def _on_its_sheet(self, table: str, cell: Cell) -> str:
        return a1(*cell) if table == self.here else on_sheet(self.sheets[table], a1(*cell))

    def _labels(self, ref: Ref, options: tuple[str, ...]) -> list[str]:
        indicator = indicator_of(self.form, ref)
        return [
            option.name.pick(self.language) for option in indicator.options if not options or option.option in options
        ]


def indicator_of(form: Form, ref: Ref) -> Indicator:
    """The indicator a qualified reference names. Raises KeyError."""
    table = form.table(ref.table or "")
    indicator = table.indicator(ref.indicator) if table else None
    if indicator is None:
        raise KeyError(str(ref))
    return indicator
