"""What goes into the ledger and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a submission."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFUSED = "refused"


class Role(StrEnum):
    """What a submission is to its form, unit and period: only the current one gives figures."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    REFUSED = "refused"


class Action(StrEnum):
    """What was decided about a period."""

    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the ledger: the last arrival, the last reading and the last decision about a period until then."""

    arrival: int
    reading: int
    decision: int

    def earlier_of(self, other: Mark | None) -> Mark:
        """What had happened at both moments."""
        if other is None:
            return self
        return Mark(
            min(self.arrival, other.arrival), min(self.reading, other.reading), min(self.decision, other.decision)
        )


@dataclass(frozen=True, slots=True)
class PeriodDecision:
    """That a period was closed for a form, or opened again: by whom, when and why. `mark` is the moment of it."""

    form: str
    period: str
    action: Action
    made_on: date
    made_by: str
    reason: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class EditionTotal:
    """A total as it was published: a plain decimal, or a text; of a choice one for each option (`text`)."""

    table: str
    indicator: str
    measure: str
    text: str | None
    value: str | None
    status: str | None
    qualifier: str | None


@dataclass(frozen=True, slots=True)
class EditionSource:
    """A submission whose figures are in an edition."""

    unit: str
    period: str
    sha256: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A publication of a node's totals. `content` is the fingerprint of all that it says; `number` counts from 1."""

    form: str
    version: int
    period: str
    node: str
    number: int
    made_on: date
    content: str
    reporting_units: int
    expected_units: int
    totals: tuple[EditionTotal, ...] = ()
    sources: tuple[EditionSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A file as received. `archived_as` is relative to the workspace; `sha256` identifies the content."""

    sha256: str
    file_name: str
    received_on: date
    archived_as: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One evaluation of a submission.

    `context` is the fingerprint of everything that the result depends on besides the file: form,
    register, reader version. `status` is the status of the data as a whole: A, E or P. An accepted
    reading has a form, version, unit and period; another one has what could be found out.
    """

    sha256: str
    context: str
    outcome: Outcome
    form: str | None = None
    version: int | None = None
    unit: str | None = None
    period: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A submission read before: its standing reading, and when the file was received."""

    reading: int
    sha256: str
    context: str
    outcome: Outcome
    form: str | None
    version: int | None
    unit: str | None
    period: str | None
    status: str | None
    received_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """A submission with its standing reading and its role. `received_seq` counts submissions as they came.

    `arrived_on` and `arrived_seq` are those of its last arrival, which decide what supersedes what.
    """

    role: Role
    reading: int
    run: int
    sha256: str
    file_name: str
    received_on: date
    received_seq: int
    archived_as: str
    size_bytes: int
    context: str
    outcome: Outcome
    form: str | None
    version: int | None
    unit: str | None
    period: str | None
    status: str | None
    arrived_on: date
    arrived_seq: int
