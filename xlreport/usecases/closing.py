"""Close a period, and open it again: while it is closed, what comes late is kept but changes no total."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xlreport.errors import UsageError
from xlreport.forms.model import Form
from xlreport.ledger import Action, Role, Standing, Transaction, open_ledger
from xlreport.organisation.model import Register
from xlreport.periods import Period
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.history import parts_of, roster_of
from xlreport.workspace import Workspace, load_forms, load_organisation


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a form in a period: how many reports count, and what had come after it was closed."""

    form: str
    action: Action
    reports: int
    came_since: tuple[Standing, ...] = ()


def close_period(
    workspace: Workspace, period: Period, form: str | None, *, today: date, by: str, reason: str
) -> list[Decided]:
    """Close a period for a form, or for every form of which there are reports; empty if there are none.

    Raises UsageError `period-already-closed` where nothing is left to close.
    """
    forms, register = forms_for(load_forms(workspace), form, period), load_organisation(workspace)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        held = {one.form: _reports(record, one, period, register) for one in forms}
        held = {code: reports for code, reports in held.items() if reports}
        closed = {code: decision for code in held if (decision := record.closing(code, period.code)) is not None}
        if held and len(closed) == len(held):
            code, decision = next(iter(closed.items()))
            raise UsageError("period-already-closed", form=code, period=period.code, day=decision.made_on.isoformat())
        to_close = [code for code in held if code not in closed]
        for code in to_close:
            record.decide_period(code, period.code, Action.CLOSE, made_on=today, made_by=by, reason=reason)
    return [Decided(code, Action.CLOSE, held[code]) for code in to_close]


def reopen_period(
    workspace: Workspace, period: Period, form: str | None, *, today: date, by: str, reason: str
) -> list[Decided]:
    """Open a period again for a form, or for every form for which it is closed.

    Raises UsageError `period-not-closed`.
    """
    forms, register = forms_for(load_forms(workspace), form, period), load_organisation(workspace)
    decided = []
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        for one in forms:
            closing = record.closing(one.form, period.code)
            if closing is not None:
                standing = [item for part in parts_of(record, one, period)
                            for item in record.standing(one.form, part.code)]  # fmt: skip
                came = tuple(item for item in standing if item.arrived_seq > closing.mark.arrival)
                record.decide_period(one.form, period.code, Action.REOPEN, made_on=today, made_by=by, reason=reason)
                decided.append(Decided(one.form, Action.REOPEN, _reports(record, one, period, register), came))
    if not decided:
        names = ", ".join(one.form for one in forms)
        raise UsageError("period-not-closed", form=names, period=period.code)
    return decided


def _reports(record: Transaction, form: Form, period: Period, register: Register) -> int:
    """How many of the reports that are expected for a period and its parts count."""
    who = roster_of(record, form, period, register)
    expected = {(part.code, unit) for part, unit, _ in who.reports()}
    return sum(
        one.role is Role.CURRENT and (one.period, one.unit) in expected
        for part in who.periods
        for one in record.standing(form.form, part.code)
    )
