"""The line under every title that says how complete the totals are."""

from __future__ import annotations

from xlreport.grid.styles import ERROR_FONT, GOOD_FONT, Style
from xlreport.language import Texts
from xlreport.outputs.consolidated.publication import Publication

#: More names than this would hide the number.
_MOST_NAMES = 12


def coverage_notice(about: Publication, texts: Texts) -> tuple[str, Style]:
    """Received k of n, who is missing, who was sent back; in red when the totals are incomplete."""
    coverage = about.coverage[about.node]
    key = "report.complete" if coverage.is_complete else "report.incomplete"
    parts = [texts(key, k=len(coverage.accepted), n=len(coverage.expected))]
    if coverage.missing:
        parts.append(texts("report.missing_list", units=_listed(coverage.missing)))
    if coverage.rejected:
        parts.append(texts("report.rejected_list", units=_listed(coverage.rejected)))
    colour = GOOD_FONT if coverage.is_complete else ERROR_FONT
    return " ".join(parts), Style(bold=True, colour=colour, wrap=True)


def _listed(units: tuple[str, ...]) -> str:
    shown = ", ".join(units[:_MOST_NAMES])
    return shown if len(units) <= _MOST_NAMES else f"{shown}, … (+{len(units) - _MOST_NAMES})"
