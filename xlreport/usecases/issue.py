"""Issue a form: one workbook per unit, named by the unit's code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlreport.aggregation import Earlier, filler_of, filling_nodes
from xlreport.errors import UsageError
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Form
from xlreport.ledger import open_ledger
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.outputs.issue_index import INDEX_FILE, IndexRow, index_workbook, read_index
from xlreport.periods import Period
from xlreport.sheets.casting import Foundry
from xlreport.sheets.entries import UnitBook
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.definitions import form_for
from xlreport.usecases.history import earlier
from xlreport.usecases.limits import within_limits
from xlreport.usecases.prefill import Prefill, known_figures
from xlreport.workspace import Workspace, load_definitions, write_whole


@dataclass(frozen=True, slots=True)
class Issued:
    """A workbook issued to a unit, and its fingerprint."""

    unit: str
    path: Path
    sha256: str


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
    """Write the templates of a form for the units given (default: all that fill it), and the index of the folder.

    Raises UsageError.
    """
    period_folder = out or workspace.issued_folder(period.code, form_code)
    chosen = books(workspace, form_code, period, language=language, units=units)
    foundry = Foundry()
    issued: list[Issued] = []
    for done, book in enumerate(chosen, 1):
        path = period_folder / f"{book.unit}.xlsx"
        with within_limits(form_code):
            data = foundry.workbook(book)
        write_whole(path, data)
        issued.append(Issued(book.unit, path, hashlib.sha256(data).hexdigest()))
        progress(done, len(chosen))
    if issued:
        _write_index(period_folder / INDEX_FILE, chosen, issued, language)
    return issued


def _write_index(path: Path, issued_books: Sequence[UnitBook], issued: Sequence[Issued], language: str) -> None:
    """What was issued now, and what stands of earlier issues: a row stays as long as its file does."""
    rows = {row.code: row for row in read_index(path) or () if (path.parent / row.file).is_file()}
    for book, one in zip(issued_books, issued, strict=True):
        form, period = book.bound.form, book.bound.period
        due = f"{book.due:%d/%m/%Y}" if book.due else ""
        rows[one.unit] = IndexRow(
            one.unit, book.unit_name, one.path.name, one.sha256,
            form.form, str(form.version), period.label(language), due, book.receiver,
        )  # fmt: skip
    write_whole(path, index_workbook(list(rows.values()), language))


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
    before, known = _held(workspace, form, forms[form.form], period, register, tree)
    return [
        replace(
            unit_book(workspace, bounds[filler], tree, unit, language),
            earlier={**before.of_unit(unit), **known.so_far(unit, bounds[filler])},
            prefilled=known.cells(unit, bounds[filler]),
        )
        for unit, filler in fillers.items()
    ]


def _held(
    workspace: Workspace, form: Form, versions: Sequence[Form], period: Period, register: Register, tree: Tree
) -> tuple[Earlier, Prefill]:
    """What the ledger holds: figures that the form's rules and formulas refer to, and figures for its cells."""
    bound = bind(form, period)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        before = earlier(record, versions, bound, register, tree) if bound.earlier else {}
        return Earlier(bound, before), known_figures(record, versions, form, period, register, tree)


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
