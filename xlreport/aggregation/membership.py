"""Who is expected to report, and beneath which nodes."""

from __future__ import annotations

from xlreport.forms.model import Form
from xlreport.forms.roles import Filler, has_own_part
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period, within


def fills(form: Form, tree: Tree, code: str) -> bool:
    """Whether a node fills the form: the form names its level or its unit type."""
    node = tree.node(code)
    return node.level in form.filled_by or (node.unit_type or "") in form.filled_by


def filler_of(form: Form, tree: Tree, code: str) -> Filler:
    """What a node fills of the form: all that is asked of its kind of unit, or only its own part."""
    node = tree.node(code)
    return Filler(node.level, node.unit_type, reports=fills(form, tree, code))


def filling_nodes(form: Form, tree: Tree) -> tuple[str, ...]:
    """Everybody who gets a workbook, in official order: units, and nodes above them with a part of their own."""
    above = set(consolidating_nodes(form, tree))
    return tuple(
        code
        for root in tree.roots
        for code in tree.subtree(root)
        if fills(form, tree, code) or (code in above and has_own_part(form, filler_of(form, tree, code)))
    )


def fillers_over(form: Form, register: Register, period: Period) -> dict[str, Tree]:
    """Everybody who fills the form in any part of a period, each with the latest tree in which that is so.

    In official order; those who are gone by its end come last.
    """
    pieces = (period,) if form.is_for(period) else tuple(within(period, form.frequency)) or (period,)
    found: dict[str, Tree] = {}
    for piece in reversed(pieces):
        tree = at(register, form.last_day(piece))
        for code in filling_nodes(form, tree):
            found.setdefault(code, tree)
    return found


def expected_units(form: Form, tree: Tree, code: str) -> tuple[str, ...]:
    """The units beneath a node that fill the form, in official order; a unit's only unit is itself."""
    return tuple(beneath for beneath in tree.subtree(code) if fills(form, tree, beneath))


def consolidating_nodes(form: Form, tree: Tree) -> tuple[str, ...]:
    """The nodes above the units that fill the form, in official order from the top."""
    above = {ancestor for unit in tree.codes if fills(form, tree, unit) for ancestor in tree.ancestors(unit)}
    return tuple(code for root in tree.roots for code in tree.subtree(root) if code in above)
