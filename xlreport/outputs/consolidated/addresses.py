"""Where the figures of a consolidated workbook stand, as its formulas name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import point_of
from xlreport.layout.matrix import MatrixColumn, MatrixSheet
from xlreport.refs import column_name, on_sheet
from xlreport.rules import Ref


@dataclass(frozen=True, slots=True)
class Places:
    """The sheet and column of every data point, ratio term and answer of a workbook."""

    figures: Mapping[DataPoint, tuple[str, int]]
    answers: Mapping[tuple[DataPoint, str], tuple[str, int]]

    def any_row(self, here: str | None) -> RowCells:
        """The cells of a row yet to be named by `in_row`, for formulas on the sheet `here` (None: on another)."""
        return RowCells(self, here)


def places(sheets: Mapping[str, MatrixSheet]) -> Places:
    """Look-ups for the matrix sheets of a workbook, by sheet name."""
    figures: dict[DataPoint, tuple[str, int]] = {}
    answers: dict[tuple[DataPoint, str], tuple[str, int]] = {}
    for name, sheet in sheets.items():
        for column in sheet.columns:
            if column.option is not None:
                answers[column.point, column.option] = (name, column.column)
            else:
                figures[figure_point(column)] = (name, column.column)
    return Places(figures, answers)


def figure_point(column: MatrixColumn) -> DataPoint:
    """The data point of a figure column; a ratio's terms are kept under names of their own."""
    if column.term is None:
        return column.point
    return column.point._replace(measure=f"{column.point.measure}.{column.term}")


#: Stands for the number of the row in a formula that is worded once for all rows; never part of a name.
_ROW = "\0"


def in_row(formula: str, row: int) -> str:
    """A formula worded with `any_row`, in a row (0-based)."""
    return formula.replace(_ROW, str(row + 1))


@dataclass(frozen=True, slots=True)
class RowCells:
    """References along a row; implements what the spreadsheet reading of rules asks for."""

    places: Places
    here: str | None

    def number(self, ref: Ref) -> str:
        """The cell of a figure, of an earlier period too."""
        return self.figure(point_of(ref))

    def figure(self, point: DataPoint) -> str:
        """The cell of a data point in this row."""
        return self._at(*self.places.figures[point])

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """How many units chose one of the options."""
        return f"SUM({','.join(self.answer_cells(point_of(ref), options))})"

    def choice_present(self, ref: Ref) -> str:
        """Whether any unit answered."""
        return f"SUM({','.join(self.answer_cells(point_of(ref), ()))})>0"

    def answer_cells(self, point: DataPoint, options: tuple[str, ...]) -> list[str]:
        """The cells that count the answers to a choice, those of all options if none is named."""
        return [
            self._at(*place)
            for (answered, option), place in self.places.answers.items()
            if answered == point and (not options or option in options)
        ]

    def _at(self, sheet: str, column: int) -> str:
        cell = f"{column_name(column)}{_ROW}"
        return cell if sheet == self.here else on_sheet(sheet, cell)
