"""What a node must remember of its units' figures so that any aggregation follows from it.

States merge: the state of a node is the merged state of its children, however the tree is cut.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from xlreport.aggregation.values import Qualifier, Status, Value, combine_qualifier, combine_status
from xlreport.forms.model import Aggregation
from xlreport.numbers import round_half_up


@dataclass(slots=True)
class State:
    """Sum, count and extremes of figures; answers by option; statuses and qualifiers seen."""

    total: Decimal = Decimal(0)
    count: int = 0
    low: Decimal | None = None
    high: Decimal | None = None
    answers: Counter[str] = field(default_factory=Counter)
    statuses: set[Status] = field(default_factory=set)
    qualifiers: set[Qualifier | None] = field(default_factory=set)

    def add(self, value: Value) -> None:
        """Take in one unit's value."""
        self.statuses.add(value.status)
        if value.number is not None:
            self.total += value.number
            self.count += 1
            self.low = value.number if self.low is None else min(self.low, value.number)
            self.high = value.number if self.high is None else max(self.high, value.number)
            self.qualifiers.add(value.qualifier)
        if value.counts:
            self.answers.update(value.counts)

    def value(self, across: Aggregation, decimals: int) -> Value:
        """The node's value. Nothing received stays nothing: a sum over no figures is not 0."""
        answered = sum(self.answers.values())
        number = self._number(across, decimals)
        status = combine_status(self.statuses)
        has_value = number is not None or answered > 0 or status is Status.NOT_APPLICABLE
        return Value(
            number=number,
            status=status if has_value else Status.MISSING,
            qualifier=combine_qualifier(self.qualifiers),
            counts=dict(self.answers) or None,
            units=answered or self.count,
        )

    def _number(self, across: Aggregation, decimals: int) -> Decimal | None:
        if across is Aggregation.COUNT:
            held = self.count or sum(self.answers.values())
            return Decimal(held) if held else None
        if self.count == 0:
            return None
        match across:
            case Aggregation.SUM:
                return round_half_up(self.total, decimals)
            case Aggregation.AVERAGE:
                return round_half_up(Fraction(self.total) / self.count, decimals)
            case Aggregation.MIN:
                return self.low
            case Aggregation.MAX:
                return self.high
        return None
