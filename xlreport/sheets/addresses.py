"""Where the cells of a unit's workbook are, as formulas name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.forms.model import Absence, Form, Indicator, Kind
from xlreport.layout.table import TableLayout
from xlreport.refs import a1, on_sheet
from xlreport.rules import Node, Ref, references


@dataclass(frozen=True, slots=True)
class UnitCells:
    """References from one sheet of a unit's workbook; implements what the spreadsheet reading asks for."""

    form: Form
    layouts: Mapping[str, TableLayout]
    sheets: Mapping[str, str]
    language: str
    #: The table on whose sheet the formula stands; None on a sheet of its own.
    here: str | None = None

    def number(self, ref: Ref) -> str:
        """The cell of a figure. Other periods are not in this workbook: an empty text, which counts as missing."""
        if ref.at is not None:
            return '""'
        return self.address(ref.table or "", ref.indicator, ref.measure or "")

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """1 if the unit chose one of the options, else 0."""
        cell, indicator = self.number(ref), indicator_of(self.form, ref)
        if not indicator.is_choice:
            return f"IF({self.choice_present(ref)},1,0)"
        chosen = ",".join(f"{cell}={_quoted(label)}" for label in self._labels(ref, options))
        return f"IF(OR({chosen}),1,0)"

    def choice_present(self, ref: Ref) -> str:
        """Whether the unit answered with one of the options."""
        cell, indicator = self.number(ref), indicator_of(self.form, ref)
        if indicator.kind is Kind.DATE:
            return f"ISNUMBER({cell})"
        if not indicator.is_choice:
            return _answered(cell, self.form.absence)
        return f"OR({','.join(f'{cell}={_quoted(label)}' for label in self._labels(ref, ()))})"

    def with_days(self, formula: str, node: Node, otherwise: str) -> str:
        """A formula that shows `otherwise` where a day is missing: a token that means 0 of a figure says no day."""
        days = [ref for ref in references(node) if indicator_of(self.form, ref).kind is Kind.DATE and ref.at is None]
        if not days:
            return formula
        present = ",".join(f"ISNUMBER({cell})" for cell in dict.fromkeys(map(self.number, days)))
        return f"=IF(AND({present}),{formula.removeprefix('=')},{_quoted(otherwise)})"

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
    """The condition that a cell for words holds any, not a token of absence."""
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
