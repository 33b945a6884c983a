"""The line under every title that says how complete the totals are."""

from __future__ import annotations

from xlreport.dates import shown as shown_day
from xlreport.grid.styles import ERROR_FONT, GOOD_FONT, Style
from xlreport.language import Texts
from xlreport.outputs.consolidated.publication import Publication

#: More codes than this would hide the number; more names would fill the page.
_MOST_CODES, _MOST_NAMES = 12, 5


def coverage_notice(about: Publication, texts: Texts) -> tuple[str, Style]:
    """Received k of n, who is missing, who was sent back; in red when the totals are incomplete."""
    coverage = about.coverage[about.node]
    key = "report.complete" if coverage.is_complete else "report.incomplete"
    if about.is_of_parts:
        key = f"{key}_parts"
    parts = [texts(key, k=len(coverage.accepted), n=len(coverage.expected))]
    if about.edition is not None and about.edition.number > 1:
        parts.insert(0, texts("report.edition", number=about.edition.number))
    parts += _lacking(about, texts) if about.is_of_parts else _not_received(about, texts)
    colour = GOOD_FONT if coverage.is_complete else ERROR_FONT
    return " ".join(parts), Style(bold=True, colour=colour, wrap=True)


def _not_received(about: Publication, texts: Texts) -> list[str]:
    coverage = about.coverage[about.node]
    lists = {"missing": coverage.missing, "rejected": coverage.rejected, "disputed": coverage.disputed}
    with_names = sum(map(len, lists.values())) <= _MOST_NAMES
    return [
        texts(f"report.{state}_list", units=_listed(units, about, with_names=with_names))
        for state, units in lists.items()
        if units
    ]


def _lacking(about: Publication, texts: Texts) -> list[str]:
    """The periods of which nobody has reported, then the units that lack others."""
    held = {one.period for one in about.reports if one.is_received}
    periods = list(dict.fromkeys(one.period for one in about.reports))
    nobody = [period for period in sorted(periods, key=lambda one: one.start) if period not in held]
    lacking: dict[str, list[str]] = {}
    for one in about.reports:
        if not one.is_received and one.period in held:
            lacking.setdefault(one.unit, []).append(one.period.short_label(texts.language))
    said = []
    if nobody:
        shown = ", ".join(period.short_label(texts.language) for period in nobody)
        said.append(texts("report.periods_missing", periods=shown))
    if lacking:
        shown = "; ".join(f"{unit} ({', '.join(own)})" for unit, own in list(lacking.items())[:_MOST_CODES])
        more = len(lacking) - _MOST_CODES
        said.append(texts("report.lacking_list", units=f"{shown}; … (+{more})" if more > 0 else shown))
    return said


def edition_line(about: Publication, texts: Texts) -> str:
    """Which publication it is, of which day, and whether the period is closed."""
    if about.edition is None:
        return ""
    own = about.edition
    said = [texts("report.edition_of", number=own.number, day=shown_day(own.made_on, texts.language))]
    if own.closed_on is None:
        said.append(texts("report.open"))
    else:
        said.append(texts("report.closed", day=shown_day(own.closed_on, texts.language)))
    return " ".join(said)


def _listed(units: tuple[str, ...], about: Publication, *, with_names: bool) -> str:
    if with_names:
        return "; ".join(f"{unit} – {about.name(unit)}" for unit in units)
    shown = ", ".join(units[:_MOST_CODES])
    return shown if len(units) <= _MOST_CODES else f"{shown}, … (+{len(units) - _MOST_CODES})"
