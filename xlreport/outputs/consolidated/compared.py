"""This period beside the same one of last year: as reported then, and like for like over the units of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlreport.aggregation import MISSING, Values
from xlreport.aggregation.like_for_like import Shown, comparable_points, paired, percent, summed, with_formulas
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, operands, point_of
from xlreport.forms.model import Table
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, FIGURE, HEADER, INDEX, SMALL, TITLE, TOTAL_FILL, Style, number_format
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.matrix import TOTAL_ROW
from xlreport.outputs.consolidated.addresses import Places, in_row
from xlreport.outputs.consolidated.publication import Publication
from xlreport.refs import a1, on_sheet
from xlreport.rules import Ref, formula_cell
from xlreport.sheets.statutory import footer_text

_CODE, _NAME, _UNDER_THEN, _UNDER_NOW, _FIRST = range(5)
_LEADING = ("code_column", "unit_column", "under_then", "under_now")
_WIDTHS = (10.0, 40.0, 14.0, 14.0)
_HEAD_ROW, _SIDE_ROW, _CODE_ROW, _UNIT_ROW = 4, 5, 6, 7
_REPORTED_ROW, _ALIKE_ROW, _COUNT_ROW, _FIRST_LIST_ROW = 8, 9, 10, 12
#: The columns of an indicator, and their widths.
_SIDES = {"now": 15.0, "then": 15.0, "percent": 11.0}
_INDICATORS_ON_A_PAGE = 4


@dataclass(frozen=True, slots=True)
class _Line:
    """A row: figures of both periods. What is added up runs over the rows `first` to `last`."""

    row: int
    now: Mapping[DataPoint, Shown]
    then: Mapping[DataPoint, Shown]
    labels: tuple[str, ...] = ()
    adds: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)
    refers: bool = False
    #: A unit of last year: of it there is nothing else.
    only_then: bool = False


def compared_tables(about: Publication) -> list[Table]:
    """The tables of which there is something to compare: only where the node has other units than last year."""
    points = _compared_points(about)
    return [table for table in about.consolidation.bound.form.tables if points.get(table.table)]


def _compared_points(about: Publication) -> dict[str, list[DataPoint]]:
    """What is compared, by table: of tables of which last year's figures are known, formulas of nothing but those."""
    compared, bound = about.compared, about.consolidation.bound
    if compared is None or not compared.is_regrouped(about.node):
        return {}
    then = [compared.reported.units[unit] for unit in compared.units_then(about.node)]
    then += [compared.recast.units.get(unit, {}) for unit in compared.units_now(about.node)]
    computed = {one.point: set(operands(one)) for one in bound.formulas}
    wanted = [point for table in bound.form.tables for point in comparable_points(bound, table)]
    known = {point.table for values in then for point in _numbers(values, wanted) if point not in computed}
    kept = {point for point in wanted if point.table in known and point not in computed}
    # Operands come before what is computed from them.
    for point, needed in computed.items():
        kept |= {point} if point in wanted and needed <= kept else set()
    shown: dict[str, list[DataPoint]] = {}
    for point in wanted:
        if point in kept:
            shown.setdefault(point.table, []).append(point)
    return shown


def draw_compared(pages: Mapping[str, Page], known: Places, about: Publication, texts: Texts) -> None:
    """Draw the sheets of the tables, by their codes: they share their rows, and formulas look from one to another."""
    bound = about.consolidation.bound
    points = _compared_points(about)
    columns = {point: _FIRST + len(_SIDES) * place for own in points.values() for place, point in enumerate(own)}
    lines = list(_lines(about, [point for own in points.values() for point in own], texts))
    for table, page in pages.items():
        _draw_heading(page, table, points[table], about, texts)
        cells = _Cells(bound, pages, columns, known, table)
        for line in lines:
            _draw_line(page, line, points[table], cells)
        _draw_count(page, points[table], cells, lines, texts)
        last = max(line.row for line in lines)
        page.freeze(_REPORTED_ROW, _UNDER_THEN)
        page.hide_gridlines()
        page.print_layout(
            repeat_rows=(_HEAD_ROW, _UNIT_ROW),
            last_row=last,
            last_column=_FIRST + len(_SIDES) * len(points[table]) - 1,
            repeat_columns=(_CODE, _NAME),
            pages=(1 + (len(points[table]) - 1) // _INDICATORS_ON_A_PAGE, 0),
            footer=footer_text(about.name(about.node)),
        )


def _lines(about: Publication, points: Sequence[DataPoint], texts: Texts) -> Iterator[_Line]:
    """The totals, then the units of today of which there are both figures, then those of last year."""
    compared, bound = about.compared, about.consolidation.bound
    if compared is None:
        return
    computed = {one.point for one in bound.formulas}
    typed = [point for point in points if point not in computed]
    here, there = compared.units_now(about.node), compared.units_then(about.node)
    pairs = [paired(compared.now.units[one], compared.recast.units.get(one, {}), typed) for one in here]
    alike = [({p: both[0] for p, both in own.items()}, {p: both[1] for p, both in own.items()}) for own in pairs]
    then = [_numbers(compared.reported.units[one], typed) for one in there]
    first = _FIRST_LIST_ROW + 1
    second = first + len(here) + 2
    runs = _run(first, len(here)), _run(second, len(there))
    node = {point: _shown(about.values, point) for point in points}
    yield _Line(
        _REPORTED_ROW, node, with_formulas(bound, summed(then, bound)),
        ("", texts("report.compared_reported"), "", ""), {"then": runs[1]}, refers=True,
    )  # fmt: skip
    yield _Line(
        _ALIKE_ROW, with_formulas(bound, summed([own for own, _ in alike], bound)),
        with_formulas(bound, summed([own for _, own in alike], bound)),
        ("", texts("report.compared_alike"), "", ""), {"now": runs[0], "then": runs[0]},
    )  # fmt: skip
    yield _Line(first - 1, {}, {}, ("", texts("report.compared_now_list"), "", ""))
    for row, (unit, (one, other)) in enumerate(zip(here, alike, strict=True), first):
        labels = _unit_labels(about, unit)
        yield _Line(row, with_formulas(bound, one), with_formulas(bound, other), labels)
    yield _Line(second - 1, {}, {}, ("", texts("report.compared_then_list"), "", ""))
    for row, (unit, numbers) in enumerate(zip(there, then, strict=True), second):
        yield _Line(row, {}, with_formulas(bound, numbers), _unit_labels(about, unit), only_then=True)


def _run(first: int, count: int) -> tuple[int, int] | None:
    return (first, first + count - 1) if count else None


def _numbers(values: Values, points: Sequence[DataPoint]) -> dict[DataPoint, Decimal]:
    found = ((point, values.get(point, MISSING).number) for point in points)
    return {point: number for point, number in found if number is not None}


def _shown(values: Values, point: DataPoint) -> Shown:
    value = values.get(point, MISSING)
    return value.number if value.number is not None else "—" if value.undefined else None


def _unit_labels(about: Publication, unit: str) -> tuple[str, ...]:
    """Code and name of a unit, and beneath which node it was and is."""
    then, now = (one.tree for one in (about.compared.reported, about.compared.now)) if about.compared else (None, None)
    known = [tree for tree in (now, then) if tree is not None and unit in tree]
    name = known[0].node(unit).name if known else unit
    under = [(tree.parent(unit) or "") if tree is not None and unit in tree else "" for tree in (then, now)]
    return (unit, name, *under)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where the figures of a sheet are, and how they are computed."""

    bound: BoundForm
    pages: Mapping[str, Page]
    columns: Mapping[DataPoint, int]
    known: Places
    here: str

    def content(self, line: _Line, point: DataPoint, side: str) -> Content:
        """A figure: received ones are constants, all others formulas."""
        if line.only_then and side == "now":
            return None
        shown = (line.now if side == "now" else line.then).get(point)
        if line.refers and side == "now":
            return Formula(in_row(f"={self.known.any_row(None).figure(point)}", TOTAL_ROW), shown)
        formula = next((one for one in self.bound.formulas if one.point == point), None)
        if formula is not None:
            row = _Row(self, side, line.row)
            text = formula_cell(formula.node, row, self.bound.precision, formula.months, formula.decimals)
            return Formula(text, shown)
        if not line.adds:
            return shown
        run, column = line.adds.get(side), self.column(point, side)
        if run is None:
            return None
        cells = f"{a1(run[0], column)}:{a1(run[1], column)}"
        return Formula(f'=IF(COUNT({cells})=0,"",ROUND(SUM({cells}),{self.decimals(point)}))', shown)

    def percent(self, line: _Line, point: DataPoint) -> Content:
        """This period in per cent of last year's."""
        if line.only_then:
            return None
        now, then = (a1(line.row, self.column(point, side)) for side in ("now", "then"))
        places = self.bound.form.percent_decimals
        text = f'=IF(OR(COUNT({now},{then})<2,N({then})=0),"—",ROUND({now}/{then}*100,{places}))'
        return Formula(text, percent(line.now.get(point), line.then.get(point), places))

    def column(self, point: DataPoint, side: str) -> int:
        """The column of a figure on its sheet."""
        return self.columns[point] + list(_SIDES).index(side)

    def decimals(self, point: DataPoint) -> int:
        """Decimals of a figure."""
        table = self.bound.form.table(point.table)
        indicator = table.indicator(point.indicator) if table else None
        return indicator.decimals if indicator else 0


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one side in a row, as the formulas of the form refer to them."""

    cells: _Cells
    side: str
    row: int

    def number(self, ref: Ref) -> str:
        """The cell of a figure, with its sheet where that is another one."""
        point = point_of(ref)
        cell = a1(self.row, self.cells.column(point, self.side))
        return cell if point.table == self.cells.here else on_sheet(self.cells.pages[point.table].name, cell)

    def choice_count(self, ref: Ref, options: tuple[str, ...]) -> str:
        """Answers are not compared."""
        raise ValueError(ref, options)

    def choice_present(self, ref: Ref) -> str:
        """Answers are not compared."""
        raise ValueError(ref)


def _draw_heading(page: Page, code: str, points: Sequence[DataPoint], about: Publication, texts: Texts) -> None:
    table, language = about.consolidation.bound.form.table(code), texts.language
    if table is None or about.compared is None:
        return
    page.widths([*_WIDTHS, *(list(_SIDES.values()) * len(points))])
    title = texts("report.compared_title", table=table.title.pick(language))
    page.write(0, _CODE, title, TITLE.but(align="left", size=14, wrap=False))
    page.write(1, _CODE, f"{about.name(about.node)} – {about.period.label(language)}", SMALL.but(size=11, wrap=False))
    note = texts("report.compared_note", period=about.compared.period.label(language))
    page.merge(2, _CODE, _UNDER_NOW, note, SMALL.but(size=11, wrap=True))
    page.row(2, row_height([(note, sum(_WIDTHS))]))
    for column, key in enumerate(_LEADING):
        page.write(_HEAD_ROW, column, texts(f"report.{key}"), HEADER)
        for row in (_SIDE_ROW, _CODE_ROW, _UNIT_ROW):
            page.write(row, column, "", INDEX)
    names, units = [], []
    for place, point in enumerate(points):
        indicator, first = table.indicator(point.indicator), _FIRST + len(_SIDES) * place
        if indicator is None:
            continue
        measure = indicator.unit_measure or table.unit_measure
        names.append((indicator.name.pick(language), sum(_SIDES.values())))
        page.merge(_HEAD_ROW, first, first + len(_SIDES) - 1, names[-1][0], HEADER.but(size=10))
        for column, side in enumerate(_SIDES, first):
            unit = "%" if side == "percent" else measure.pick(language) if measure else ""
            page.write(_SIDE_ROW, column, texts(f"report.compared_{side}"), INDEX.but(wrap=True))
            page.write(_CODE_ROW, column, indicator.code, INDEX)
            page.write(_UNIT_ROW, column, unit, INDEX.but(wrap=True))
            units.append((unit, _SIDES[side]))
    page.row(_HEAD_ROW, row_height(names, 11, 34))
    page.row(_UNIT_ROW, row_height(units, 9))
    page.row(_SIDE_ROW, row_height([(texts("report.compared_percent"), _SIDES["percent"])], 9))


def _draw_line(page: Page, line: _Line, points: Sequence[DataPoint], cells: _Cells) -> None:
    is_total, is_heading = bool(line.adds), not line.labels[0] and not line.adds
    look = BODY.but(bold=True, fill=TOTAL_FILL) if is_total else BODY.but(bold=is_heading)
    for column, text in enumerate(line.labels):
        page.write(line.row, column, text, look)
    page.row(line.row, row_height([(line.labels[_NAME], _WIDTHS[_NAME])]))
    if is_heading:
        return
    for point in points:
        figure = _figure(cells.decimals(point), is_total)
        for side in ("now", "then"):
            page.write(line.row, cells.column(point, side), cells.content(line, point, side), figure)
        share = _figure(cells.bound.form.percent_decimals, is_total)
        page.write(line.row, cells.column(point, "percent"), cells.percent(line, point), share)


def _figure(decimals: int, is_total: bool) -> Style:
    look = FIGURE.but(number=number_format(decimals))
    return look.but(bold=True, fill=TOTAL_FILL) if is_total else look


def _draw_count(page: Page, points: Sequence[DataPoint], cells: _Cells, lines: Sequence[_Line], texts: Texts) -> None:
    """How many units are in the totals that are like for like."""
    run = next(line.adds["then"] for line in lines if line.row == _ALIKE_ROW)
    page.write(_COUNT_ROW, _NAME, texts("report.compared_count"), BODY.but(italic=True))
    if run is None:
        return
    computed = {one.point for one in cells.bound.formulas}
    for point in points:
        if point not in computed:
            column = cells.column(point, "then")
            held = sum(line.then.get(point) is not None for line in lines if run[0] <= line.row <= run[1])
            formula = Formula(f"=COUNT({a1(run[0], column)}:{a1(run[1], column)})", Decimal(held))
            page.write(_COUNT_ROW, column, formula, FIGURE.but(italic=True, number=number_format(0)))
