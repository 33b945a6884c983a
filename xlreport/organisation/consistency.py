"""What is wrong with a register: everything at once, and nothing twice.

A row's fields that could not be read are left alone, and so is what would follow from them: one
mistake gives one finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xlreport.findings import Finding, finding
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import closest, fold
from xlreport.organisation.notation import DAYS

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
#: Windows takes these for devices, whatever ending follows.
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)
_ONE_DAY = timedelta(days=1)

#: The rows of each code by first day: named, not said before, validity read and not reversed.
History = Mapping[str, Sequence[Membership]]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a register, by what can be concluded from them."""

    #: Rows that name their node, without exact repetitions.
    named: tuple[Membership, ...]
    history: History
    #: Codes with a row whose validity is not known: a gap may be no gap.
    doubtful: frozenset[str]


def check(register: Register) -> tuple[Finding, ...]:
    """All errors and warnings of a register. Only one without errors may be given to `at`."""
    rows = _rows(register)
    cycles = _cycles(rows.history)
    looped = {frozenset(cycle.codes) for cycle in cycles}
    return (
        *_defined_twice(register.levels),
        *_defined_twice(register.unit_types),
        *_repetitions(register),
        *_unusable_codes(rows.named),
        *_unknown_levels(register, rows.named),
        *_unknown_unit_types(register, rows.named),
        *_unknown_parents(register, rows.named),
        *_reversed_validity(rows.named),
        *_overlaps(rows.history),
        *_gaps(rows),
        *_absent_parents(rows),
        *_level_order(register, rows.history, looped),
        *(cycle.finding for cycle in cycles),
        *_second_roots(rows),
    )


def _rows(register: Register) -> _Rows:
    pairs = [(row, first) for row, first in _with_first(register.memberships) if row.code]
    named = tuple(row for row, first in pairs if row is first or row != first)
    history: dict[str, list[Membership]] = {}
    doubtful: set[str] = set()
    for row, first in pairs:
        if row.unread.intersection(DAYS) or row.start > row.end:
            doubtful.add(row.code)
        elif row is first:
            history.setdefault(row.code, []).append(row)
    for rows in history.values():
        rows.sort(key=lambda row: row.start)
    return _Rows(named, history, frozenset(doubtful))


# Definitions, one by one


def _defined_twice(defined: Sequence[Level] | Sequence[UnitType]) -> Iterator[Finding]:
    seen: dict[str, Level | UnitType] = {}
    for item in defined:
        first = seen.setdefault(fold(item.code), item)
        if item.code and first is not item:
            yield finding("XR705", item.source, related=(first.source,), code=item.code)


def _repetitions(register: Register) -> Iterator[Finding]:
    for row, first in _with_first(register.memberships):
        if row.code and row is not first:
            yield finding("XR721", row.place("code"), related=(first.place("code"),), node=row.code)


def _with_first(rows: Iterable[Membership]) -> Iterator[tuple[Membership, Membership]]:
    """Each row with the first one that says the same, mostly itself.

    Rows of one code without days all speak of the same time, whatever else they say. Other rows say the same
    if they are equal; those that were not wholly read equal nothing.
    """
    seen: dict[Membership | str, Membership] = {}
    for row in rows:
        if _is_undated(row):
            yield row, seen.setdefault(row.code, row)
        else:
            yield row, row if row.unread else seen.setdefault(row, row)


def _is_undated(row: Membership) -> bool:
    return row.valid_from is None and row.valid_to is None and not row.unread.intersection(DAYS)


def _unusable_codes(rows: Iterable[Membership]) -> Iterator[Finding]:
    """Codes become names of files, also where names that differ in case only are one name."""
    codes: set[str] = set()
    folded: dict[str, Membership] = {}
    for row in rows:
        if row.code in codes:
            continue
        codes.add(row.code)
        first = folded.setdefault(row.code.casefold(), row)
        if first is not row:
            yield finding("XR732", row.place("code"), related=(first.place("code"),), code=row.code)
        elif not _FILE_NAME.fullmatch(row.code) or _DEVICES.fullmatch(row.code):
            yield finding("XR732", row.place("code"), code=row.code)


def _unknown_levels(register: Register, rows: Iterable[Membership]) -> Iterator[Finding]:
    known = {level.code for level in register.levels}
    meanings = _meanings(register.levels)
    for row in rows:
        if row.level not in known and "level" not in row.unread:
            suggestion = closest(row.level, meanings)
            yield finding("XR726", row.place("level"), node=row.code, level=row.level, suggestion=suggestion)


def _unknown_unit_types(register: Register, rows: Iterable[Membership]) -> Iterator[Finding]:
    known = {unit_type.code for unit_type in register.unit_types}
    meanings = _meanings(register.unit_types)
    for row in rows:
        if row.unit_type is not None and row.unit_type not in known and "unit_type" not in row.unread:
            place, suggestion = row.place("unit_type"), closest(row.unit_type, meanings)
            yield finding("XR734", place, node=row.code, unit_type=row.unit_type, suggestion=suggestion)


def _meanings(defined: Sequence[Level] | Sequence[UnitType]) -> dict[str, str]:
    named = {fold(title): item.code for item in defined for title in (item.vi, item.en) if title}
    return named | {fold(item.code): item.code for item in defined}


def _unknown_parents(register: Register, rows: Sequence[Membership]) -> Iterator[Finding]:
    """The suggestion is a node of a level above; its name is recognised too."""
    known = {row.code for row in rows}
    meanings = {level.code: _nodes_above(level, register, rows) for level in register.levels}
    nameless = _highest_without_code(register)
    order = {level.code: level.order for level in register.levels}
    suggestions: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.parent is None or row.parent in known or nameless < order.get(row.level, len(order)):
            continue
        typed = (row.parent, row.level)
        if typed not in suggestions:
            suggestions[typed] = closest(row.parent, meanings.get(row.level, {}))
        suggestion = suggestions[typed]
        yield finding("XR722", row.place("parent"), node=row.code, parent=row.parent, suggestion=suggestion)


def _highest_without_code(register: Register) -> float:
    """The order of the highest level with a row that lacks its code: it may be the parent that others name."""
    order = {level.code: level.order for level in register.levels}
    return min((order.get(row.level, -1) for row in register.memberships if not row.code), default=math.inf)


def _nodes_above(level: Level, register: Register, rows: Sequence[Membership]) -> dict[str, str]:
    above = {other.code for other in register.levels if other.order < level.order}
    nodes = [row for row in rows if row.level in above]
    return {fold(row.name): row.code for row in nodes if row.name} | {fold(row.code): row.code for row in nodes}


# Over time


def _reversed_validity(rows: Iterable[Membership]) -> Iterator[Finding]:
    for row in rows:
        if row.start > row.end and not row.unread.intersection(DAYS):
            yield finding("XR730", row.place("valid_to"), node=row.code)


def _overlaps(history: History) -> Iterator[Finding]:
    for code, rows in history.items():
        latest = rows[0]
        for row in rows[1:]:
            if row.start <= latest.end:
                related = (latest.place("valid_to"),)
                first, second = _span(latest), _span(row)
                place = row.place("valid_from")
                yield finding("XR724", place, related=related, node=code, first=first, second=second)
            latest = max(latest, row, key=lambda row: row.end)


def _span(row: Membership) -> str:
    return f"{row.valid_from or '…'} – {row.valid_to or '…'}"


def _gaps(rows: _Rows) -> Iterator[Finding]:
    for code, dated in rows.history.items():
        if code in rows.doubtful:
            continue
        known_to = dated[0].end
        for row in dated:
            if row.start > known_to and row.start > known_to + _ONE_DAY:
                first_day, last_day = known_to + _ONE_DAY, row.start - _ONE_DAY
                yield finding("XR733", row.place("valid_from"), node=code, first_day=first_day, last_day=last_day)
            known_to = max(known_to, row.end)


def _absent_parents(rows: _Rows) -> Iterator[Finding]:
    for row in _dated(rows.history):
        if row.parent is None or row.parent in rows.doubtful:
            continue
        day = _uncovered(row, rows.history.get(row.parent, ()))
        if day is not None:
            related = tuple(parent.place("valid_from") for parent in rows.history[row.parent])
            yield finding("XR731", row.place("parent"), related=related, node=row.code, parent=row.parent, day=day)


def _uncovered(row: Membership, parents: Sequence[Membership]) -> date | None:
    """A day on which a row holds and none of its parent's rows does. An unknown parent leaves no day uncovered."""
    if not parents:
        return None
    day = row.start
    for parent in parents:
        if parent.start > day:
            # Where validity is open there is no first such day: the last one says more.
            return day if day > date.min else min(parent.start - _ONE_DAY, row.end)
        if parent.end >= row.end:
            return None
        day = max(day, parent.end + _ONE_DAY)
    return day


def _level_order(register: Register, history: History, looped: set[frozenset[str]]) -> Iterator[Finding]:
    """A cycle breaks the order of levels as well: it is reported as a cycle only."""
    order = {level.code: level.order for level in register.levels}
    for row in _dated(history):
        for parent in history.get(row.parent or "", ()):
            in_order = order.get(row.level, len(order)) > order.get(parent.level, -1)
            if in_order or not _overlap(row, parent) or any({row.code, parent.code} <= cycle for cycle in looped):
                continue
            yield finding(
                "XR735",
                row.place("level"),
                node=row.code,
                level=row.level,
                parent=parent.code,
                parent_level=parent.level,
            )
            break


def _overlap(one: Membership, other: Membership) -> bool:
    return one.start <= other.end and other.start <= one.end


@dataclass(frozen=True, slots=True)
class _Cycle:
    codes: tuple[str, ...]
    finding: Finding


def _cycles(history: History) -> tuple[_Cycle, ...]:
    """A cycle begins on the first day of one of its rows: walking up from each row on that day finds all."""
    found: dict[frozenset[str], _Cycle] = {}
    for row in _dated(history):
        codes = _way_back(row, history)
        if codes and frozenset(codes) not in found:
            item = finding("XR723", row.place("parent"), cycle=" → ".join((*codes, row.code)))
            found[frozenset(codes)] = _Cycle(codes, item)
    return tuple(found.values())


def _way_back(row: Membership, history: History) -> tuple[str, ...]:
    """The codes on the way up from a row to itself; empty if it does not lead back."""
    way = {row.code: None}
    above = row.parent
    while above is not None and above not in way:
        way[above] = None
        holding = next((other for other in history.get(above, ()) if other.valid_on(row.start)), None)
        above = holding.parent if holding else None
    return tuple(way) if above == row.code else ()


def _second_roots(rows: _Rows) -> Iterator[Finding]:
    """Several roots on one day. No root at all cannot be, but for mistakes that are reported already."""
    roots = [row for row in _dated(rows.history) if row.parent is None and "parent" not in row.unread]
    for position, row in enumerate(roots):
        for first in roots[:position]:
            if first.code != row.code and _overlap(first, row):
                related = (first.place("parent"),)
                yield finding("XR725", row.place("parent"), related=related, roots=f"{first.code}, {row.code}")
                break


def _dated(history: History) -> Iterator[Membership]:
    for rows in history.values():
        yield from rows
