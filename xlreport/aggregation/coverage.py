"""Who has reported and who has not: every total says how many of the expected units it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from xlreport.periods import Period

#: The states of reports whose figures count.
RECEIVED = ("accepted", "late", "disputed")


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is expected: of a unit, for a period. `row` is the unit under which its figures count.

    `state` is "accepted", "late", "disputed", "rejected" or "missing"; one that is late may be disputed as well.
    """

    unit: str
    period: Period
    row: str
    state: str
    is_late: bool = False

    @property
    def is_received(self) -> bool:
        """Whether its figures count, if the other reports of its row are there as well."""
        return self.state in RECEIVED


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """How many reports are expected, and what came of them. Received are those on time and those that are late."""

    expected: int
    accepted: int
    late: int
    rejected: int
    missing: int

    @property
    def on_time(self) -> int:
        """Reports that came by the day that they were due."""
        return self.accepted - self.late

    @property
    def rate(self) -> Fraction | None:
        """Per cent of the expected reports that were received; None where none is expected."""
        return Fraction(100 * self.accepted, self.expected) if self.expected else None

    @property
    def rate_on_time(self) -> Fraction | None:
        """Per cent of the expected reports that were received on time."""
        return Fraction(100 * self.on_time, self.expected) if self.expected else None


def count_reports(reports: Collection[Report]) -> ReportCounts:
    """Count reports as DHIS2 does. Who is no more is not expected, and an empty report was not accepted."""
    return ReportCounts(
        expected=len(reports),
        accepted=sum(one.is_received for one in reports),
        late=sum(one.is_received and one.is_late for one in reports),
        rejected=sum(one.state == "rejected" for one in reports),
        missing=sum(one.state == "missing" for one in reports),
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """The expected units of a node, in official order, by what has come from them."""

    expected: tuple[str, ...]
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    missing: tuple[str, ...]
    late: tuple[str, ...]
    #: Accepted, but a newer file was sent back.
    disputed: tuple[str, ...]
    #: "accepted", "late", "disputed", "rejected" or "missing" of each expected unit.
    states: Mapping[str, str]

    @property
    def on_time(self) -> tuple[str, ...]:
        """The accepted units whose first report came by the day that it was due."""
        return tuple(unit for unit in self.accepted if unit not in self.late)

    @property
    def is_complete(self) -> bool:
        """Whether every expected unit's figures are in the totals."""
        return len(self.accepted) == len(self.expected)


def coverage(
    expected: Sequence[str],
    accepted: Collection[str],
    rejected: Collection[str],
    late: Collection[str] = (),
    disputed: Collection[str] = (),
) -> Coverage:
    """Sort expected units. A unit that has an accepted file counts as accepted, whatever else it sent."""
    held = tuple(unit for unit in expected if unit in accepted)
    returned = tuple(unit for unit in expected if unit in rejected and unit not in accepted)
    missing = tuple(unit for unit in expected if unit not in accepted and unit not in rejected)
    late_ones, disputed_ones = (tuple(unit for unit in held if unit in some) for some in (late, disputed))
    # Later entries win: that a newer file was sent back says more than that the first was late.
    sorted_units = {
        "accepted": held, "rejected": returned, "missing": missing, "late": late_ones, "disputed": disputed_ones,
    }  # fmt: skip
    states = {unit: state for state, units in sorted_units.items() for unit in units}
    return Coverage(tuple(expected), held, returned, missing, late_ones, disputed_ones, states)
