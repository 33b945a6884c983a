"""The finding: code, severity, location and parameters. No text inside: words are chosen when it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xlreport.errors import UsageError


class Severity(StrEnum):
    """ERROR sends a submission back; WARNING wants a look; INFO says what was understood."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding was made. `cell` is A1 notation as the file is now; in a text file `cell` is a line."""

    file: str | None = None
    unit: str | None = None
    sheet: str | None = None
    cell: str | None = None
    table: str | None = None
    indicator: str | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing seen. `related` are other places that belong to it, such as the parts of a wrong total."""

    code: str
    slug: str
    severity: Severity
    location: Location = Location()
    params: Mapping[str, object] = field(default_factory=dict)
    related: tuple[Location, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether it keeps a submission or a definition from being used."""
        return self.severity is Severity.ERROR


class UnusableDefinition(UsageError):
    """A form or a register that cannot be used; `findings` say everything that is wrong with it."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        super().__init__("definition-unusable", name=name, count=len(findings))
        self.findings = tuple(findings)
