"""Who has reported and who has not, and the workbooks written, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import click

from xlreport.aggregation import Coverage, ReportCounts, count_reports
from xlreport.cli.console import INDENT, aligned, shown_path
from xlreport.cli.reminder import node_lines
from xlreport.language import Texts
from xlreport.numbers import format_number, plain, round_half_up
from xlreport.periods import Period
from xlreport.usecases.consolidate import ConsolidateResult, Published
from xlreport.usecases.state import FormState
from xlreport.usecases.status import FormStatus

_COLUMNS = ("code", "name", "expected", "accepted", "on-time", "late", "rejected", "missing", "rate", "rate-on-time")
_FIRST_FIGURE = _COLUMNS.index("expected")


def coverage_lines(state: FormState, nodes: Sequence[str], texts: Texts) -> list[str]:
    """A table with a row per node, then the units of which something is still to come."""
    tree = state.consolidation.tree
    heading = [texts(f"cli.coverage.{column}") for column in _COLUMNS]
    rows = [
        [node, tree.node(node).name, *_figures(count_reports(state.reports_beneath(node)), texts)] for node in nodes
    ]
    lines = [f"{INDENT}{line}" for line in aligned([heading, *rows], range(_FIRST_FIGURE, len(_COLUMNS)))]
    if not nodes:
        return lines
    lines += _period_lines(state, nodes[0], texts) if state.is_of_parts else []
    top = state.coverage[nodes[0]]
    missing, rejected = ((), ()) if state.is_of_parts else (top.missing, top.rejected)
    for kind, units in (("missing", missing), ("rejected", rejected), ("disputed", top.disputed)):
        if units:
            lines.append(click.style(INDENT + texts(f"cli.coverage.{kind}-units", count=len(units)), fg="red"))
            lines += [f"{INDENT * 2}{unit}{INDENT}{tree.node(unit).name}" for unit in units]
    return lines


def _period_lines(state: FormState, node: str, texts: Texts) -> list[str]:
    """Of a longer period: how many units have all of it, the periods that nobody reported, who lacks others."""
    own = state.coverage[node]
    lines = [INDENT + texts("cli.coverage.complete-units", k=len(own.accepted), n=len(own.expected))]
    nobody = state.periods_missing
    if nobody:
        names = ", ".join(period.label(texts.language) for period in nobody)
        lines.append(click.style(INDENT + texts("cli.coverage.no-report", periods=names), fg="red"))
    lacking: dict[str, list[str]] = {}
    for one in state.reports_beneath(node):
        if not one.is_received and one.period not in nobody:
            lacking.setdefault(one.unit, []).append(one.period.short_label(texts.language))
    if lacking:
        lines.append(click.style(INDENT + texts("cli.coverage.lacking-units", count=len(lacking)), fg="red"))
        lines += [f"{INDENT * 2}{unit}{INDENT}{state.name(unit)}: {', '.join(own)}" for unit, own in lacking.items()]
    return lines


def _figures(own: ReportCounts, texts: Texts) -> list[str]:
    counts = (own.expected, own.accepted, own.on_time, own.late, own.rejected, own.missing)
    return [*map(str, counts), _shown(own.rate, texts), _shown(own.rate_on_time, texts)]


def _shown(rate: Fraction | None, texts: Texts) -> str:
    return "—" if rate is None else format_number(round_half_up(rate, 1), texts.language, 1)


def status_lines(status: FormStatus, texts: Texts) -> list[str]:
    """A form's state in a period."""
    due = f"{status.due:%d/%m/%Y}" if status.due else "—"
    period = status.period.label(texts.language)
    title = texts("cli.status.title", form=status.form, period=period, due=due)
    return [
        title,
        *_later_lines(status, texts),
        *_closing_lines(status.state, texts),
        *_edition_lines(status, texts),
        *coverage_lines(status.state, list(status.coverage), texts),
        *after_closing_lines(status.state, texts),
        "",
    ]


def _closing_lines(state: FormState, texts: Texts) -> list[str]:
    closing = state.closing
    if closing is None:
        return []
    said = texts("cli.status.closed", day=f"{closing.made_on:%d/%m/%Y}", by=closing.made_by or "—")
    return [INDENT + (f"{said} {texts('cli.status.reason', reason=closing.reason)}" if closing.reason else said)]


def _edition_lines(status: FormStatus, texts: Texts) -> list[str]:
    """The last edition of the topmost node that has one."""
    last = next((status.editions[node] for node in status.coverage if node in status.editions), None)
    if last is None:
        return []
    day = f"{last.made_on:%d/%m/%Y}"
    return [INDENT + texts("cli.status.edition", node=last.node, number=last.number, day=day,
                           k=last.reporting_units, n=last.expected_units)]  # fmt: skip


def after_closing_lines(state: FormState, texts: Texts) -> list[str]:
    """What came after the period was closed, and is in no total."""
    late = state.after_closing
    if not late:
        return []
    lines = [click.style(INDENT + texts("cli.status.after-closing", count=len(late)), fg="yellow")]
    for one in late:
        outcome = texts(f"outcome.{one.outcome}")
        lines.append(
            f"{INDENT * 2}{one.unit or '—'}{INDENT}{one.arrived_on:%d/%m/%Y}{INDENT}{one.file_name}: {outcome}"
        )
    return lines


def _later_lines(state: FormStatus, texts: Texts) -> list[str]:
    """When the levels above the units are due, from below, where that is later."""
    later = {
        state.tree.level_title(node, texts.language): due
        for node, due in reversed(state.node_due.items())
        if due is not None and due != state.due
    }
    shown = ", ".join(f"{title} {due:%d/%m/%Y}" for title, due in later.items())
    return [INDENT + texts("cli.status.later", levels=shown)] if later else []


def status_json(period: Period, states: Sequence[FormStatus], texts: Texts, today: date) -> dict[str, object]:
    """The same as JSON."""
    return {"period": period.code, "forms": [_form_json(state, texts, today) for state in states]}


def _form_json(status: FormStatus, texts: Texts, today: date) -> dict[str, object]:
    state, closing = status.state, status.state.closing
    return {
        "form": status.form,
        "due": _day(status.due),
        "periods": [period.code for period in state.roster.periods],
        "periods_missing": [period.code for period in state.periods_missing],
        "closed": None if closing is None else {
            "on": _day(closing.made_on), "by": closing.made_by, "reason": closing.reason,
        },
        "after_closing": [
            {"unit": one.unit, "period": one.period, "file": one.file_name, "sha256": one.sha256,
             "received_on": _day(one.arrived_on), "outcome": one.outcome.value}
            for one in state.after_closing
        ],
        "nodes": [_node_json(status, node, own, texts, today) for node, own in status.coverage.items()],
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _node_json(status: FormStatus, node: str, own: Coverage, texts: Texts, today: date) -> dict[str, object]:
    row, counts, edition = status.tree.node(node), status.counts[node], status.editions.get(node)
    reminder = status.reminders.get(node)
    return {
        "node": node,
        "name": row.name,
        "level": row.level,
        "due": _day(status.node_due[node]),
        "expected": counts.expected,
        "accepted": counts.accepted,
        "on_time": counts.on_time,
        "rate": _rate(counts.rate),
        "rate_on_time": _rate(counts.rate_on_time),
        "late": list(own.late),
        "rejected": list(own.rejected),
        "missing": list(own.missing),
        "disputed": list(own.disputed),
        "lacking": [
            {"unit": one.unit, "period": one.period.code, "state": one.state}
            for one in status.state.reports_beneath(node)
            if not one.is_received
        ],
        "edition": edition.number if edition else None,
        "contact": row.contact,
        "reminder": "\n".join(node_lines(status, reminder, texts, today)) if reminder else None,
    }


def _rate(rate: Fraction | None) -> str | None:
    return None if rate is None else plain(round_half_up(rate, 1))


def published_lines(result: ConsolidateResult, texts: Texts) -> list[str]:
    """Per form: coverage of the nodes published, and their workbooks."""
    return [line for state in result.states for line in _form_lines(state, result, texts)]


def _changed_lines(state: FormState, texts: Texts) -> list[str]:
    """How many of the reports that count were filled in by another definition than the one they are read by."""
    count, form = state.of_another_definition, state.form
    return [texts("cli.consolidate.changed", count=count, form=form.form, version=form.version)] if count else []


def _form_lines(state: FormState, result: ConsolidateResult, texts: Texts) -> list[str]:
    written = [one for one in result.published if one.form == state.form.form]
    period = state.period.label(texts.language)
    return [
        texts("cli.consolidate.title", form=state.form.form, period=period),
        *_closing_lines(state, texts),
        *coverage_lines(state, [one.node for one in written], texts),
        *after_closing_lines(state, texts),
        *_changed_lines(state, texts),
        texts("cli.consolidate.written", count=len(written)),
        *(f"{INDENT}{shown_path(one.path)}" for one in written),
        *_published_editions(written, texts),
    ]


def _published_editions(written: Sequence[Published], texts: Texts) -> list[str]:
    """Which editions the workbooks are, a line for each number: new ones, and those that say what they said before."""
    nodes: dict[tuple[int, bool], list[str]] = {}
    for one in written:
        nodes.setdefault((one.edition.number, one.is_new), []).append(one.node)
    return [
        INDENT + texts(f"cli.consolidate.edition{'' if is_new else '-unchanged'}", number=number, nodes=", ".join(own))
        for (number, is_new), own in nodes.items()
    ]
