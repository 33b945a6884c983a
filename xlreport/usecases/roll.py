"""Make a roll: the workbook in which plans of a year, or figures of a past period, are entered for all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xlreport.aggregation import filler_of, fillers_over
from xlreport.aggregation.nodes import received_values
from xlreport.errors import UsageError
from xlreport.forms.expressions import bind
from xlreport.forms.model import Form
from xlreport.intake.identify import current_version
from xlreport.layout.roll import RollKind, asked_points, plan_period, roll_form
from xlreport.ledger import Role, Transaction, open_ledger
from xlreport.organisation.tree import Tree
from xlreport.periods import Period, within
from xlreport.sheets.roll_workbook import RollBook, RollRow, roll_workbook
from xlreport.usecases.definitions import form_for
from xlreport.usecases.given import given_facts
from xlreport.usecases.history import figures_of
from xlreport.usecases.limits import within_limits
from xlreport.workspace import Workspace, load_definitions, write_whole


class IssuedRoll(NamedTuple):
    """A roll as written: where, and of how many units."""

    path: Path
    units: int


def issue_roll(
    workspace: Workspace,
    kind: RollKind,
    form_code: str,
    period: Period,
    *,
    language: str,
    node: str | None = None,
    out: Path | None = None,
) -> IssuedRoll:
    """Write a roll; what was taken in of it before stands in its cells. Raises UsageError."""
    book = roll_book(workspace, kind, form_code, period, language=language, node=node)
    suffix = f"-{node}" if node else ""
    path = out or workspace.root / "issued" / period.code / f"{form_code}-{kind.value}{suffix}.xlsx"
    with within_limits(form_code):
        data = roll_workbook(book)
    write_whole(path, data)
    return IssuedRoll(path, len(book.rows))


def roll_book(
    workspace: Workspace, kind: RollKind, form_code: str, period: Period, *, language: str, node: str | None = None
) -> RollBook:
    """A roll as it is before it is written. Raises UsageError."""
    versions, register = load_definitions(workspace)
    form = _form(versions, kind, form_code, period)
    trees = fillers_over(form, register, period)
    newest = next(iter(trees.values()), None)
    top = node or (newest.roots[0] if newest is not None else "")
    units = [code for code, tree in trees.items() if top in (code, *tree.ancestors(code))]
    if newest is None or top not in newest or not units:
        raise UsageError("roll-node-unknown", node=top)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        reported = _reported(record, form, period) if kind is RollKind.HISTORY else set()
        figures = given_facts(record, kind, versions[form.form], form, period)
        bases = record.roll_bases(roll_form(kind, form.form), period.code)
    rows = _rows(kind, form, period, trees, [unit for unit in units if unit not in reported])
    if not rows:
        raise UsageError("roll-nothing-asked", form=form_code, kind=kind.value, period=period.code)
    return RollBook(
        kind=kind,
        form=form,
        period=period,
        node=top,
        node_name=newest.node(top).name,
        rows=rows,
        language=language,
        notice=workspace.notice_in(language),
        basis=next(reversed(bases.values()), ""),
        figures=received_values(bind(form, period), figures_of(figures)),
    )


def _form(forms: Mapping[str, Sequence[Form]], kind: RollKind, code: str, period: Period) -> Form:
    """The version in force; of a time before the first version, that one: it is what figures are compared by."""
    versions = forms.get(code, ())
    if not versions:
        return form_for(forms, code, period)
    if kind is RollKind.PLAN:
        expected = plan_period(versions[-1], period)
        if expected != period:
            raise UsageError("roll-plan-period", period=period.code, expected=expected.code)
        pieces = (period,) if versions[-1].is_for(period) else tuple(within(period, versions[-1].frequency))
        return current_version(versions, pieces[-1] if pieces else period) or form_for(forms, code, period)
    first = next((form for form in versions if form.is_for(period)), None)
    return current_version(versions, period) or first or form_for(forms, code, period)


def _reported(record: Transaction, form: Form, period: Period) -> set[str]:
    """Units whose report of the period was accepted: that is what counts, and nothing is entered beside it."""
    return {one.unit or "" for one in record.standing(form.form, period.code) if one.role is Role.CURRENT}


def _rows(kind: RollKind, form: Form, period: Period, trees: Mapping[str, Tree], units: Sequence[str]) -> list[RollRow]:
    fillers = {unit: filler_of(form, trees[unit], unit) for unit in units}
    asked = {filler: asked_points(kind, bind(form, period, filler)) for filler in dict.fromkeys(fillers.values())}
    rows = []
    for unit, filler in fillers.items():
        tree = trees[unit]
        parent = tree.parent(unit)
        if asked[filler]:
            above = tree.node(parent).name if parent else ""
            rows.append(RollRow(unit, tree.node(unit).name, above, filler, asked[filler]))
    return rows
