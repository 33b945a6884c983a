"""Who has reported and who has not: every total says how many of the expected units it holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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

    @property
    def is_complete(self) -> bool:
        """Whether every expected unit's figures are in the totals."""
        return len(self.accepted) == len(self.expected)

    def state_of(self, unit: str) -> str:
        """ "accepted", "late", "rejected" or "missing"; late ones are accepted too."""
        if unit in self.accepted:
            return "late" if unit in self.late else "accepted"
        return "rejected" if unit in self.rejected else "missing"


def coverage(
    expected: Sequence[str], accepted: Collection[str], rejected: Collection[str], late: Collection[str] = ()
) -> Coverage:
    """Sort expected units. A unit whose newest file was rejected but that has an accepted one counts as accepted."""
    held = tuple(unit for unit in expected if unit in accepted)
    returned = tuple(unit for unit in expected if unit in rejected and unit not in accepted)
    missing = tuple(unit for unit in expected if unit not in accepted and unit not in rejected)
    return Coverage(tuple(expected), held, returned, missing, tuple(unit for unit in held if unit in late))


def due_date(form: Form, period: Period) -> date | None:
    """The last day on which a unit's report is on time; None where the form sets none."""
    return period.end + timedelta(days=form.deadline.days_after_period) if form.deadline else None
