"""Issue a form: one workbook per unit, named by the unit's code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlreport.aggregation import Earlier, filler_of, filling_nodes
from xlreport.errors import UsageError
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Form
from xlreport.ledger import open_ledger
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.definitions import form_for
from xlreport.usecases.history import earlier
from xlreport.usecases.limits import within_limits
from xlreport.usecases.prefill import Prefill, known_figures
from xlreport.workspace import Workspace, load_definitions, write_whole


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
    period_folder = out or workspace.issued_folder(period.code, form_code)
    chosen = books(workspace, form_code, period, language=language, units=units)
    issued: list[Issued] = []
    for done, book in enumerate(chosen, 1):
        path = period_folder / f"{book.unit}.xlsx"
        with within_limits(form_code):
            data = unit_workbook(book)
        write_whole(path, data)
        issued.append(Issued(book.unit, path))
        progress(done, len(chosen))
    return issued


def books(
    workspace: Workspace, form_code: str, period: Period, *, language: str, units: Sequence[str] = ()
) -> list[UnitBook]:
    """What is issued to the units given (default: all that fill the form), as it is before it is written.

    Raises UsageError.
    """
    forms, register = load_definitions(workspace)
    form = form_for(forms, form_code, period)
    tree = at(register, form.last_day(period))
    filling = filling_nodes(form, tree)
    unknown = [unit for unit in units if unit not in filling]
    if unknown:
        raise UsageError("unit-does-not-fill", units=", ".join(unknown), form=form_code)
    fillers = {unit: filler_of(form, tree, unit) for unit in filling if not units or unit in units}
    bounds = {filler: bind(form, period, filler) for filler in dict.fromkeys(fillers.values())}
    before, known = _held(workspace, form, forms[form.form], period, tree)
    return [
        replace(
            unit_book(workspace, bounds[filler], tree, unit, language),
            earlier={**before.of_unit(unit), **known.so_far(unit, bounds[filler])},
            prefilled=known.cells(unit, bounds[filler]),
        )
        for unit, filler in fillers.items()
    ]


def _held(
    workspace: Workspace, form: Form, versions: Sequence[Form], period: Period, tree: Tree
) -> tuple[Earlier, Prefill]:
    """What the ledger holds: figures that the form's rules and formulas refer to, and figures for its cells."""
    bound = bind(form, period)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        before = earlier(record, versions, bound, tree) if bound.earlier else {}
        return Earlier(bound, before), known_figures(record, versions, form, period, tree)


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
