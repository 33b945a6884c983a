"""What a clerk typed into the open cells, right or wrong, as it is put back into a workbook that is returned."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlreport.aggregation import Qualifier, Status
from xlreport.datapoints import DataPoint
from xlreport.dates import serial
from xlreport.forms.answers import FIRST_DAY, LAST_DAY, find_option, same_text
from xlreport.forms.model import Indicator, Kind, Measure, MeasureRole, Table
from xlreport.forms.roles import CellRole
from xlreport.grid.cells import Scalar, Sheet
from xlreport.intake.identify import Identified
from xlreport.intake.remarks import as_typed
from xlreport.language import LANGUAGES, texts
from xlreport.layout.identity import Marked
from xlreport.layout.locate import Located, locate
from xlreport.numbers import from_float
from xlreport.refs import Cell

#: A number, a day, or a text: whatever else a cell may hold is shown as text, which no reader takes for a figure.
Entry = Decimal | datetime.date | str

_STATUSES = tuple(f"status.{status}" for status in (Status.NORMAL, Status.PROVISIONAL, Status.ESTIMATED))
_QUALIFIERS = tuple(f"qualifier.{qualifier}" for qualifier in Qualifier)


@dataclass(frozen=True, slots=True)
class Typed:
    """Entries under the codes of the version in force, and those whose row continues nowhere."""

    entries: Mapping[DataPoint, Entry] = field(default_factory=dict)
    #: What stood in each table's status cell.
    statuses: Mapping[str, str] = field(default_factory=dict)
    left_behind: Mapping[DataPoint, Entry] = field(default_factory=dict)


def typed_entries(identified: Identified, language: str) -> Typed:
    """Everything typed into a workbook. Answers that are understood are put in the words of the language."""
    entries: dict[DataPoint, Entry] = {}
    statuses: dict[str, str] = {}
    for table in identified.issued.tables:
        located = _located(identified, table)
        if located is None:
            continue
        if located.status is not None:
            status = as_typed(located.sheet.value(*located.status)) or ""
            statuses[table.table] = _in_language(status, _STATUSES, language)
        entries |= _table_entries(identified, table, located, language)
    return _forward(identified, entries, statuses)


def _located(identified: Identified, table: Table) -> Located | None:
    """The table's one sheet; of several copies one, if they say the same."""
    sheets: list[Marked] = [sheet for sheet in identified.tables if sheet.table == table.table]
    if not sheets or any(sheet.sheet.rows != sheets[0].sheet.rows for sheet in sheets[1:]):
        return None
    return locate(sheets[0], table)


def _table_entries(identified: Identified, table: Table, located: Located, language: str) -> dict[DataPoint, Entry]:
    found = {}
    for indicator in table.indicators:
        for measure in table.measures:
            point = DataPoint(table.table, indicator.code, measure.measure)
            cell = located.cell(indicator.code, measure.measure)
            if cell is None or identified.issued.roles.get(point) is not CellRole.INPUT:
                continue
            entry = _entry(located.sheet, cell, indicator, measure, language)
            if entry is not None and entry != "":
                found[point] = entry
    return found


def _entry(sheet: Sheet, cell: Cell, indicator: Indicator, measure: Measure, language: str) -> Entry | None:
    if cell in sheet.errors:
        return sheet.errors[cell]
    value = sheet.value(*cell)
    match measure.role:
        case MeasureRole.QUALIFIER | MeasureRole.STATUS:
            keys = _QUALIFIERS if measure.role is MeasureRole.QUALIFIER else _STATUSES
            return _in_language(as_typed(value) or "", keys, language)
        case MeasureRole.NOTE:
            return as_typed(value)
    if indicator.is_choice:
        return _option(as_typed(value), indicator, language)
    return _figure(value, indicator)


def _figure(value: Scalar, indicator: Indicator) -> Entry | None:
    """A day in a cell for figures becomes a text: as a number it would be taken for a figure."""
    if isinstance(value, bool):
        return as_typed(value)
    if isinstance(value, int | float):
        return from_float(value) if math.isfinite(value) and not indicator.is_wording else as_typed(value)
    day = value.date() if isinstance(value, datetime.datetime) and value.time() == datetime.time() else value
    if isinstance(day, datetime.date) and not isinstance(day, datetime.datetime):
        if indicator.kind is Kind.DATE and FIRST_DAY <= day <= LAST_DAY and serial(day) > 0:
            return day
        return f"{day:%d/%m/%Y}"
    return as_typed(value)


def _option(typed: str | None, indicator: Indicator, language: str) -> str | None:
    option = find_option(typed, indicator) if typed else None
    names = {one.option: one.name.pick(language) for one in indicator.options}
    return typed if option is None else names[option]


def _in_language(typed: str, keys: tuple[str, ...], language: str) -> str:
    """A label of ours in the language, whichever it was typed in; anything else as it is."""
    for key in keys:
        if any(same_text(texts(one)(key)) == same_text(typed) for one in LANGUAGES):
            return texts(language)(key)
    return typed


def _forward(identified: Identified, entries: Mapping[DataPoint, Entry], statuses: Mapping[str, str]) -> Typed:
    """The entries under the codes that the version in force gives them."""
    way = identified.way
    if way is None:
        return Typed(entries, statuses)
    moved, left = {}, {}
    for point, entry in entries.items():
        to = way.codes.get((point.table, point.indicator))
        new = None if to is None else DataPoint(*to, point.measure)
        if new is not None and identified.bound.roles.get(new) is CellRole.INPUT:
            moved[new] = entry
        else:
            left[point] = entry
    tables = {to[0]: table for (table, _), to in way.codes.items() if table in statuses}
    return Typed(moved, {new: statuses[old] for new, old in tables.items()}, left)
