"""Who has reported and who has not: every total says how many of the expected units it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xlreport.forms.model import Form
from xlreport.periods import Period


@dataclass(frozen=True, slots=True)
class Coverage:
    """The expected units of a node, in official order, by what has come from them."""

    expected: tuple[str, ...]
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    missing: tuple[str, ...]
    late: tuple[str, ...]
    #: "accepted", "late", "rejected" or "missing" of each expected unit; late ones are accepted too.
    states: Mapping[str, str]

    @property
    def is_complete(self) -> bool:
        """Whether every expected unit's figures are in the totals."""
        return len(self.accepted) == len(self.expected)


def coverage(
    expected: Sequence[str], accepted: Collection[str], rejected: Collection[str], late: Collection[str] = ()
) -> Coverage:
    """Sort expected units. A unit whose newest file was rejected but that has an accepted one counts as accepted."""
    states = {unit: _state(unit, accepted, rejected, late) for unit in expected}

    def units(*wanted: str) -> tuple[str, ...]:
        return tuple(unit for unit, state in states.items() if state in wanted)

    return Coverage(
        tuple(expected), units("accepted", "late"), units("rejected"), units("missing"), units("late"), states
    )


def _state(unit: str, accepted: Collection[str], rejected: Collection[str], late: Collection[str]) -> str:
    if unit in accepted:
        return "late" if unit in late else "accepted"
    return "rejected" if unit in rejected else "missing"


def due_date(form: Form, period: Period) -> date | None:
    """The last day on which a unit's report is on time; None where the form sets none."""
    return period.end + timedelta(days=form.deadline.days_after_period) if form.deadline else None
