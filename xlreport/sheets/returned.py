"""What goes back to a unit besides its own entries: what was found in them, and why it gets another workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Severity

#: Notes about cells that the reader understands and the live check does not.
_NOTES = frozenset({"XR203", "XR216"})


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An entry of the sent file that has no place in this one."""

    table: str
    indicator: str
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a workbook goes back. Findings name data points of this workbook, and cells of the file that was sent."""

    file: str
    findings: tuple[Finding, ...] = ()
    #: What stood in the status cell of a table, as typed.
    statuses: Mapping[str, str] = field(default_factory=dict)
    #: The version on which it was filled, where this workbook is on a newer one.
    moved_from: int | None = None
    #: Cells that the older version did not ask for, and entries for which this one has no place.
    added: tuple[DataPoint, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()

    def listed(self) -> Iterator[Finding]:
        """The findings that the unit is told: not those that only say what was understood."""
        return (item for item in self.findings if item.severity is not Severity.INFO or item.code in _NOTES)
