"""What became of whom: mergers, splits and moves, for comparing the figures of one day's organisation with another's.

Everything here reads a register in which `check` finds no error, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from xlreport.organisation.model import Membership, Register


@dataclass(frozen=True, slots=True)
class Succession:
    """A node that goes into another: a part of a merger or of a split.

    `day` is the first day of the successor's row, the beginning of time where it is open.
    """

    predecessor: str
    successor: str
    day: date
    document: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """A node that goes from under one parent to another on `day`. None is above all."""

    code: str
    day: date
    before: str | None
    after: str | None
    document: str | None


def successions(register: Register) -> tuple[Succession, ...]:
    """All mergers and splits by day, those of one day in official order."""
    found = [
        Succession(predecessor, row.code, row.start, row.document)
        for row in register.memberships
        for predecessor in row.predecessors
    ]
    return tuple(sorted(found, key=lambda item: item.day))


def predecessors(register: Register, code: str, day: date) -> tuple[str, ...]:
    """The nodes that went into this one, up to and including the day, without those before them."""
    return _distinct(item.predecessor for item in successions(register) if item.successor == code and item.day <= day)


def successors(register: Register, code: str, day: date) -> tuple[str, ...]:
    """The nodes that this one went into, up to and including the day, without those after them."""
    return _distinct(item.successor for item in successions(register) if item.predecessor == code and item.day <= day)


def moves(register: Register, after: date = date.min, until: date = date.max) -> tuple[Move, ...]:
    """The nodes whose parent changed after one day up to and including another, by day, then in official order."""
    rows: dict[str, list[Membership]] = {}
    for row in register.memberships:
        rows.setdefault(row.code, []).append(row)
    found = [
        Move(later.code, later.start, earlier.parent, later.parent, later.document)
        for own in rows.values()
        for earlier, later in pairwise(sorted(own, key=lambda row: row.start))
        if earlier.parent != later.parent and after < later.start <= until
    ]
    return tuple(sorted(found, key=lambda item: item.day))


def origins(register: Register, code: str, earlier: date, later: date) -> tuple[str, ...]:
    """The nodes of an earlier day that are in this node of a later day, itself among them, in official order.

    Empty for a node that does not exist on the later day. What began between the two days and succeeds nobody has
    no origin.
    """
    if not _exists(register, code, later):
        return ()
    known = successions(register)

    def before(node: str, day: int) -> Iterator[tuple[str, int]]:
        for item in known:
            if item.successor == node and earlier.toordinal() < item.day.toordinal() < day:
                yield item.predecessor, item.day.toordinal()

    return _reached(register, (code, later.toordinal() + 1), before, earlier)


def heirs(register: Register, code: str, earlier: date, later: date) -> tuple[str, ...]:
    """The nodes of a later day that this node of an earlier day is in, itself among them, in official order.

    The figures of a node whose only heir is its whole can be added to those of the heir's other origins; those of a
    node with several heirs can only be compared where all of them belong. Empty for a node that does not exist on the
    earlier day; one that ended without a successor has no heir.
    """
    if not _exists(register, code, earlier):
        return ()
    known = successions(register)

    def after(node: str, day: int) -> Iterator[tuple[str, int]]:
        for item in known:
            if item.predecessor == node and day < item.day.toordinal() <= later.toordinal():
                yield item.successor, item.day.toordinal()

    return _reached(register, (code, earlier.toordinal()), after, later)


def _reached(
    register: Register,
    start: tuple[str, int],
    steps: Callable[[str, int], Iterator[tuple[str, int]]],
    day: date,
) -> tuple[str, ...]:
    """The nodes on the ways from a node and a day's number that exist on `day`. Days go one way: every way ends."""
    seen = {start}
    waiting = [start]
    while waiting:
        for step in steps(*waiting.pop()):
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    codes = {code for code, _ in seen}
    return _distinct(row.code for row in register.memberships if row.code in codes and row.valid_on(day))


def _exists(register: Register, code: str, day: date) -> bool:
    return any(row.code == code and row.valid_on(day) for row in register.memberships)


def _distinct(codes: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
