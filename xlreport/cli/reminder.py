"""What to write to those whose reports are still to come: a text per cluster, ready to be pasted."""

from __future__ import annotations

from datetime import date

from xlreport.dates import shown as shown_day
from xlreport.language import Texts
from xlreport.usecases.status import FormStatus, Outstanding, Reminder


def reminder_lines(state: FormStatus, texts: Texts, today: date) -> list[str]:
    """The texts of all nodes that are waiting for reports, an empty line after each."""
    if not state.reminders:
        return [texts("cli.reminder.nobody"), ""]
    return [line for one in state.reminders.values() for line in (*node_lines(state, one, texts, today), "")]


def node_lines(state: FormStatus, reminder: Reminder, texts: Texts, today: date) -> list[str]:
    """The text of one node."""
    counts, name = reminder.counts, state.tree.node(reminder.node).name
    lines = [
        texts("cli.reminder.heading", node=name),
        texts(
            "cli.reminder.so-far",
            day=shown_day(today, texts.language),
            node=name,
            accepted=counts.accepted,
            expected=counts.expected,
            title=state.state.form.title.pick(texts.language),
            period=state.period.label(texts.language),
        ),
    ]
    lines += _due(state.due, texts, today)
    for kind in ("missing", "rejected"):
        units = [one for one in reminder.outstanding if one.report.state == kind]
        if units:
            lines.append(texts(f"cli.reminder.{kind}", count=len(units)))
            lines += [_unit(one, state, texts) for one in units]
    lines.append(texts("cli.reminder.request"))
    if reminder.contact:
        lines.append(texts("cli.reminder.contact", contact=reminder.contact))
    return lines


def _due(due: date | None, texts: Texts, today: date) -> list[str]:
    if due is None:
        return []
    day, days = shown_day(due, texts.language), (today - due).days
    key = "overdue" if days > 0 else "due-today" if days == 0 else "due"
    return [texts(f"cli.reminder.{key}", day=day, days=abs(days))]


def _unit(one: Outstanding, state: FormStatus, texts: Texts) -> str:
    """A unit with its period where there are several, what is wrong, and whom to call."""
    said = [f"- {one.report.unit} – {one.name}"]
    if state.state.is_of_parts:
        said.append(one.report.period.short_label(texts.language))
    if one.errors:
        said.append(texts("cli.reminder.errors", count=one.errors))
    if one.contact:
        said.append(texts("cli.reminder.ask", contact=one.contact))
    return "; ".join(said)
