"""What the ledger holds of a form in a period, added up: the state that reports, exports and status all start from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import polars as pl

from xlreport.aggregation import Consolidation, Coverage, Report, Roster, coverage
from xlreport.findings import Finding
from xlreport.forms.model import Form
from xlreport.frames import facts_frame
from xlreport.ledger import PeriodDecision, Role, Standing, Transaction
from xlreport.organisation.model import Register
from xlreport.periods import Period
from xlreport.usecases.history import consolidated, roster_of
from xlreport.usecases.lacking import lacking_findings, unreported
from xlreport.usecases.revisions import RevisedFacts, revised_facts
from xlreport.usecases.rivals import SET_ASIDE, is_settled


@dataclass(frozen=True, slots=True)
class FormState:
    """What stands of a form in a period: its consolidation, coverage per node, submissions, findings.

    Of a period that is closed, what stood when it was closed; what came since is in `after_closing`.
    """

    consolidation: Consolidation
    coverage: dict[str, Coverage]
    standing: tuple[Standing, ...]
    findings: tuple[tuple[str, Finding], ...]
    #: What is to be said of the submissions together: revised estimates, units and periods that are lacking.
    revisions: tuple[Finding, ...]
    facts: pl.DataFrame
    roster: Roster
    #: Every report that is expected, in the order of the roster.
    reports: tuple[Report, ...]
    closing: PeriodDecision | None
    after_closing: tuple[Standing, ...]

    @property
    def form(self) -> Form:
        """The form."""
        return self.consolidation.bound.form

    @property
    def period(self) -> Period:
        """The period."""
        return self.consolidation.bound.period

    @property
    def periods_missing(self) -> tuple[Period, ...]:
        """The parts of the period for which nobody has reported, where somebody has for another part."""
        return unreported(self.reports)

    @property
    def is_of_parts(self) -> bool:
        """Whether the period is made up of several for which units report."""
        return self.roster.periods != (self.period,)

    @property
    def due(self) -> date | None:
        """When the last of the units' reports is due."""
        return self.form.due(self.roster.periods[-1] if self.roster.periods else self.period)

    def due_of(self, node: str) -> date | None:
        """When a node is due, by its level."""
        last = self.roster.periods[-1] if self.roster.periods else self.period
        return self.form.due(last, self.consolidation.tree.node(node).level)

    def name(self, unit: str) -> str:
        """The name of a unit, also of one that is no more."""
        return self.roster.node(unit).name

    def reports_beneath(self, node: str) -> tuple[Report, ...]:
        """The reports whose figures count beneath a node."""
        rows = set(self.consolidation.expected[node])
        return tuple(one for one in self.reports if one.row in rows)

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
    after_closing: tuple[Standing, ...]

    def reports(self, form: Form, who: Roster) -> Iterator[Report]:
        """What has become of each report that is expected for it."""
        accepted, rejected, disputed = self._units(Role.CURRENT), self._units(Role.REJECTED), self._disputed
        days = _first_accepted(self.standing)
        for period, unit, row in who.reports():
            if period == self.period:
                due = form.due(period, who.node(unit).level)
                is_late = unit in accepted and due is not None and days[unit] > due
                if unit in accepted:
                    state = "disputed" if unit in disputed else "late" if is_late else "accepted"
                else:
                    state = "rejected" if unit in rejected else "missing"
                yield Report(unit, period, row, state, is_late)

    def _units(self, role: Role) -> set[str]:
        return {one.unit for one in self.standing if one.role is role and one.unit is not None}

    @property
    def _disputed(self) -> set[str]:
        """Units of which a newer file was sent back. What the office itself set aside disputes nothing."""
        aside = {sha256 for sha256, item in self.findings if item.code == SET_ASIDE}
        returned = [one for one in self.standing if one.role is Role.REJECTED and one.sha256 not in aside]
        return {one.unit for one in returned if one.unit is not None and not is_settled(one, self.standing)}


def form_state(
    record: Transaction, form: Form, versions: Sequence[Form], period: Period, register: Register
) -> FormState:
    """What the ledger holds of a form in a period, added up over the tree of the form's own cut-off day.

    The period may be longer than those the form is filled for; a unit counts when all its parts are there.
    `versions` are all versions of the form: figures of earlier periods may have been reported on older ones.
    """
    closing, record_now = record.closing(form.form, period.code), record
    record = record.as_closed(form.form, period.code)
    who = roster_of(record, form, period, register)
    parts = [_part(record, record_now, form, one) for one in who.periods]
    consolidation = consolidated(record, versions, form, period, register, who)
    by_period = {part.period: list(part.reports(form, who)) for part in parts}
    order = {(period_, unit): place for place, (period_, unit, _) in enumerate(who.reports())}
    reports = sorted(chain.from_iterable(by_period.values()), key=lambda one: order[one.period, one.unit])
    return FormState(
        consolidation=consolidation,
        coverage={node: _coverage(units, reports) for node, units in consolidation.expected.items()},
        standing=tuple(one for part in parts for one in part.standing),
        findings=tuple(one for part in parts for one in part.findings),
        revisions=(*(one for part in parts for one in part.revised.revisions), *lacking_findings(reports, who)),
        facts=pl.concat([facts_frame(), *(part.revised.facts for part in parts)]),
        roster=who,
        reports=tuple(reports),
        closing=closing,
        after_closing=tuple(one for part in parts for one in part.after_closing),
    )


def _coverage(units: Sequence[str], reports: Sequence[Report]) -> Coverage:
    """The units beneath a node: one counts when every report that counts under it is there."""
    own: dict[str, list[Report]] = {unit: [] for unit in units}
    for report in reports:
        if report.row in own:
            own[report.row].append(report)
    complete = {unit for unit, ones in own.items() if ones and all(one.is_received for one in ones)}
    rejected, disputed = (
        {unit for unit, ones in own.items() if any(one.state == state for one in ones)}
        for state in ("rejected", "disputed")
    )
    late = {unit for unit, ones in own.items() if any(one.is_late for one in ones)}
    return coverage(units, complete, rejected, late, disputed)


def _part(record: Transaction, record_now: Transaction, form: Form, period: Period) -> _Part:
    """`record_now` is the ledger as it is now, while `record` may be that of the day on which the whole was closed."""
    then = record.as_closed(form.form, period.code)
    standing = tuple(then.standing(form.form, period.code))
    return _Part(
        period=period,
        revised=revised_facts(then, form, period),
        standing=standing,
        findings=tuple(then.findings(form.form, period.code)),
        after_closing=_since(then, record_now.standing(form.form, period.code)),
    )


def _since(then: Transaction, now: Iterable[Standing]) -> tuple[Standing, ...]:
    """The submissions that came after a closing, also those that came before and came again."""
    mark = then.until
    return () if mark is None else tuple(one for one in now if one.arrived_seq > mark.arrival)


def _first_accepted(standing: Sequence[Standing]) -> dict[str, date]:
    """The day each unit's first accepted report came: a correction does not make it late."""
    days: dict[str, date] = {}
    for one in standing:
        if one.role in (Role.CURRENT, Role.SUPERSEDED) and one.unit is not None:
            days[one.unit] = min(one.received_on, days.get(one.unit, one.received_on))
    return days
