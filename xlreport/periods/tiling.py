"""Which periods make up a longer one exactly: 2024 is H1 + Q3 + Q4, and never Q1 + H1, as H1 already holds Q1."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from xlreport.periods.model import PER_YEAR, Frequency, Period, Stretch, contains, days_of


def parts(target: Stretch, frequency: Frequency) -> tuple[Period, ...] | None:
    """The periods of a frequency that a stretch consists of, in order; None if it does not consist of such."""
    return tiling(target, tuple(within(target, frequency)))


def tiling(target: Stretch, available: Collection[Period]) -> tuple[Period, ...] | None:
    """Periods that cover each day of the target once, in order; None if the available ones cannot.

    As few as there can be; of equally few the longest first.
    """
    return _cover(target, available, ())


def missing(target: Stretch, available: Collection[Period], frequency: Frequency) -> tuple[Period, ...] | None:
    """The fewest periods of a frequency that the available ones lack to cover the target, in order.

    Empty if they lack nothing; None if periods of that frequency cannot fill what is lacking.
    """
    cover = _cover(target, available, tuple(within(target, frequency)))
    return None if cover is None else tuple(period for period in cover if period not in available)


def within(target: Stretch, frequency: Frequency) -> Iterator[Period]:
    """The periods of a frequency within a stretch, in order; where terms begin is nobody's rule but their own."""
    if frequency is Frequency.TERM:
        if isinstance(target, Period) and target.frequency is frequency:
            yield target
        return
    first, last = days_of(target)
    for year in range(first.year, last.year + 1):
        for number in range(1, PER_YEAR[frequency] + 1):
            period = Period(frequency, year, number)
            if contains(target, period):
                yield period


@dataclass(frozen=True, slots=True)
class _Way:
    """How to cover from some day to the end of the target."""

    lacking: int
    count: int
    periods: tuple[Period, ...]


def _cover(target: Stretch, available: Collection[Period], others: Collection[Period]) -> tuple[Period, ...] | None:
    """The best cover: with as few of the others as possible, then of as few periods as possible.

    Found from the end backwards: the best way on from a day does not depend on how one came there.
    """
    first, last = (day.toordinal() for day in days_of(target))
    ways = {last + 1: _Way(0, 0, ())}
    for piece in sorted({*available, *others}, key=_latest_then_longest):
        onwards = ways.get(piece.end.toordinal() + 1)
        if onwards is not None:
            start = piece.start.toordinal()
            way = _Way(onwards.lacking + (piece not in available), onwards.count + 1, (piece, *onwards.periods))
            best = ways.get(start)
            # Pieces of one start come the longest first, so the first of equally good ways stays.
            if best is None or (way.lacking, way.count) < (best.lacking, best.count):
                ways[start] = way
    return ways[first].periods if first in ways and ways[first].periods else None


def _latest_then_longest(piece: Period) -> tuple[int, int, str]:
    return -piece.start.toordinal(), -piece.months, piece.code
