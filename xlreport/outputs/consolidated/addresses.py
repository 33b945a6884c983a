"""Where the figures of a consolidated workbook stand, as its formulas name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import point_of
from xlreport.layout.matrix import MatrixColumn, MatrixSheet
from xlreport.refs import a1, on_sheet
from xlreport.rules import Ref


@dataclass(frozen=True, slots=True)
class Places:
    """The sheet and column of every data point, ratio term and answer of a workbook."""

    figures: Mapping[DataPoint, tuple[str, int]]
    answers: Mapping[tuple[DataPoint, str], tuple[str, int]]

    def row(self, row: int, here: str | None) -> RowCells:
        """The cells of one subject's row, for formulas on the sheet `here` (None: on a sheet of another kind)."""
        return RowCells(self, row, here)


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


@dataclass(frozen=True, slots=True)
class RowCells:
    """References into one row; implements what the spreadsheet reading of rules asks for."""

    places: Places
    row: int
    here: str | None

    def number(self, ref: Ref) -> str:
        """The cell of a figure. Other periods are not in this workbook: an empty text, which counts as missing."""
        return '""' if ref.at is not None else self.figure(point_of(ref))

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
        cell = a1(self.row, column)
        return cell if sheet == self.here else on_sheet(sheet, cell)
