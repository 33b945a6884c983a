"""Who has reported in a period, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xlreport.aggregation import Coverage
from xlreport.ledger import open_ledger
from xlreport.organisation.tree import Tree
from xlreport.periods import Period
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.state import FormState, form_state
from xlreport.workspace import Workspace, load_definitions


@dataclass(frozen=True, slots=True)
class FormStatus:
    """Coverage of a form by consolidating node, from the top; when the units and when the nodes are due."""

    form: str
    period: Period
    due: date | None
    node_due: dict[str, date | None]
    tree: Tree
    coverage: dict[str, Coverage]


def status(workspace: Workspace, period: Period, form: str | None = None) -> list[FormStatus]:
    """The state of every form (or of the one named) in a period, from the ledger alone. Raises UsageError."""
    forms, register = load_definitions(workspace)
    wanted = forms_for(forms, form, period)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        states = [form_state(record, one, forms[one.form], period, register) for one in wanted]
    return [_form_status(state, period) for state in states]


def _form_status(state: FormState, period: Period) -> FormStatus:
    form, tree = state.form, state.consolidation.tree
    due = {node: form.due(period, tree.node(node).level) for node in state.coverage}
    return FormStatus(form.form, period, form.due(period), due, tree, state.coverage)
