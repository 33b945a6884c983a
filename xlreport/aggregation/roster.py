"""Under which unit what was reported counts: a period may be long, or long ago, and units come and go.

Units are counted where they are on one day, the cut-off day of the period that is consolidated. A unit that has
since gone into another counts with that one; one that was split up, or that ended, has a row of its own beneath the
lowest node above everything that became of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from xlreport.aggregation.membership import fills
from xlreport.aggregation.state import State
from xlreport.aggregation.values import Value, Values
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import BoundForm, figure_decimals
from xlreport.forms.model import Form
from xlreport.organisation.history import heirs
from xlreport.organisation.model import Membership, Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period


@dataclass(frozen=True, slots=True)
class Row:
    """What counts under a unit: for each period of the roster the units that are to report, none before it began.

    `passed_on` says of a unit that is no more that others took its place, and with it its plans.
    """

    reporters: tuple[tuple[str, ...], ...]
    passed_on: bool = False

    def is_own(self, unit: str) -> bool:
        """Whether nothing but the unit itself counts under it, and that in every period."""
        return all(reporters == (unit,) for reporters in self.reporters)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who counts under whom in periods, over the tree of one day.

    `former` are the rows of the register of units that are not in the tree, or no longer fill the form.
    """

    tree: Tree
    periods: tuple[Period, ...]
    rows: Mapping[str, Row]
    former: Mapping[str, Membership]

    def node(self, unit: str) -> Membership:
        """The row of the register of a unit: as it was where it is no more."""
        return self.former[unit] if unit in self.former else self.tree.node(unit)

    def reports(self) -> Iterator[tuple[Period, str, str]]:
        """Every report that is expected: its period, who is to send it, and under which unit it counts."""
        for row, own in self.rows.items():
            for period, reporters in zip(self.periods, own.reporters, strict=True):
                for reporter in reporters:
                    yield period, reporter, row


def roster(form: Form, register: Register, periods: Sequence[Period], day: date, *, with_former: bool = True) -> Roster:
    """The roster of a form in periods over the tree of a day.

    Without `with_former` what cannot be counted under a unit of that day is left out.
    """
    today = at(register, day)
    reporters: dict[str, list[list[str]]] = {}
    former: dict[str, Membership] = {}
    passed_on: set[str] = set()
    for position, period in enumerate(periods):
        then = at(register, form.last_day(period))
        for unit in [code for code in then.codes if fills(form, then, code)]:
            became = _became(form, register, today, then, unit)
            row = became[0] if len(became) == 1 else unit
            if row != unit or became != (unit,):
                former[unit] = then.node(unit)
            if row == unit and became != (unit,):
                passed_on |= {unit} if became else set()
            reporters.setdefault(row, [[] for _ in periods])[position].append(unit)
    gone = {unit: node for unit, node in former.items() if unit in reporters}
    if not with_former:
        reporters = {row: own for row, own in reporters.items() if row not in gone}
        return Roster(today, tuple(periods), _rows(reporters, passed_on), former)
    placed = {unit: replace(node, parent=_above(register, today, node)) for unit, node in gone.items()}
    tree = at(register, day, placed) if placed else today
    return Roster(tree, tuple(periods), _rows(reporters, passed_on), former)


def _rows(reporters: Mapping[str, list[list[str]]], passed_on: set[str]) -> dict[str, Row]:
    return {row: Row(tuple(map(tuple, own)), row in passed_on) for row, own in reporters.items()}


def _became(form: Form, register: Register, today: Tree, then: Tree, unit: str) -> tuple[str, ...]:
    """What became of a unit by today, of all that fills the form: itself, where it is still there."""
    if unit in today and fills(form, today, unit):
        return (unit,)
    return tuple(heir for heir in heirs(register, unit, then.day, today.day) if fills(form, today, heir))


def _above(register: Register, today: Tree, node: Membership) -> str | None:
    """The node of today beneath which a unit of before has its row."""
    last = min(node.end, today.day)
    ways = [today.path(heir)[:-1] for heir in heirs(register, node.code, last, today.day)]
    if not ways and node.parent is not None:
        ways = [today.path(heir) for heir in heirs(register, node.parent, last, today.day)]
    shared = [step[0] for step in zip(*ways, strict=False) if len(set(step)) == 1] if ways else []
    return shared[-1] if shared else next(iter(today.roots), None)


def together(bound: BoundForm, received: Iterable[Values]) -> Values:
    """The figures of several units that have become one, as of that one: numbers only, as they aggregate."""
    values = list(received)
    if len(values) == 1:
        return values[0]
    states: dict[DataPoint, State] = {}
    for own in values:
        for point, value in own.items():
            states.setdefault(point, State()).add(value)
    joined: dict[DataPoint, Value] = {}
    for point, state in states.items():
        table = bound.form.table(point.table)
        indicator = table.indicator(point.indicator) if table else None
        if indicator is not None and indicator.is_numeric and state.count:
            value = state.value(indicator.across_units, figure_decimals(indicator, point.measure))
            joined[point] = replace(value, units=1)
    return joined
