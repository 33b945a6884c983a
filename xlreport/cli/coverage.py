"""Who has reported and who has not, and the workbooks written, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import click

from xlreport.aggregation import Coverage
from xlreport.cli.console import INDENT, aligned, shown_path
from xlreport.language import Texts
from xlreport.numbers import format_number, plain, round_half_up
from xlreport.organisation.tree import Tree
from xlreport.periods import Period
from xlreport.usecases.consolidate import ConsolidateResult
from xlreport.usecases.state import FormState
from xlreport.usecases.status import FormStatus

_COLUMNS = ("code", "name", "expected", "accepted", "on-time", "late", "rejected", "missing", "rate")
_FIRST_FIGURE = _COLUMNS.index("expected")


def coverage_lines(coverage: dict[str, Coverage], tree: Tree, texts: Texts) -> list[str]:
    """A table with a row per node, then the units of which something is still to come."""
    heading = [texts(f"cli.coverage.{column}") for column in _COLUMNS]
    rows = [[node, tree.node(node).name, *_figures(own, texts)] for node, own in coverage.items()]
    lines = [f"{INDENT}{line}" for line in aligned([heading, *rows], range(_FIRST_FIGURE, len(_COLUMNS)))]
    top = next(iter(coverage.values()), None)
    if top is None:
        return lines
    for kind, units in (("missing", top.missing), ("rejected", top.rejected), ("disputed", top.disputed)):
        if units:
            lines.append(click.style(INDENT + texts(f"cli.coverage.{kind}-units", count=len(units)), fg="red"))
            lines += [f"{INDENT * 2}{unit}{INDENT}{tree.node(unit).name}" for unit in units]
    return lines


def _figures(own: Coverage, texts: Texts) -> list[str]:
    groups = (own.expected, own.accepted, _on_time(own), own.late, own.rejected, own.missing)
    rate = _rate(own)
    shown = "—" if rate is None else format_number(round_half_up(rate, 1), texts.language, 1)
    return [*(str(len(group)) for group in groups), shown]


def _on_time(own: Coverage) -> tuple[str, ...]:
    return tuple(unit for unit in own.accepted if unit not in own.late)


def _rate(own: Coverage) -> Fraction | None:
    """Per cent of the expected units whose figures are in the totals."""
    return Fraction(100 * len(own.accepted), len(own.expected)) if own.expected else None


def status_lines(state: FormStatus, texts: Texts) -> list[str]:
    """A form's state in a period."""
    due = f"{state.due:%d/%m/%Y}" if state.due else "—"
    period = state.period.label(texts.language)
    title = texts("cli.status.title", form=state.form, period=period, due=due)
    return [title, *_later_lines(state, texts), *coverage_lines(state.coverage, state.tree, texts), ""]


def _later_lines(state: FormStatus, texts: Texts) -> list[str]:
    """When the levels above the units are due, from below, where that is later."""
    later = {
        state.tree.level_title(node, texts.language): due
        for node, due in reversed(state.node_due.items())
        if due is not None and due != state.due
    }
    shown = ", ".join(f"{title} {due:%d/%m/%Y}" for title, due in later.items())
    return [INDENT + texts("cli.status.later", levels=shown)] if later else []


def status_json(period: Period, states: Sequence[FormStatus]) -> dict[str, object]:
    """The same as JSON."""
    return {"period": period.code, "forms": [_form_json(state) for state in states]}


def _form_json(state: FormStatus) -> dict[str, object]:
    return {
        "form": state.form,
        "due": state.due.isoformat() if state.due else None,
        "nodes": [_node_json(state, node, own) for node, own in state.coverage.items()],
    }


def _node_json(state: FormStatus, node: str, own: Coverage) -> dict[str, object]:
    row, rate, due = state.tree.node(node), _rate(own), state.node_due[node]
    return {
        "node": node,
        "name": row.name,
        "level": row.level,
        "due": due.isoformat() if due else None,
        "expected": len(own.expected),
        "accepted": len(own.accepted),
        "on_time": len(_on_time(own)),
        "rate": None if rate is None else plain(round_half_up(rate, 1)),
        "late": list(own.late),
        "rejected": list(own.rejected),
        "missing": list(own.missing),
        "disputed": list(own.disputed),
    }


def published_lines(result: ConsolidateResult, texts: Texts) -> list[str]:
    """Per form: coverage of the nodes published, and their workbooks."""
    return [line for state in result.states for line in _form_lines(state, result, texts)]


def _changed_lines(state: FormState, texts: Texts) -> list[str]:
    """How many of the reports that count were filled in by another definition than the one they are read by."""
    count, form = state.of_another_definition, state.form
    return [texts("cli.consolidate.changed", count=count, form=form.form, version=form.version)] if count else []


def _form_lines(state: FormState, result: ConsolidateResult, texts: Texts) -> list[str]:
    written = [one for one in result.published if one.form == state.form.form]
    period = state.consolidation.bound.period.label(texts.language)
    coverage = {one.node: one.coverage for one in written}
    return [
        texts("cli.consolidate.title", form=state.form.form, period=period),
        *coverage_lines(coverage, state.consolidation.tree, texts),
        *_changed_lines(state, texts),
        texts("cli.consolidate.written", count=len(written)),
        *(f"{INDENT}{shown_path(one.path)}" for one in written),
    ]
