"""Issue a form: one workbook per unit, named by the unit's code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlreport.aggregation import filler_of, filling_nodes
from xlreport.errors import UsageError
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.roles import Filler
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.definitions import form_for
from xlreport.usecases.limits import within_limits
from xlreport.workspace import Workspace, load_forms, load_organisation, write_whole


@dataclass(frozen=True, slots=True)
class Issued:
    """A workbook issued to a unit."""

    unit: str
    path: Path


def issue(
    workspace: Workspace,
    form_code: str,
    period: Period,
    *,
    language: str,
    units: Sequence[str] = (),
    out: Path | None = None,
    progress: Progress = silent,
) -> list[Issued]:
    """Write the templates of a form for the units given (default: all that fill it). Raises UsageError."""
    form = form_for(load_forms(workspace), form_code, period)
    tree = at(load_organisation(workspace), form.last_day(period))
    filling = filling_nodes(form, tree)
    unknown = [unit for unit in units if unit not in filling]
    if unknown:
        raise UsageError("unit-does-not-fill", units=", ".join(unknown), form=form_code)
    folder = out or workspace.issued_folder(period.code, form.form)
    issued: list[Issued] = []
    bounds: dict[Filler, BoundForm] = {}
    chosen = [unit for unit in filling if not units or unit in units]
    for done, unit in enumerate(chosen, 1):
        path, filler = folder / f"{unit}.xlsx", filler_of(form, tree, unit)
        if filler not in bounds:
            bounds[filler] = bind(form, period, filler)
        with within_limits(form.form):
            data = unit_workbook(unit_book(workspace, bounds[filler], tree, unit, language))
        write_whole(path, data)
        issued.append(Issued(unit, path))
        progress(done, len(chosen))
    return issued


def unit_book(workspace: Workspace, bound: BoundForm, tree: Tree, unit: str, language: str) -> UnitBook:
    """A unit's blank workbook."""
    node, parent = tree.node(unit), tree.parent(unit)
    return UnitBook(
        bound=bound,
        unit=unit,
        unit_name=node.name,
        unit_type=node.unit_type,
        unit_level=node.level,
        receiver=tree.node(parent).name if parent else "",
        language=language,
        due=bound.form.due(bound.period, node.level),
        contact=(tree.node(parent).contact if parent else "") or workspace.contact,
        notice=workspace.notice_in(language),
    )
