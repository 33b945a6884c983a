"""Who has reported in a period, and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xlreport.aggregation import Coverage, due_date
from xlreport.ledger import open_ledger
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period
from xlreport.usecases.consolidate import form_state
from xlreport.usecases.definitions import forms_for
from xlreport.workspace import Workspace, load_forms, load_organisation


@dataclass(frozen=True, slots=True)
class FormStatus:
    """Coverage of a form by consolidating node, from the top."""

    form: str
    period: Period
    due: date | None
    tree: Tree
    coverage: dict[str, Coverage]


def status(workspace: Workspace, period: Period, form: str | None = None) -> list[FormStatus]:
    """The state of every form (or of the one named) in a period, from the ledger alone. Raises UsageError."""
    wanted = forms_for(load_forms(workspace), form, period)
    tree = at(load_organisation(workspace), period.end)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        states = [form_state(record, one, period, tree) for one in wanted]
    return [FormStatus(state.form.form, period, due_date(state.form, period), tree, state.coverage) for state in states]
