"""The line under every title that says how complete the totals are."""

from __future__ import annotations

from xlreport.grid.styles import ERROR_FONT, GOOD_FONT, Style
from xlreport.language import Texts
from xlreport.outputs.consolidated.publication import Publication

#: More codes than this would hide the number; more names would fill the page.
_MOST_CODES, _MOST_NAMES = 12, 5


def coverage_notice(about: Publication, texts: Texts) -> tuple[str, Style]:
    """Received k of n, who is missing, who was sent back; in red when the totals are incomplete."""
    coverage = about.coverage[about.node]
    key = "report.complete" if coverage.is_complete else "report.incomplete"
    parts = [texts(key, k=len(coverage.accepted), n=len(coverage.expected))]
    lists = {"missing": coverage.missing, "rejected": coverage.rejected, "disputed": coverage.disputed}
    with_names = sum(map(len, lists.values())) <= _MOST_NAMES
    for state, units in lists.items():
        if units:
            parts.append(texts(f"report.{state}_list", units=_listed(units, about, with_names=with_names)))
    colour = GOOD_FONT if coverage.is_complete else ERROR_FONT
    return " ".join(parts), Style(bold=True, colour=colour, wrap=True)


def _listed(units: tuple[str, ...], about: Publication, *, with_names: bool) -> str:
    if with_names:
        return "; ".join(f"{unit} – {about.name(unit)}" for unit in units)
    shown = ", ".join(units[:_MOST_CODES])
    return shown if len(units) <= _MOST_CODES else f"{shown}, … (+{len(units) - _MOST_CODES})"
