"""Issued workbooks as random clerks fill them, with right and wrong contents, and what the live check must say.

The live check is recalculated by a spreadsheet engine; what it must say follows from `xlreport check` of the same
file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import openpyxl
from hypothesis import strategies as st

from xlreport.aggregation import complete_unit, count_of, derivation, number_of
from xlreport.aggregation.nodes import ReceivedFigure, received_values
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.forms.answers import FIRST_DAY, LAST_DAY
from xlreport.forms.expressions import BoundForm
from xlreport.forms.model import Indicator, Kind, MeasureRole
from xlreport.forms.roles import CellRole, FormCell
from xlreport.intake.facts import FactRow
from xlreport.language import texts
from xlreport.layout.table import plan_table
from xlreport.rules import evaluate
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.reading import listed_words
from xlreport.usecases.check import CheckedFile

#: What stands in a cell as a spreadsheet program has it; "#DIV/0!" is an error, "=7/2" a formula.
Content = Decimal | str | date | bool
Contents = Mapping[DataPoint, Content]
ERRORS = ("#DIV/0!", "#N/A", "#REF!", "#VALUE!")
ODD_NUMBERS = (
    "1.005", "2.675", "9.605", "0.125", "1.5", "0.5", "-0.5", "1E-7", "123456789012.345", "999999999999999",
    "1000000000000000",
)  # fmt: skip
TEXT_NUMBERS = ("9.605", "9.605,38", "299,99", "1.840", "12 tỷ", "5%", "mười", "1,5", "2024")


@st.composite
def contents(draw: st.DrawFn, bound: BoundForm, language: str) -> dict[DataPoint, Content]:
    """Contents of the input cells: all right; or some blank, and few or many wrong in every way."""
    wrong_in_ten = draw(st.sampled_from([0, 0, 1, 5]))
    drawn: dict[DataPoint, Content] = {}
    for cell in bound.cells:
        if cell.role is not CellRole.INPUT or cell.table not in bound.tables:
            continue
        if draw(st.integers(1, 10)) <= wrong_in_ten:
            drawn[cell.point] = draw(_any(cell, bound, language))
        elif draw(st.integers(0, 9 if wrong_in_ten else 0)) < 8:
            drawn[cell.point] = draw(_right(cell, language))
    return drawn


def _any(cell: FormCell, bound: BoundForm, language: str) -> st.SearchStrategy[Content]:
    kinds = [
        _right(cell, language),
        st.sampled_from(ERRORS),
        st.sampled_from([*bound.form.absence.tokens, " ", "  "]),
    ]
    if cell.measure.role is MeasureRole.NOTE:
        return st.one_of(kinds)
    kinds += [st.sampled_from(TEXT_NUMBERS), st.sampled_from(["?", "x y", "Trên", "Sơ bộ", "=7/2", '="a"&"b"'])]
    if cell.measure.role is MeasureRole.FIGURE and cell.indicator.is_numeric:
        kinds += [_figures(cell.indicator)] * 3
    return st.one_of(kinds)


def _right(cell: FormCell, language: str) -> st.SearchStrategy[Content]:
    indicator = cell.indicator
    if cell.measure.role is MeasureRole.NOTE:
        return st.sampled_from(["ghi chú", "x", "5"])
    if cell.measure.role is not MeasureRole.FIGURE:
        return st.sampled_from(listed_words(cell.measure.role))
    if indicator.is_choice:
        return st.sampled_from([option.name.pick(language) for option in indicator.options])
    if indicator.kind is Kind.DATE:
        return st.dates(FIRST_DAY, LAST_DAY) | st.sampled_from([date(1905, 7, 16), date(2201, 1, 1)])
    if indicator.is_wording:
        return st.sampled_from(["44-KH/ĐUK", "đã ban hành"])
    return st.integers(0, 40).map(lambda digits: Decimal(digits).scaleb(-indicator.decimals))


def _figures(indicator: Indicator) -> st.SearchStrategy[Content]:
    """Figures at limits and at ties of rounding, with too many decimals, negative, and very large."""
    places = st.integers(0, 7)
    near = [bound for bound in (indicator.minimum, indicator.maximum, Decimal(0)) if bound is not None]
    steps = st.tuples(st.integers(-30, 30), places).map(lambda step: Decimal(5 * step[0]).scaleb(-step[1] - 1))
    about = st.builds(Decimal.__add__, st.sampled_from(near), steps)
    return about | st.sampled_from(ODD_NUMBERS).map(Decimal)


def filled(data: bytes, bound: BoundForm, typed: Contents) -> bytes:
    """The workbook with these contents, as a program that checks nothing puts them in."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    names = dict(zip((table.table for table in bound.tables), workbook.sheetnames[1:], strict=False))
    layouts = {table.table: plan_table(table) for table in bound.tables}
    for point, content in typed.items():
        row, column = layouts[point.table].cell(point.indicator, point.measure)
        cell = workbook[names[point.table]].cell(row + 1, column + 1)
        cell.value = float(content) if isinstance(content, Decimal) else content
        if content in ERRORS:
            cell.data_type = "e"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the live check says: the result of each rule, in the form's order, and the number of problems."""

    rules: tuple[str, ...]
    problems: int
    lines: frozenset[str]


def live_verdicts(data: bytes, bound: BoundForm) -> Verdicts:
    """What the stored values of a recalculated workbook show."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    check = workbook.worksheets[-2]
    rows = list(check.iter_rows(min_row=6 + 3 * len(bound.tables), max_col=4, values_only=True))
    results = tuple(str(row[3]) for row in rows if row[1])
    lines = set()
    for sheet in workbook.worksheets[:-1]:
        said = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if is_status(cell)]
        lines.add(" | ".join(said))
    problems = check.cell(3, 4).value
    assert isinstance(problems, int | float)
    return Verdicts(results, int(problems), frozenset(lines))


def is_status(value: object) -> bool:
    """Whether a cell holds the line that says if a workbook is ready."""
    words = [(texts(language)("template.ready"), texts(language)("template.errors_after")) for language in ("vi", "en")]
    return isinstance(value, str) and any(value == ready or value.endswith(after) for ready, after in words)


def expected_verdicts(file: CheckedFile, book: UnitBook, typed: Contents) -> Verdicts:
    """What they must be, by the findings of the same file.

    A cell that only the reader understands, such as a number typed as text, is wrong to the live check and missing
    to its rules. Where there is none, its problems are the check's errors.
    """
    bound, words = book.bound, texts(book.language)
    beyond = {_point(row) for row in file.facts if is_beyond_formulas(row, typed.get(_point(row)), book)}
    kept = [row for row in file.facts if _point(row) not in beyond]
    holds = _holds(bound, kept, book)
    if not beyond:
        violated = sum(item.code == "XR401" for item in file.findings)
        assert violated == holds.count(False)
    others = sum(item.is_error and item.code != "XR401" and _where(item) not in beyond for item in file.findings)
    signs = tuple(
        _sign(rule.rule.severity, result, words("check_sheet.not_enough"))
        for rule, result in zip(bound.rules, holds, strict=True)
    )
    problems = others + len(beyond) + signs.count("✗")
    line = words("template.ready")
    if problems:
        line = f"{words('template.errors_before')}{problems}{words('template.errors_after')}"
    return Verdicts(signs, problems, frozenset({line}))


def _sign(severity: str, result: bool | None, unknown: str) -> str:
    if result is None:
        return unknown
    return "✓" if result else "✗" if severity == "error" else "!"


def is_beyond_formulas(row: FactRow, content: Content | None, book: UnitBook) -> bool:
    """Whether the check read a text that is neither the form's token nor the name of an option as it is listed."""
    table = book.bound.form.table(row.table)
    indicator = table.indicator(row.indicator) if table else None
    measure = table.measure(row.measure) if table else None
    if indicator is None or measure is None or measure.role is not MeasureRole.FIGURE or indicator.is_wording:
        return False
    if row.status in ("O", "U") or not isinstance(content, str) or content.startswith("="):
        return False
    plain = [option.name.pick(book.language) for option in indicator.options] or book.bound.form.absence.tokens
    return content.lower() not in map(str.lower, plain)


def _point(row: FactRow) -> DataPoint:
    return DataPoint(row.table, row.indicator, row.measure)


def _where(item: Finding) -> DataPoint:
    location = item.location
    return DataPoint(location.table or "", location.indicator or "", location.measure or "")


def _holds(bound: BoundForm, facts: Iterable[FactRow], book: UnitBook) -> list[bool | None]:
    figures = [
        ReceivedFigure(
            row.unit, row.table, row.indicator, row.measure, Decimal(row.value) if row.value else None, row.text,
            row.status, row.qualifier,
        )
        for row in facts
    ]  # fmt: skip
    received = received_values(bound, figures).get(book.unit, {})
    values = complete_unit(derivation(bound), dict(received), book.unit_type, book.unit_level)
    found = [
        evaluate(rule.node, number_of(values), bound.precision, rule.months, count_of(values)) for rule in bound.rules
    ]
    return [result if isinstance(result, bool) else None for result in found]
