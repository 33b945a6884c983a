"""What one node's consolidated workbook is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xlreport.aggregation import Consolidation, Coverage, Report, Status, Values
from xlreport.aggregation.coverage import RECEIVED
from xlreport.aggregation.like_for_like import Compared
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding
from xlreport.periods import Period


@dataclass(frozen=True, slots=True)
class Source:
    """A submission as the sources sheet lists it. `state` is a key under `[report]`: accepted, rejected …"""

    unit: str
    file: str
    sha256: str
    received_on: date
    state: str
    status: Status | None = None
    period: Period | None = None
    #: Whether its figures are in the totals. Those of a period alone are not, where the whole has several.
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Former:
    """A unit that is no more: its name, and the last day on which it was there."""

    name: str
    last_day: date


@dataclass(frozen=True, slots=True)
class ChangedTotal:
    """A total that differs from the edition before. `units` are those whose submissions changed it."""

    point: DataPoint
    option: str | None
    before: EditionValue
    after: EditionValue
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditionValue:
    """A published total: a plain decimal or the key of a text, its status and its qualifier. None: there was none."""

    value: str | None
    text: str | None = None
    status: str | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """A report that came, went or was replaced since the edition before; names of files, "" for none."""

    unit: str
    period: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EditionNote:
    """Which publication it is, and what differs from the one before: nothing in the first."""

    number: int
    made_on: date
    closed_on: date | None = None
    before_on: date | None = None
    totals: tuple[ChangedTotal, ...] = ()
    sources: tuple[ChangedSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """One node's share of a consolidation, and what is said around it.

    `coverage` holds the node and every consolidating node beneath it; `findings` are those of the
    standing submissions beneath it and of its own totals.
    """

    consolidation: Consolidation
    node: str
    coverage: Mapping[str, Coverage]
    sources: Sequence[Source]
    findings: Sequence[Finding]
    language: str
    receiver: str = ""
    notice: str = ""
    #: Every report that is expected beneath the node; empty where each unit has one, as `coverage` says.
    reports: Sequence[Report] = ()
    former: Mapping[str, Former] = field(default_factory=dict)
    edition: EditionNote | None = None
    compared: Compared | None = None

    @property
    def values(self) -> Values:
        """The node's own values."""
        return self.consolidation.nodes[self.node]

    def values_of(self, subject: str, is_unit: bool) -> Values:
        """The values of a unit or of a node beneath."""
        return self.consolidation.units[subject] if is_unit else self.consolidation.nodes[subject]

    def name(self, subject: str) -> str:
        """The name of a unit or node as the register has it."""
        own = self.former.get(subject)
        return own.name if own is not None else self.consolidation.tree.node(subject).name

    @property
    def period(self) -> Period:
        """The period."""
        return self.consolidation.bound.period

    @property
    def is_of_parts(self) -> bool:
        """Whether the period is made up of several for which units report."""
        return any(report.period != self.period for report in self.reports)

    def expected_reports(self) -> Sequence[Report]:
        """Every report that is expected beneath the node, unit by unit."""
        own = self.coverage[self.node]
        return self.reports or [
            Report(unit, self.period, unit, own.states[unit], unit in own.late) for unit in own.expected
        ]

    def is_in_totals(self, report: Report) -> bool:
        """Whether the figures of a report count: all others of its unit have to be there as well."""
        return self.coverage[self.node].states[report.row] in RECEIVED
