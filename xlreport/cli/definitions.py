"""Forms and registers as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from xlreport import dates
from xlreport.cli.console import shown_path
from xlreport.cli.findings import definition_lines
from xlreport.findings import Finding
from xlreport.forms.model import Form
from xlreport.language import Texts
from xlreport.organisation.model import Level


def checked_lines(path: Path, is_usable: bool, findings: Sequence[Finding], texts: Texts) -> list[str]:
    """Whether a definition can be used, and everything that is wrong with it."""
    errors = sum(item.is_error for item in findings)
    key = "cli.definition.usable" if is_usable else "cli.definition.unusable"
    counts = texts("cli.definition.counts", errors=errors, others=len(findings) - errors)
    return [f"{shown_path(path)}: {texts(key)} ({counts})", *definition_lines(findings, texts)]


def nodes_line(day: date, nodes: Sequence[tuple[Level, int]], texts: Texts) -> str:
    """How many nodes there are on a day, level by level."""
    counts = " · ".join(f"{level.title(texts.language)} {count}" for level, count in nodes)
    total = sum(count for _, count in nodes)
    return texts("cli.org.check.nodes", day=dates.shown(day, texts.language), counts=counts, total=total)


def form_heading(texts: Texts) -> list[str]:
    """The headings of a list of forms."""
    return [texts(f"cli.form.list.{name}") for name in ("code", "version", "frequency", "source", "title")]


def form_row(form: Form, source: str, texts: Texts) -> list[str]:
    """A form in a list."""
    frequency = texts(f"frequency.{form.frequency}")
    return [form.form, str(form.version), frequency, source, form.title.pick(texts.language)]
