"""The hidden cells right of a table: what each entry means, and whether it is as it should be.

Conditional formats, the check list and the status line all refer to the states; so a cell is marked exactly where
it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Indicator, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.grid.styles import ERROR_FILL, ERROR_FONT, REQUIRED_FILL, SMALL, WARNING_FILL, WARNING_FONT, Style
from xlreport.grid.writing import Formula, Page
from xlreport.layout.table import CODE_COLUMN, FIRST_MEASURE_COLUMN, TableLayout
from xlreport.numbers import plain
from xlreport.refs import a1, absolute, column_name, on_sheet
from xlreport.sheets.entries import Place, Shown, UnitBook
from xlreport.sheets.reading import UNREADABLE, any_of, listed_words, reading_formula

#: What is said of a rule: it holds; it does not, and keeps the workbook back; it does not, which is worth a look.
HOLDS, FAILS, DOUBTS = "✓", "✗", "!"
WRONG = Style(bold=True, fill=ERROR_FILL, colour=ERROR_FONT)
DOUBTFUL = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT)
REQUIRED = Style(fill=REQUIRED_FILL)


class State(IntEnum):
    """Whether a cell is as it should be."""

    RIGHT = 0
    BLANK = 1
    WRONG = 2
    #: It takes part in a rule of severity error that does not hold; in one that is only worth a second look.
    BROKEN = 3
    DOUBTFUL = 4


#: Cells in these states keep a workbook from being ready; rules are counted by themselves.
COUNTED = (State.BLANK, State.WRONG)


@dataclass(frozen=True, slots=True)
class Mark:
    """When something makes a cell other than right, and what it makes of it.

    Mostly it is a rule that the cell takes part in. WRONG is what was found in it when it came, of which its reading
    knows nothing.
    """

    condition: str
    state: State


Marks = Mapping[DataPoint, Sequence[Mark]]


@dataclass(frozen=True, slots=True)
class TableStates:
    """Where the states of a table stand, as other sheets refer to them."""

    states: str
    codes: str
    flags: Mapping[State, str]
    #: 1 in each row with an entry.
    entries: str


def reading_place(point: DataPoint) -> Place:
    """Where among a workbook's contents it is found what an entry means."""
    return f"reading {point}"


def state_place(point: DataPoint) -> Place:
    """Where it is found whether a cell is as it should be."""
    return f"state {point}"


def status_place(table: str) -> Place:
    """Where it is found whether the status of a table's data is one of those there are."""
    return f"status state {table}"


def flag_place(table: str, indicator: str, state: State) -> Place:
    """Where it is found whether a row has a cell of a state."""
    return f"flag {table}/{indicator} {state}"


def entry_place(table: str, indicator: str) -> Place:
    """Where it is found whether a row has an entry."""
    return f"entry {table}/{indicator}"


def draw_states(
    page: Page, book: UnitBook, table: Table, layout: TableLayout, contents: Mapping[Place, Shown], marks: Marks
) -> TableStates:
    """Write the readings and states of a table, and mark in colour what they tell."""
    block = _Block(book, table, layout, marks, book.roles, book.asked)
    for indicator in table.indicators:
        for measure in table.measures:
            point = block.point(indicator, measure)
            if block.is_input(indicator, measure) and measure.role is not MeasureRole.NOTE:
                read = Formula(block.reading_formula(indicator, measure), contents[reading_place(point)])
                # LibreOffice would show, and hand on, a day where the cell that is read holds one.
                page.write(*layout.reading(indicator.code, measure.measure), read, SMALL.but(number="0.######"))
            formula = block.state_formula(indicator, measure)
            if formula is not None:
                page.write(*layout.state(*point[1:]), Formula(formula, contents[state_place(point)]), SMALL)
        _draw_flags(page, table, layout, indicator, contents)
        said = block.entry_formula(indicator)
        if said is not None:
            shown = contents[entry_place(table.table, indicator.code)]
            page.write(layout.rows[indicator.code], layout.entry_column, Formula(said, shown), SMALL)
    _draw_status_state(page, layout, contents[status_place(table.table)])
    page.column(layout.last_column + 2, layout.entry_column, 4, hidden=True)
    _mark(page, layout)
    return _summary(page, layout)


@dataclass(frozen=True, slots=True)
class _Block:
    """The readings and states of one table as formulas."""

    book: UnitBook
    table: Table
    layout: TableLayout
    marks: Marks
    roles: Mapping[DataPoint, CellRole]
    asked: frozenset[DataPoint]

    def point(self, indicator: Indicator, measure: Measure) -> DataPoint:
        return DataPoint(self.table.table, indicator.code, measure.measure)

    def is_input(self, indicator: Indicator, measure: Measure) -> bool:
        return self.roles[self.point(indicator, measure)] is CellRole.INPUT

    def reading_formula(self, indicator: Indicator, measure: Measure) -> str:
        cell = a1(*self.layout.cell(indicator.code, measure.measure))
        return reading_formula(cell, indicator, measure, self.book.bound.form.absence, self.book.language)

    def state_formula(self, indicator: Indicator, measure: Measure) -> str | None:
        """The formula of a cell's state; None where nothing can be wrong with it."""
        marked = _marked(self.marks.get(self.point(indicator, measure), ()))
        if not self.is_input(indicator, measure) or measure.role is MeasureRole.NOTE:
            return f"={marked}" if marked != "0" else None
        read = a1(*self.layout.reading(indicator.code, measure.measure))
        if measure.role is not MeasureRole.FIGURE:
            beside = self._says_something(indicator)
            return f'=IF(AND({read}="{UNREADABLE}",{beside}),{State.WRONG},0)' if beside else None
        state = marked
        outside = _outside(read, indicator)
        if outside:
            state = f"IF(AND(ISNUMBER({read}),{outside}),{State.WRONG},{state})"
        if self._is_required(indicator, measure):
            state = f'IF({read}="",{State.BLANK},{state})'
        return f'=IF({read}="{UNREADABLE}",{State.WRONG},{state})'

    def entry_formula(self, indicator: Indicator) -> str | None:
        """Whether anybody has filled in a figure of the row; None where nobody is asked to."""
        asked = [measure for measure in self.table.measures if self.point(indicator, measure) in self.asked]
        said = [f'{a1(*self.layout.reading(indicator.code, measure.measure))}<>""' for measure in asked]
        return f"=IF(OR({','.join(said)}),1,0)" if said else None

    def _is_required(self, indicator: Indicator, measure: Measure) -> bool:
        return indicator.required and measure.is_required

    def _others(self, indicator: Indicator) -> Iterator[Measure]:
        """The inputs of a row beside those that qualify it."""
        for measure in self.table.measures:
            if measure.role in (MeasureRole.FIGURE, MeasureRole.NOTE) and self.is_input(indicator, measure):
                yield measure

    def _says_something(self, indicator: Indicator) -> str:
        """The condition that a row has an entry to qualify; empty where it can have none."""
        conditions = []
        for measure in self._others(indicator):
            if measure.role is MeasureRole.NOTE:
                note = a1(*self.layout.cell(indicator.code, measure.measure))
                conditions.append(f'IF(ISERROR({note}),FALSE,TRIM({note})<>"")')
            else:
                conditions.append(f'{a1(*self.layout.reading(indicator.code, measure.measure))}<>""')
        return f"OR({','.join(conditions)})" if conditions else ""


def _outside(read: str, indicator: Indicator) -> str:
    """The condition that a figure is out of its bounds; empty where it has none."""
    conditions = []
    if indicator.is_numeric and indicator.minimum is not None:
        conditions.append(f"N({read})<{plain(indicator.minimum)}")
    if indicator.is_numeric and indicator.maximum is not None:
        conditions.append(f"N({read})>{plain(indicator.maximum)}")
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else "".join(conditions)


def _marked(marks: Sequence[Mark]) -> str:
    """The state of a cell that is right by itself: whether anything else is wrong, such as a broken rule."""
    formula = "0"
    for state in (State.DOUBTFUL, State.BROKEN, State.WRONG):
        conditions = [mark.condition for mark in marks if mark.state is state]
        if conditions:
            formula = f"IF(OR({','.join(conditions)}),{state},{formula})"
    return formula


def _draw_flags(
    page: Page, table: Table, layout: TableLayout, indicator: Indicator, contents: Mapping[Place, Shown]
) -> None:
    row = layout.rows[indicator.code]
    first, last = _state_columns(layout)
    for column, state in zip(layout.flag_columns, COUNTED, strict=True):
        formula = f"=IF(COUNTIF({a1(row, first)}:{a1(row, last)},{state})>0,1,0)"
        flag = contents[flag_place(table.table, indicator.code, state)]
        page.write(row, column, Formula(formula, flag), SMALL)


def _draw_status_state(page: Page, layout: TableLayout, shown: Shown) -> None:
    """Whether the status of the data is none of those there are; a blank one is official."""
    cell = a1(*layout.status_cell)
    known = any_of(cell, listed_words(MeasureRole.STATUS))
    formula = f'=IF(ISERROR({cell}),0,IF(TRIM({cell})="",0,IF({known},0,{State.WRONG})))'
    page.write(*layout.status_state, Formula(formula, shown), SMALL)


def _state_columns(layout: TableLayout) -> tuple[int, int]:
    first = layout.status_state.column
    return first, first + layout.last_column - FIRST_MEASURE_COLUMN


def _mark(page: Page, layout: TableLayout) -> None:
    """Show the states at the cells, and at the codes of their rows in signs as well: colour alone is no message."""
    first, last = min(layout.rows.values()), layout.last_row
    left, right = _state_columns(layout)
    area = (first, FIRST_MEASURE_COLUMN, last, layout.last_column)
    here = f"{column_name(left)}{first + 1}"
    looks = {State.WRONG: WRONG, State.BROKEN: WRONG, State.DOUBTFUL: DOUBTFUL, State.BLANK: REQUIRED}
    for state, look in looks.items():
        page.conditional(area, _when(f"{here}={state}"), look)
    row = f"${column_name(left)}{first + 1}:${column_name(right)}{first + 1}"
    codes = (first, CODE_COLUMN, last, CODE_COLUMN)
    wrong = f"COUNTIF({row},{State.WRONG})+COUNTIF({row},{State.BROKEN})>0"
    page.conditional(codes, _when(wrong), WRONG.but(number=f'"{FAILS} "@'))
    page.conditional(codes, _when(f"COUNTIF({row},{State.DOUBTFUL})>0"), DOUBTFUL.but(number=f'"{DOUBTS} "@'))
    status = layout.status_cell
    wrong_status = _when(f"{absolute(*layout.status_state)}={State.WRONG}")
    page.conditional((status.row, status.column, status.row, status.column), wrong_status, WRONG)


def _when(formula: str) -> dict[str, object]:
    return {"type": "formula", "criteria": f"={formula}", "stop_if_true": True}


def _summary(page: Page, layout: TableLayout) -> TableStates:
    first, last = min(layout.rows.values()), layout.last_row
    left, right = _state_columns(layout)

    def area(top: int, start: int, end: int) -> str:
        return on_sheet(page.name, f"{absolute(top, start)}:{absolute(last, end)}")

    return TableStates(
        states=area(layout.status_cell.row, left, right),
        codes=area(first, CODE_COLUMN, CODE_COLUMN),
        flags={state: area(first, column, column) for state, column in zip(COUNTED, layout.flag_columns, strict=True)},
        entries=area(first, layout.entry_column, layout.entry_column),
    )
