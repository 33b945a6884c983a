"""Who has reported in a period, and who has not; whom to remind, and what came too late to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xlreport.aggregation import Coverage, Report, ReportCounts, count_reports
from xlreport.ledger import Edition, Transaction, open_ledger
from xlreport.organisation.tree import Tree
from xlreport.periods import Period
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.state import FormState, form_state
from xlreport.workspace import Workspace, load_definitions


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A report that is still to come: it is missing, or was returned, with so many errors to correct."""

    report: Report
    name: str
    contact: str
    errors: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a node is still waiting for from the units directly beneath it, and whom they may ask."""

    node: str
    contact: str
    counts: ReportCounts
    outstanding: tuple[Outstanding, ...]


@dataclass(frozen=True, slots=True)
class FormStatus:
    """Coverage of a form by consolidating node, from the top; when the units and when the nodes are due.

    `editions` are those that were published last, by node.
    """

    state: FormState
    due: date | None
    node_due: dict[str, date | None]
    counts: dict[str, ReportCounts]
    reminders: dict[str, Reminder]
    editions: dict[str, Edition]

    @property
    def form(self) -> str:
        """The code of the form."""
        return self.state.form.form

    @property
    def period(self) -> Period:
        """The period."""
        return self.state.period

    @property
    def tree(self) -> Tree:
        """The organisation on the cut-off day."""
        return self.state.consolidation.tree

    @property
    def coverage(self) -> dict[str, Coverage]:
        """Units by what has come from them, by node."""
        return self.state.coverage


def status(workspace: Workspace, period: Period, form: str | None = None) -> list[FormStatus]:
    """The state of every form (or of the one named) in a period, from the ledger alone. Raises UsageError."""
    forms, register = load_definitions(workspace)
    wanted = forms_for(forms, form, period)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        return [
            _form_status(workspace, record, form_state(record, one, forms[one.form], period, register))
            for one in wanted
        ]


def _form_status(workspace: Workspace, record: Transaction, state: FormState) -> FormStatus:
    counts = {node: count_reports(state.reports_beneath(node)) for node in state.coverage}
    return FormStatus(
        state=state,
        due=state.due,
        node_due={node: state.due_of(node) for node in state.coverage},
        counts=counts,
        reminders=_reminders(workspace, state),
        editions={one.node: one for one in record.editions(state.form.form, state.period.code)},
    )


def _reminders(workspace: Workspace, state: FormState) -> dict[str, Reminder]:
    """By node that lacks reports of units directly beneath it."""
    tree = state.consolidation.tree
    own: dict[str, list[Report]] = {}
    for report in state.reports:
        own.setdefault(tree.parent(report.row) or report.row, []).append(report)
    found = {}
    for node in state.coverage:
        waiting = tuple(_outstanding(state, one) for one in own.get(node, ()) if not one.is_received)
        if waiting:
            contact = tree.node(node).contact or workspace.contact
            found[node] = Reminder(node, contact, count_reports(own[node]), waiting)
    return found


def _outstanding(state: FormState, report: Report) -> Outstanding:
    row = state.roster.node(report.unit)
    return Outstanding(report, row.name, row.contact or "", _errors(state, report))


def _errors(state: FormState, report: Report) -> int:
    """How many errors the newest file that was returned has."""
    returned = [one for one in state.standing if (one.unit, one.period) == (report.unit, report.period.code)]
    newest = returned[-1].sha256 if returned else None
    return sum(sha256 == newest and item.is_error for sha256, item in state.findings)
