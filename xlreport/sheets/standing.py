"""How a unit's workbook stands now: what its entries mean, which cells are as they should be, how many are not.

The formulas beside the tables say the same (`states.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xlreport.datapoints import DataPoint
from xlreport.forms.model import Indicator, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.sheets.entries import Place, Shown, UnitBook, equals
from xlreport.sheets.reading import UNREADABLE, listed_words, reading_of
from xlreport.sheets.states import COUNTED, State, entry_place, flag_place, reading_place, state_place, status_place

Readings = Mapping[DataPoint, Decimal | str | None]


@dataclass(frozen=True, slots=True)
class TableStanding:
    """How many cells of a table are blank or wrong, and the code of the first row with one ("" for none)."""

    counts: Mapping[State, int]
    first: Mapping[State, str]


def readings_of(book: UnitBook) -> Readings:
    """What stands in each input cell but notes, as the formula beside it reads it; None for a blank one."""
    absence, roles = book.bound.form.absence, book.roles
    return {
        point: reading_of(book.entry(point), indicator, measure, absence, book.language)
        for point, indicator, measure in _cells(book)
        if roles[point] is CellRole.INPUT and measure.role is not MeasureRole.NOTE
    }


def states_of(book: UnitBook, readings: Readings, marked: Mapping[DataPoint, State]) -> dict[DataPoint, State]:
    """Whether cells are as they should be: those that are read, and those `marked` by rules with what these say."""
    return {
        point: _state(book, readings, point, indicator, measure, marked.get(point, State.RIGHT))
        for point, indicator, measure in _cells(book)
        if point in readings or point in marked
    }


def standing_of(book: UnitBook, table: Table, states: Mapping[DataPoint, State]) -> TableStanding:
    """The states of a table in short; the status of its data is one more cell, in no row."""
    found: dict[State, list[str]] = {state: [] for state in COUNTED}
    for point, state in states.items():
        if state in found and point.table == table.table:
            found[state].append(point.indicator)
    beside = status_state(book, table.table)
    return TableStanding(
        counts={state: len(codes) + (state is beside) for state, codes in found.items()},
        first={state: codes[0] if codes else "" for state, codes in found.items()},
    )


def status_state(book: UnitBook, table: str) -> State:
    """Whether the status of a table's data is one of those there are; a blank one is official."""
    text = book.status_text(table)
    is_known = not text.strip(" ") or any(equals(text, word) for word in listed_words(MeasureRole.STATUS))
    return State.RIGHT if is_known else State.WRONG


def is_empty(book: UnitBook, readings: Readings) -> bool:
    """Whether nobody has filled in any of the figures that are asked for: such a report is none."""
    asked = book.asked
    return bool(asked) and all(readings[point] is None for point in asked)


def state_contents(book: UnitBook, readings: Readings, states: Mapping[DataPoint, State]) -> dict[Place, Shown]:
    """What stands in the hidden cells right of the tables."""
    rows = {(point.table, point.indicator, state) for point, state in states.items()}
    return {
        **{reading_place(point): read for point, read in readings.items()},
        **{status_place(table.table): Decimal(status_state(book, table.table)) for table in book.bound.tables},
        **{state_place(point): Decimal(state) for point, state in states.items()},
        **_entry_contents(book, readings),
        **{
            flag_place(table.table, indicator.code, state): Decimal((table.table, indicator.code, state) in rows)
            for table in book.bound.tables
            for indicator in table.indicators
            for state in COUNTED
        },
    }


def _entry_contents(book: UnitBook, readings: Readings) -> dict[Place, Shown]:
    rows: dict[Place, Shown] = {}
    for point in book.asked:
        place = entry_place(point.table, point.indicator)
        rows[place] = Decimal(rows.get(place) == 1 or readings[point] is not None)
    return rows


def _cells(book: UnitBook) -> Iterator[tuple[DataPoint, Indicator, Measure]]:
    """The cells of the tables from the top."""
    for table in book.bound.tables:
        for indicator in table.indicators:
            for measure in table.measures:
                yield DataPoint(table.table, indicator.code, measure.measure), indicator, measure


def _state(
    book: UnitBook, readings: Readings, point: DataPoint, indicator: Indicator, measure: Measure, marked: State
) -> State:
    if point not in readings:
        return marked
    read = readings[point]
    if measure.role is not MeasureRole.FIGURE:
        return State.WRONG if read == UNREADABLE and _says(book, readings, point) else State.RIGHT
    if read == UNREADABLE or (isinstance(read, Decimal) and _is_outside(read, indicator)):
        return State.WRONG
    return State.BLANK if read is None and indicator.required and measure.is_required else marked


def _says(book: UnitBook, readings: Readings, point: DataPoint) -> bool:
    """Whether the row of a cell has an entry to qualify."""
    table = book.bound.form.table(point.table)
    row = [(DataPoint(*point[:2], measure.measure), measure.role) for measure in (table.measures if table else ())]
    return any(
        bool(book.entry(beside)) if role is MeasureRole.NOTE else readings.get(beside) is not None
        for beside, role in row
        if role in (MeasureRole.FIGURE, MeasureRole.NOTE)
    )


def _is_outside(number: Decimal, indicator: Indicator) -> bool:
    low, high = indicator.minimum, indicator.maximum
    return indicator.is_numeric and ((low is not None and number < low) or (high is not None and number > high))
