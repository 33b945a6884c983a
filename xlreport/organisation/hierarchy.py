"""What is wrong with who stands under whom: unknown and absent parents, circles, several roots, nodes left alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.organisation.circles import circles
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.names import fold
from xlreport.organisation.rows import History, Rows, overlap, span
from xlreport.organisation.suggestions import Suggestions
from xlreport.organisation.validity import ONE_DAY

#: Levels by code: 0 at the top.
Order = Mapping[str, int]


def check_hierarchy(register: Register, rows: Rows) -> Iterator[Finding]:
    """Parents of each row, and the whole that they make."""
    order = {level.code: level.order for level in register.levels}
    loops = _circles(rows)
    second = _second_roots(rows, order)
    found = (
        *_unknown_parents(register, rows.named, order),
        *_absent_parents(rows),
        *_level_order(rows, order, loops),
        *(circle.finding for circle in loops),
        *second.values(),
        *_beneath_nothing(rows, order, frozenset(second)),
    )
    yield from found
    # A node is missed beneath another where all is known that stands beneath it.
    if not found and all(row.code and "parent" not in row.unread for row in register.memberships):
        yield from _without_children(register, rows, order)


# Parents that are not there


def _unknown_parents(register: Register, rows: Sequence[Membership], order: Order) -> Iterator[Finding]:
    """The suggestion is a node of a level above; its name is recognised too."""
    known = {row.code for row in rows}
    nameless = _highest_without_code(register, order)
    suggestions: dict[str, Suggestions] = {}
    for row in rows:
        if row.parent is None or row.parent in known or nameless < order.get(row.level, len(order)):
            continue
        if row.level not in suggestions:
            suggestions[row.level] = Suggestions(_nodes_above(row.level, order, rows))
        suggestion = suggestions[row.level].for_typed(row.parent)
        yield finding("XR722", row.place("parent"), node=row.code, parent=row.parent, suggestion=suggestion)


def _highest_without_code(register: Register, order: Order) -> float:
    """The order of the highest level with a row that lacks its code: it may be the parent that others name."""
    return min((order.get(row.level, -1) for row in register.memberships if not row.code), default=math.inf)


def _nodes_above(level: str, order: Order, rows: Sequence[Membership]) -> dict[str, str]:
    lowest = order.get(level, -1)
    nodes = [row for row in rows if order.get(row.level, len(order)) < lowest]
    return {fold(row.name): row.code for row in nodes if row.name} | {fold(row.code): row.code for row in nodes}


def _absent_parents(rows: Rows) -> Iterator[Finding]:
    for row in rows.dated:
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
            return day if day > date.min else min(parent.start - ONE_DAY, row.end)
        if parent.end >= row.end:
            return None
        day = max(day, parent.end + ONE_DAY)
    return day


# Order and circles


@dataclass(frozen=True, slots=True)
class _Circle:
    codes: frozenset[str]
    finding: Finding


def _level_order(rows: Rows, order: Order, found: Sequence[_Circle]) -> Iterator[Finding]:
    """A circle breaks the order of levels as well: it is reported as a circle only."""
    circle_of = {code: number for number, circle in enumerate(found) for code in circle.codes}
    for row in rows.dated:
        for parent in rows.history.get(row.parent or "", ()):
            in_order = order.get(row.level, len(order)) > order.get(parent.level, -1)
            in_circle = row.code in circle_of and circle_of[row.code] == circle_of.get(parent.code)
            if in_order or in_circle or not overlap(row, parent):
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


def _circles(rows: Rows) -> tuple[_Circle, ...]:
    """A circle begins on the first day of one of its rows: walking up from each row on that day finds all.

    Only rows of nodes that lead to each other on any days are walked from.
    """
    edges: dict[str, set[str]] = {}
    for row in rows.dated:
        edges.setdefault(row.code, set()).update({row.parent} if row.parent else ())
    numbers = circles(edges)
    found: dict[frozenset[str], _Circle] = {}
    done: set[int] = set()
    for row in rows.dated:
        may_lead_back = row.parent == row.code or (
            row.code in numbers and numbers[row.code] == numbers.get(row.parent or "")
        )
        if not may_lead_back or id(row) in done:
            continue
        way = _way_back(row, rows.history)
        done.update(id(other) for other in way)
        codes = frozenset(other.code for other in way)
        if way and codes not in found:
            shown = " → ".join(other.code for other in (*way, row))
            found[codes] = _Circle(codes, finding("XR723", row.place("parent"), cycle=shown))
    return tuple(found.values())


def _way_back(row: Membership, history: History) -> tuple[Membership, ...]:
    """The rows on the way up from a row to itself; empty if it does not lead back."""
    way = {row.code: row}
    above = row.parent
    while above is not None and above not in way:
        holding = next((other for other in history.get(above, ()) if other.valid_on(row.start)), None)
        if holding is None:
            return ()
        way[above] = holding
        above = holding.parent
    return tuple(way.values()) if above == row.code else ()


# Roots


def _second_roots(rows: Rows, order: Order) -> dict[int, Finding]:
    """Several roots on one day, by the row that is one too many: the lower level, else the later one.

    No root at all cannot be, but for mistakes that are reported already.
    """
    roots = [row for row in rows.dated if row.parent is None and "parent" not in row.unread]
    found: dict[int, Finding] = {}
    # By first day, and of one day the highest first: each is held against the one before that lasts longest.
    lasting: list[Membership] = []
    for row in sorted(roots, key=lambda row: (row.start, order.get(row.level, len(order)))):
        other = next((one for one in lasting if one.code != row.code and overlap(one, row)), None)
        if other is not None:
            _blame(other, row, order, found)
        lasting = _longest_two(lasting, row)
    return found


def _blame(one: Membership, other: Membership, order: Order, found: dict[int, Finding]) -> None:
    is_first_lower = order.get(one.level, len(order)) > order.get(other.level, len(order))
    root, extra = (other, one) if is_first_lower else (one, other)
    related, roots = (root.place("parent"),), f"{root.code}, {extra.code}"
    found.setdefault(id(extra), finding("XR725", extra.place("parent"), related=related, roots=roots))


def _longest_two(rows: Sequence[Membership], row: Membership) -> list[Membership]:
    """The rows of two nodes that last longest, of equal ones those that came first."""
    by_end = sorted((*rows, row), key=lambda row: row.end, reverse=True)
    return list({row.code: row for row in reversed(by_end)}.values())[::-1][:2]


def _beneath_nothing(rows: Rows, order: Order, reported: frozenset[int]) -> Iterator[Finding]:
    """Roots that are none: a node of a lower level on days on which there is no node of the highest."""
    highest = min((order.get(row.level, len(order)) for row in rows.dated), default=0)
    for row in rows.dated:
        is_root = row.parent is None and "parent" not in row.unread and id(row) not in reported
        if is_root and order.get(row.level, -1) > highest:
            yield finding("XR747", row.place("parent"), node=row.code, level=row.level, time=span(row))


# Nodes without any beneath them


def _without_children(register: Register, rows: Rows, order: Order) -> Iterator[Finding]:
    """Nodes that should have others beneath them and, at the end of what is known, have none.

    That is a matter of the level: one in which most nodes have children, or none has although there are nodes of
    lower levels. A node with a type of its own is a unit, whatever its level.
    """
    last_child = _last_days_of_children(rows)
    lowest = max((order.get(row.level, -1) for row in rows.dated), default=-1)
    current = {code: dated[-1] for code, dated in rows.history.items() if code not in rows.doubtful}
    for level in register.levels:
        nodes = [row for row in current.values() if row.level == level.code]
        parents = [row for row in nodes if row.code in last_child]
        if order[level.code] >= lowest or (parents and 2 * len(parents) < len(nodes)):
            continue
        for row in nodes:
            if row.unit_type is None and "unit_type" not in row.unread:
                yield from _without_child(row, level, last_child.get(row.code))


def _last_days_of_children(rows: Rows) -> dict[str, date]:
    """The last day on which each parent has a child. A child of unknown validity may be there for ever."""
    last: dict[str, date] = {}
    for row in rows.named:
        if row.parent is not None:
            end = date.max if row.code in rows.doubtful else row.end
            last[row.parent] = max(last.get(row.parent, date.min), end)
    return last


def _without_child(row: Membership, level: Level, last_day: date | None) -> Iterator[Finding]:
    if last_day is None:
        time = problem("organisation.always")
    elif row.end == date.max > last_day:
        time = problem("organisation.since", day=last_day + ONE_DAY)
    else:
        return
    title = {"vi": level.title("vi"), "en": level.title("en")}
    yield finding("XR748", row.place("code"), node=row.code, level=title, time=time)
