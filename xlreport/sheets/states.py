"""The hidden cells right of a table: what each entry means, and whether it is as it should be.

Conditional formats, the check list and the status line all refer to the states; so a cell is marked exactly where
it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Indicator, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.grid.styles import ERROR_FILL, ERROR_FONT, REQUIRED_FILL, SMALL, WARNING_FILL, WARNING_FONT, Style
from xlreport.grid.writing import Formula, Page
from xlreport.layout.table import CODE_COLUMN, FIRST_MEASURE_COLUMN, TableLayout
from xlreport.numbers import plain
from xlreport.refs import a1, absolute, column_name, on_sheet
from xlreport.sheets.entries import UnitBook, equals
from xlreport.sheets.reading import UNREADABLE, any_of, listed_words, reading_formula, reading_of

#: What is said of a rule: it holds; it does not, and keeps the workbook back; it does not, which is worth a look.
HOLDS, FAILS, DOUBTS = "✓", "✗", "!"
WRONG = Style(bold=True, fill=ERROR_FILL, colour=ERROR_FONT)
DOUBTFUL = Style(bold=True, fill=WARNING_FILL, colour=WARNING_FONT)
REQUIRED = Style(fill=REQUIRED_FILL)
#: More rules than these on one cell would make its formula too long; the check list has them all.
_MOST_MARKS = 100


class State(IntEnum):
    """Whether a cell is as it should be."""

    RIGHT = 0
    BLANK = 1
    WRONG = 2
    #: It takes part in a rule of severity error that does not hold; in one that is only worth a second look.
    BROKEN = 3
    DOUBTFUL = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """When something makes a cell other than right, what it makes of it, and whether it does so now.

    Mostly it is a rule that the cell takes part in. WRONG is what was found in it when it came, of which its reading
    knows nothing.
    """

    condition: str
    state: State
    applies: bool


Marks = Mapping[DataPoint, Sequence[Mark]]


@dataclass(frozen=True, slots=True)
class TableStates:
    """Where the states of a table stand, as other sheets refer to them, and what they say now."""

    states: str
    codes: str
    flags: Mapping[State, str]
    #: How many cells are blank or wrong, and the first row's code, by state.
    counts: Mapping[State, int]
    first: Mapping[State, str]


def draw_states(page: Page, book: UnitBook, table: Table, layout: TableLayout, marks: Marks) -> TableStates:
    """Write the readings and states of a table, and mark in colour what they tell."""
    block = _Block(book, table, layout, marks, book.roles)
    states: dict[DataPoint, State] = {}
    for indicator in table.indicators:
        for measure in table.measures:
            if block.is_input(indicator, measure) and measure.role is not MeasureRole.NOTE:
                read = Formula(block.reading_formula(indicator, measure), block.reading(indicator, measure))
                page.write(*layout.reading(indicator.code, measure.measure), read, SMALL)
            formula = block.state_formula(indicator, measure)
            if formula is not None:
                point, state = block.point(indicator, measure), block.state(indicator, measure)
                states[point] = state
                page.write(*layout.state(*point[1:]), Formula(formula, Decimal(state)), SMALL)
        _draw_flags(page, layout, indicator, {state for point, state in states.items() if point[1] == indicator.code})
    is_status_wrong = _draw_status_state(page, layout, book.status_text(table.table))
    page.column(layout.last_column + 2, layout.flag_columns[1], 4, hidden=True)
    _mark(page, layout)
    return _summary(page, layout, states, wrong_beside=int(is_status_wrong))


@dataclass(frozen=True, slots=True)
class _Block:
    """The readings and states of one table, as formulas and as they are now."""

    book: UnitBook
    table: Table
    layout: TableLayout
    marks: Marks
    roles: Mapping[DataPoint, CellRole]

    def point(self, indicator: Indicator, measure: Measure) -> DataPoint:
        return DataPoint(self.table.table, indicator.code, measure.measure)

    def is_input(self, indicator: Indicator, measure: Measure) -> bool:
        return self.roles[self.point(indicator, measure)] is CellRole.INPUT

    def reading_formula(self, indicator: Indicator, measure: Measure) -> str:
        cell = a1(*self.layout.cell(indicator.code, measure.measure))
        return reading_formula(cell, indicator, measure, self.book.bound.form.absence, self.book.language)

    def reading(self, indicator: Indicator, measure: Measure) -> Decimal | str | None:
        entry = self.book.entry(self.point(indicator, measure))
        return reading_of(entry, indicator, measure, self.book.bound.form.absence, self.book.language)

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

    def state(self, indicator: Indicator, measure: Measure) -> State:
        """The same, computed by us."""
        marks = self.marks.get(self.point(indicator, measure), ())
        marked = next((mark.state for mark in _worst_first(marks) if mark.applies), State.RIGHT)
        if not self.is_input(indicator, measure) or measure.role is MeasureRole.NOTE:
            return marked
        read = self.reading(indicator, measure)
        if measure.role is not MeasureRole.FIGURE:
            return State.WRONG if read == UNREADABLE and self._says(indicator) else State.RIGHT
        if read == UNREADABLE or (isinstance(read, Decimal) and _is_outside(read, indicator)):
            return State.WRONG
        return State.BLANK if read is None and self._is_required(indicator, measure) else marked

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

    def _says(self, indicator: Indicator) -> bool:
        return any(
            bool(self.book.entry(self.point(indicator, measure)))
            if measure.role is MeasureRole.NOTE
            else self.reading(indicator, measure) is not None
            for measure in self._others(indicator)
        )


def _outside(read: str, indicator: Indicator) -> str:
    """The condition that a figure is out of its bounds; empty where it has none."""
    conditions = []
    if indicator.is_numeric and indicator.minimum is not None:
        conditions.append(f"N({read})<{plain(indicator.minimum)}")
    if indicator.is_numeric and indicator.maximum is not None:
        conditions.append(f"N({read})>{plain(indicator.maximum)}")
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else "".join(conditions)


def _is_outside(number: Decimal, indicator: Indicator) -> bool:
    low, high = indicator.minimum, indicator.maximum
    return indicator.is_numeric and ((low is not None and number < low) or (high is not None and number > high))


def _worst_first(marks: Sequence[Mark]) -> list[Mark]:
    return sorted(marks[:_MOST_MARKS], key=lambda mark: mark.state)


def _marked(marks: Sequence[Mark]) -> str:
    """The state of a cell that is right by itself: whether anything else is wrong, such as a broken rule."""
    formula = "0"
    for state in (State.DOUBTFUL, State.BROKEN, State.WRONG):
        conditions = [mark.condition for mark in marks[:_MOST_MARKS] if mark.state is state]
        if conditions:
            formula = f"IF(OR({','.join(conditions)}),{state},{formula})"
    return formula


def _draw_flags(page: Page, layout: TableLayout, indicator: Indicator, states: set[State]) -> None:
    row = layout.rows[indicator.code]
    first, last = _state_columns(layout)
    for column, state in zip(layout.flag_columns, (State.BLANK, State.WRONG), strict=True):
        formula = f"=IF(COUNTIF({a1(row, first)}:{a1(row, last)},{state})>0,1,0)"
        page.write(row, column, Formula(formula, Decimal(state in states)), SMALL)


def _draw_status_state(page: Page, layout: TableLayout, text: str) -> bool:
    """Whether the status of the data is none of those there are; a blank one is official. Returns what holds now."""
    cell = a1(*layout.status_cell)
    known = any_of(cell, listed_words(MeasureRole.STATUS))
    formula = f'=IF(ISERROR({cell}),0,IF(TRIM({cell})="",0,IF({known},0,{State.WRONG})))'
    is_wrong = bool(text.strip(" ")) and not any(equals(text, word) for word in listed_words(MeasureRole.STATUS))
    page.write(*layout.status_state, Formula(formula, Decimal(State.WRONG if is_wrong else State.RIGHT)), SMALL)
    return is_wrong


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


def _summary(page: Page, layout: TableLayout, states: Mapping[DataPoint, State], *, wrong_beside: int) -> TableStates:
    """`wrong_beside` are wrong cells outside of the rows."""
    first, last = min(layout.rows.values()), layout.last_row
    left, right = _state_columns(layout)

    def area(top: int, start: int, end: int) -> str:
        return on_sheet(page.name, f"{absolute(top, start)}:{absolute(last, end)}")

    counted = (State.BLANK, State.WRONG)
    return TableStates(
        states=area(layout.status_cell.row, left, right),
        codes=area(first, CODE_COLUMN, CODE_COLUMN),
        flags={state: area(first, column, column) for state, column in zip(counted, layout.flag_columns, strict=True)},
        counts={
            state: list(states.values()).count(state) + (wrong_beside if state is State.WRONG else 0)
            for state in counted
        },
        first={
            state: next((point.indicator for point, found in states.items() if found is state), "") for state in counted
        },
    )
