"""The first sheet of a unit's workbook: what to fill, by when, whom to ask, what the colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlreport.grid.fitting import row_height
from xlreport.grid.styles import (
    BODY,
    FIGURE,
    INPUT_FILL,
    LABEL,
    LOCKED_FILL,
    PLAIN,
    PREFILLED_FILL,
    REQUIRED_FILL,
    TITLE,
    Style,
)
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.rules.excel_text import quoted
from xlreport.sheets.check_list import Problems, colour_when_ready
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.states import DOUBTFUL, DOUBTS, FAILS, WRONG
from xlreport.sheets.statutory import footer_text
from xlreport.sheets.validation import alternatives

_LABEL, _TEXT, _EXAMPLE = range(3)
_WIDTHS = (28.0, 88.0, 20.0)


def draw_guidance(page: Page, book: UnitBook, problems: Problems, ready: Style, texts: Texts) -> None:
    """Draw the sheet."""
    page.widths(_WIDTHS)
    page.merge(0, _LABEL, _EXAMPLE, book.bound.form.title.pick(texts.language).upper(), TITLE)
    page.row(0, 40)
    row = 2
    for label, text in _facts(book, texts):
        page.write(row, _LABEL, label, LABEL)
        page.write(row, _TEXT, text, PLAIN.but(wrap=True))
        page.row(row, row_height([(text, _WIDTHS[_TEXT])]))
        row += 1
    page.write(row, _LABEL, texts("guidance.state"), LABEL)
    page.write(row, _TEXT, problems.status_formula(texts), ready.but(align="left"))
    colour_when_ready(page, (row, _TEXT, row, _TEXT), texts)
    row = _draw_steps(page, row + 2, texts, book)
    row = _draw_colours(page, row + 1, texts, has_prefilled=bool(book.prefilled))
    page.hide_gridlines()
    page.print_layout(last_row=row, last_column=_EXAMPLE, footer=footer_text(book.unit_name), pages=(1, 1))


def _facts(book: UnitBook, texts: Texts) -> Sequence[tuple[str, str]]:
    form, period = book.bound.form, book.bound.period
    facts = [
        (texts("guidance.form"), texts("guidance.form_value", number=form.number or form.form, version=form.version)),
        (texts("guidance.unit"), f"{book.unit} – {book.unit_name}"),
        (texts("guidance.receiver"), book.receiver),
        (texts("guidance.period"), period.label(texts.language)),
    ]
    if form.cutoff is not None:
        first, last = f"{form.first_day(period):%d/%m/%Y}", f"{form.last_day(period):%d/%m/%Y}"
        facts.append((texts("guidance.covers"), texts("guidance.covers_days", first=first, last=last)))
    due = texts("guidance.date", day=f"{book.due:%d/%m/%Y}") if book.due else texts("guidance.no_date")
    facts.append((texts("guidance.due"), due))
    facts.append((texts("guidance.contact"), book.contact or book.receiver or texts("guidance.no_contact")))
    if book.notice:
        facts.append((texts("guidance.notice"), book.notice))
    return facts


def _draw_steps(page: Page, row: int, texts: Texts, book: UnitBook) -> int:
    page.write(row, _LABEL, texts("guidance.how_to"), LABEL)
    absence = book.bound.form.absence
    tokens = {
        "nil": alternatives(absence.nil, texts),
        "not_applicable": alternatives(absence.not_applicable, texts),
    }
    number = 1
    while f"guidance.step{number}" in texts:
        text = f"{number}. {texts(f'guidance.step{number}', **tokens)}"
        page.write(row, _TEXT, text, PLAIN.but(wrap=True, vertical="top"))
        page.row(row, row_height([(text, _WIDTHS[_TEXT])]))
        row += 1
        number += 1
    page.write(row, _LABEL, texts("guidance.separator"), LABEL)
    page.write(row, _TEXT, _separator(texts), PLAIN.but(wrap=True))
    # A number format shows this computer's own separator as well. Thousands are not to be typed.
    page.write(row, _EXAMPLE, Decimal("9605.38"), FIGURE.but(number="0.00_-"))
    page.row(row, row_height([(max(_separators(texts), key=len), _WIDTHS[_TEXT])]))
    return row + 1


def _separator(texts: Texts) -> Formula:
    """What this very computer takes for a decimal separator: a number made into a text shows it."""
    comma, point = _separators(texts)
    return Formula(f'=IF(1/2&""="0,5",{quoted(comma)},{quoted(point)})', point)


def _separators(texts: Texts) -> tuple[str, str]:
    return texts("guidance.separator_comma"), texts("guidance.separator_point")


def _draw_colours(page: Page, row: int, texts: Texts, *, has_prefilled: bool) -> int:
    page.write(row, _LABEL, texts("guidance.colours"), LABEL)
    figure = BODY.but(align="center", fill=INPUT_FILL)
    samples: tuple[tuple[str, Style, Content], ...] = (
        ("guidance.colour_required", figure.but(fill=REQUIRED_FILL), ""),
        ("guidance.colour_input", figure, ""),
        *([("guidance.colour_prefilled", figure.but(fill=PREFILLED_FILL), "")] if has_prefilled else []),
        ("guidance.colour_locked", figure.but(fill=LOCKED_FILL), ""),
        ("guidance.colour_wrong", figure.but(fill=WRONG.fill, colour=WRONG.colour, bold=True), f"{FAILS} 01"),
        ("guidance.colour_doubtful", figure.but(fill=DOUBTFUL.fill, colour=DOUBTFUL.colour, bold=True), f"{DOUBTS} 01"),
    )
    for key, style, content in samples:
        page.write(row, _TEXT, texts(key), PLAIN.but(wrap=True))
        page.write(row, _EXAMPLE, content, style)
        page.row(row, row_height([(texts(key), _WIDTHS[_TEXT])]))
        row += 1
    return row
