"""Where the cells of a unit's workbook are, as formulas name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import point_of
from xlreport.forms.model import Absence, Form, Indicator
from xlreport.layout.table import TableLayout
from xlreport.refs import a1, on_sheet
from xlreport.rules import Ref


@dataclass(frozen=True, slots=True)
class UnitCells:
    """References from one sheet of a unit's workbook; implements what the spreadsheet reading asks for."""

    form: Form
    layouts: Mapping[str, TableLayout]
    sheets: Mapping[str, str]
    language: str
    #: The table on whose sheet the formula stands; None on a sheet of its own.
    here: str | None = None
    #: Where figures of earlier periods stand.
    earlier: Mapping[DataPoint, str] = field(default_factory=dict)

    def number(self, ref: Ref) -> str:
        """The cell of a figure; those of earlier periods stand on the hidden sheet, blank where they are not known."""
        if ref.at is not None:
            return self.earlier[point_of(ref)]
        return self.address(ref.table or "", ref.indicator, ref.measure or "")

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """1 if the unit chose one of the options, else 0."""
        cell, indicator = self.number(ref), indicator_of(self.form, ref)
        if not indicator.is_choice:
            return f"IF({_answered(cell, self.form.absence)},1,0)"
        chosen = ",".join(f"{cell}={_quoted(label)}" for label in self._labels(ref, options))
        return f"IF(OR({chosen}),1,0)"

    def choice_present(self, ref: Ref) -> str:
        """Whether the unit answered with one of the options."""
        cell = self.number(ref)
        if not indicator_of(self.form, ref).is_choice:
            return _answered(cell, self.form.absence)
        return f"OR({','.join(f'{cell}={_quoted(label)}' for label in self._labels(ref, ()))})"

    def address(self, table: str, indicator: str, measure: str) -> str:
        """A data point's cell, with its sheet where the formula stands on another."""
        cell = a1(*self.layouts[table].cell(indicator, measure))
        return cell if table == self.here else on_sheet(self.sheets[table], cell)

    def _labels(self, ref: Ref, options: tuple[str, ...]) -> list[str]:
        indicator = indicator_of(self.form, ref)
        return [
            option.name.pick(self.language) for option in indicator.options if not options or option.option in options
        ]


def _answered(cell: str, absence: Absence) -> str:
    """The condition that a cell for words or a date holds any, not a token of absence."""
    excluded = ("", *absence.tokens)
    return f"AND({','.join(f'{cell}<>{_quoted(text)}' for text in excluded)})"


def indicator_of(form: Form, ref: Ref) -> Indicator:
    """The indicator a qualified reference names. Raises KeyError."""
    table = form.table(ref.table or "")
    indicator = table.indicator(ref.indicator) if table else None
    if indicator is None:
        raise KeyError(str(ref))
    return indicator


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
