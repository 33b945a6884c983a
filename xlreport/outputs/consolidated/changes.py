"""What differs from the edition before: submissions that came or were replaced, and the totals that they changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlreport.aggregation import Qualifier, Status
from xlreport.dates import shown as shown_day
from xlreport.errors import UsageError
from xlreport.forms.model import Indicator
from xlreport.forms.wording import measure_label
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, FIGURE, HEADER, SMALL, TITLE, Style, number_format, quotable
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.numbers import decimal_places
from xlreport.outputs.consolidated.publication import (
    ChangedSource,
    ChangedTotal,
    EditionNote,
    EditionValue,
    Publication,
)
from xlreport.periods import parse_period
from xlreport.refs import a1
from xlreport.sheets.statutory import footer_text

_TOTALS = ("table_column", "row_code", "indicator_column", "measure_column", "before", "after", "difference",
           "because_of")  # fmt: skip
_SOURCES = ("code_column", "period_column", "unit_column", "change", "file_before", "file_after")
_WIDTHS = (12.0, 12.0, 40.0, 20.0, 22.0, 22.0, 16.0, 36.0)
_BEFORE, _AFTER, _DIFFERENCE, _UNITS = 4, 5, 6, 7
_FIRST_ROW = 4


def draw_changes(page: Page, note: EditionNote, about: Publication, texts: Texts) -> None:
    """Draw the sheet of an edition that is not the first."""
    page.widths(_WIDTHS)
    page.write(0, 0, texts("report.changes_title"), TITLE.but(align="left", size=14, wrap=False))
    page.write(1, 0, f"{about.name(about.node)} – {about.period.label(texts.language)}", SMALL.but(size=11))
    day = shown_day(note.before_on, texts.language) if note.before_on else ""
    said = texts("report.changes_since", number=note.number, before=note.number - 1, day=day)
    page.write(2, 0, said, SMALL.but(size=11, wrap=False))
    row = _draw_sources(page, _FIRST_ROW, note.sources, about, texts)
    row = _draw_totals(page, row + 1, note.totals, about, texts)
    page.hide_gridlines()
    page.print_layout(last_row=row, last_column=len(_WIDTHS) - 1, footer=footer_text(about.name(about.node)))


def _draw_labels(page: Page, row: int, keys: Sequence[str], texts: Texts) -> None:
    labels = [texts(f"report.{key}") for key in keys]
    for column, label in enumerate(labels):
        page.write(row, column, label, HEADER)
    page.row(row, row_height(zip(labels, _WIDTHS, strict=False)))


def _draw_sources(page: Page, row: int, sources: Sequence[ChangedSource], about: Publication, texts: Texts) -> int:
    _draw_labels(page, row, _SOURCES, texts)
    for row, source in enumerate(sources, row + 1):  # noqa: B020 - the row after the last is wanted
        kind = "replaced" if source.before and source.after else "came" if source.after else "went"
        cells = (source.unit, _period(source.period, texts), _name(source.unit, about),
                 texts(f"report.change_{kind}"), quotable(source.before), quotable(source.after))  # fmt: skip
        for column, text in enumerate(cells):
            page.write(row, column, text, BODY.but(wrap=True))
        page.row(row, row_height(zip(cells, _WIDTHS, strict=False)))
    if not sources:
        row += 1
        page.write(row, 0, texts("report.no_changed_sources"), SMALL.but(wrap=False))
    return row + 1


def _period(code: str, texts: Texts) -> str:
    try:
        return parse_period(code).short_label(texts.language)
    except UsageError:
        return code


def _name(unit: str, about: Publication) -> str:
    return about.name(unit) if unit in about.former or unit in about.consolidation.tree else unit


def _draw_totals(page: Page, row: int, totals: Sequence[ChangedTotal], about: Publication, texts: Texts) -> int:
    _draw_labels(page, row, _TOTALS, texts)
    for row, total in enumerate(totals, row + 1):  # noqa: B020 - the row after the last is wanted
        _draw_total(page, row, total, about, texts)
    if not totals:
        row += 1
        page.write(row, 0, texts("report.no_changed_totals"), SMALL.but(wrap=False))
    return row


def _draw_total(page: Page, row: int, total: ChangedTotal, about: Publication, texts: Texts) -> None:
    table = about.consolidation.bound.form.table(total.point.table)
    indicator = table.indicator(total.point.indicator) if table else None
    measure = table.measure(total.point.measure) if table else None
    values = [Decimal(one.value) for one in (total.before, total.after) if one.value is not None]
    decimals = max(map(decimal_places, values), default=0)
    name = _named(indicator, total, texts)
    units = ", ".join(total.units)
    cells: dict[int, str] = {
        0: (table.number or table.table) if table else total.point.table,
        1: total.point.indicator,
        2: name,
        3: measure_label(measure, texts) if measure else total.point.measure,
        _UNITS: units,
    }
    for column, text in cells.items():
        page.write(row, column, text, BODY.but(wrap=True))
    for column, value in ((_BEFORE, total.before), (_AFTER, total.after)):
        page.write(row, column, _shown(value, texts), _look(value, decimals, texts))
    page.write(row, _DIFFERENCE, _difference(row, total, decimals), FIGURE.but(number=number_format(decimals)))
    page.row(row, row_height([(name, _WIDTHS[2]), (cells[3], _WIDTHS[3]), (units, _WIDTHS[_UNITS])]))


def _named(indicator: Indicator | None, total: ChangedTotal, texts: Texts) -> str:
    if indicator is None:
        return ""
    name = indicator.name.pick(texts.language)
    option = indicator.option(total.option) if total.option else None
    return f"{name}: {option.name.pick(texts.language)}" if option else name


def _shown(value: EditionValue, texts: Texts) -> Content:
    if value.value is not None:
        return Decimal(value.value)
    key = f"attainment.{value.text}"
    return None if value.text is None else texts(key) if key in texts else value.text


def _look(value: EditionValue, decimals: int, texts: Texts) -> Style:
    """A published figure with what was said of it: over, about, estimated."""
    prefix = texts(f"qualifier.{Qualifier(value.qualifier)}").lower() if value.qualifier else ""
    noted = value.status in (Status.ESTIMATED, Status.PROVISIONAL)
    suffix = f"({texts(f'report.status_{value.status}')})" if noted else ""
    return FIGURE.but(number=number_format(decimals, prefix, suffix), wrap=True)


def _difference(row: int, total: ChangedTotal, decimals: int) -> Formula:
    before, after = a1(row, _BEFORE), a1(row, _AFTER)
    values = total.before.value, total.after.value
    stored = None if None in values else Decimal(values[1] or 0) - Decimal(values[0] or 0)
    return Formula(f'=IF(COUNT({before},{after})<2,"",ROUND({after}-{before},{decimals}))', stored)
