"""What the ledger holds of a form in a period, added up: the state that reports, exports and status all start from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from xlreport.aggregation import Consolidation, Coverage, coverage
from xlreport.findings import Finding, Location, finding
from xlreport.forms.model import Form
from xlreport.frames import facts_frame
from xlreport.ledger import Role, Standing, Transaction
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period
from xlreport.usecases.history import consolidated, parts_of
from xlreport.usecases.revisions import RevisedFacts, revised_facts
from xlreport.usecases.rivals import SET_ASIDE, is_settled


@dataclass(frozen=True, slots=True)
class FormState:
    """What stands of a form in a period: its consolidation, coverage per node, submissions, findings."""

    consolidation: Consolidation
    coverage: dict[str, Coverage]
    standing: tuple[Standing, ...]
    findings: tuple[tuple[str, Finding], ...]
    #: Estimates that reports of the next period have replaced by official figures.
    revisions: tuple[Finding, ...]
    facts: pl.DataFrame

    @property
    def form(self) -> Form:
        """The form."""
        return self.consolidation.bound.form

    @property
    def of_another_definition(self) -> int:
        """How many of the reports that count were filled in by another definition than the one they are read by."""
        changed = {sha256 for sha256, item in self.findings if item.code == "XR123"}
        return sum(one.role is Role.CURRENT and one.sha256 in changed for one in self.standing)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands of one of the periods that make up the whole: mostly there is just one."""

    period: Period
    revised: RevisedFacts
    standing: tuple[Standing, ...]
    findings: tuple[tuple[str, Finding], ...]

    def units(self, role: Role) -> set[str]:
        return {one.unit for one in self.standing if one.role is role and one.unit is not None}

    @property
    def disputed(self) -> set[str]:
        """Units of which a newer file was sent back. What the office itself set aside disputes nothing."""
        aside = {sha256 for sha256, item in self.findings if item.code == SET_ASIDE}
        returned = [one for one in self.standing if one.role is Role.REJECTED and one.sha256 not in aside]
        return {one.unit for one in returned if one.unit is not None and not is_settled(one, self.standing)}

    def late(self, form: Form, tree: Tree) -> set[str]:
        """Units whose first accepted report came after the day that it was due."""
        days = _first_accepted(self.standing)
        return {unit for unit, day in days.items() if unit in tree and _is_late(form, self.period, tree, unit, day)}


def form_state(
    record: Transaction, form: Form, versions: Sequence[Form], period: Period, register: Register
) -> FormState:
    """What the ledger holds of a form in a period, added up over the tree of the form's own cut-off day.

    The period may be longer than those the form is filled for; a unit counts when all its parts are there.
    `versions` are all versions of the form: figures of earlier periods may have been reported on older ones.
    """
    tree = at(register, form.last_day(period))
    parts = [_part(record, form, one) for one in parts_of(record, form, period)]
    consolidation = consolidated(record, versions, form, period, tree)
    accepted = set.intersection(*(part.units(Role.CURRENT) for part in parts)) if parts else set()
    rejected, late, disputed = (
        set[str]().union(*found)
        for found in (
            (part.units(Role.REJECTED) for part in parts),
            (part.late(form, tree) for part in parts),
            (part.disputed for part in parts),
        )
    )
    return FormState(
        consolidation=consolidation,
        coverage={
            node: coverage(units, accepted, rejected, late, disputed) for node, units in consolidation.expected.items()
        },
        standing=tuple(one for part in parts for one in part.standing),
        findings=tuple(one for part in parts for one in part.findings),
        revisions=(*(one for part in parts for one in part.revised.revisions), *_incomplete(parts, accepted)),
        facts=pl.concat([facts_frame(), *(part.revised.facts for part in parts)]),
    )


def _part(record: Transaction, form: Form, period: Period) -> _Part:
    return _Part(
        period=period,
        revised=revised_facts(record, form, period),
        standing=tuple(record.standing(form.form, period.code)),
        findings=tuple(record.findings(form.form, period.code)),
    )


def _incomplete(parts: Sequence[_Part], accepted: set[str]) -> Iterable[Finding]:
    """XR607 for every unit that reported in some parts of the whole, but not in all: its figures do not count."""
    for unit in sorted(set[str]().union(*(part.units(Role.CURRENT) for part in parts)) - accepted):
        lacking = [part.period.code for part in parts if unit not in part.units(Role.CURRENT)]
        yield finding("XR607", Location(unit=unit), unit=unit, periods=", ".join(lacking))


def _first_accepted(standing: Sequence[Standing]) -> dict[str, date]:
    """The day each unit's first accepted report came: a correction does not make it late."""
    days: dict[str, date] = {}
    for one in standing:
        if one.role in (Role.CURRENT, Role.SUPERSEDED) and one.unit is not None:
            days[one.unit] = min(one.received_on, days.get(one.unit, one.received_on))
    return days


def _is_late(form: Form, period: Period, tree: Tree, unit: str, day: date) -> bool:
    due = form.due(period, tree.node(unit).level)
    return due is not None and day > due
