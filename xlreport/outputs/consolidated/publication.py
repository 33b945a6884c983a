"""What one node's consolidated workbook is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xlreport.aggregation import Consolidation, Coverage, Status, Values
from xlreport.findings import Finding


@dataclass(frozen=True, slots=True)
class Source:
    """A submission as the sources sheet lists it. `state` is a key under `[report]`: accepted, rejected …"""

    unit: str
    file: str
    sha256: str
    received_on: date
    state: str
    status: Status | None = None


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

    @property
    def values(self) -> Values:
        """The node's own values."""
        return self.consolidation.nodes[self.node]

    def values_of(self, subject: str, is_unit: bool) -> Values:
        """The values of a unit or of a node beneath."""
        return self.consolidation.units[subject] if is_unit else self.consolidation.nodes[subject]

    def name(self, subject: str) -> str:
        """The name of a unit or node as the register has it."""
        return self.consolidation.tree.node(subject).name
