"""Who has reported and who has not: every total says how many of the expected units it holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


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
