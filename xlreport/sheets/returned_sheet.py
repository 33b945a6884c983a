"""The first sheet of a returned workbook: what is to be corrected, with links, and how to send it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Severity, hint, message
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import (
    BODY,
    ERROR_FILL,
    ERROR_FONT,
    GOOD_FONT,
    HEADER,
    LABEL,
    LINK,
    PLAIN,
    TITLE,
    WARNING_FONT,
    Style,
    quotable,
)
from xlreport.grid.writing import Content, Formula, Page
from xlreport.language import Texts
from xlreport.layout.table import TableLayout
from xlreport.refs import a1, absolute, on_sheet
from xlreport.sheets.check_list import Problems, colour_when_ready
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.marks import CellMark
from xlreport.sheets.returned import LeftBehind, Returned
from xlreport.sheets.statutory import footer_text

_NUMBER, _SEVERITY, _CELL, _INDICATOR, _MESSAGE, _HINT, _STATE = range(7)
_WIDTHS = (5.0, 11.0, 15.0, 30.0, 56.0, 50.0, 17.0)
#: More is not read one by one; what is missing here is still marked at its cell.
_LISTED = 500
_OPEN, _DONE, _UNCHANGED = "✗", "✓", "!"
_COLOURS = {Severity.ERROR: ERROR_FONT, Severity.WARNING: WARNING_FONT, Severity.INFO: None}


@dataclass(frozen=True, slots=True)
class _Line:
    severity: Severity
    code: str
    table: str | None
    mark: CellMark | None
    indicator: str
    message: str
    hint: str


def draw_returned(
    page: Page,
    book: UnitBook,
    returned: Returned,
    marks: Mapping[str, Sequence[CellMark]],
    layouts: Mapping[str, TableLayout],
    names: Mapping[str, str],
    problems: Problems,
    ready: Style,
    texts: Texts,
) -> None:
    """Draw the sheet. `layouts` and `names` are those of the tables' sheets."""
    page.widths(_WIDTHS)
    title = texts("returned.title" if returned.moved_from is None else "returned.title_moved")
    page.merge(0, _NUMBER, _STATE, title, TITLE)
    page.row(0, 32)
    row = _draw_facts(page, book, returned, problems, ready, texts)
    row = _draw_steps(page, row + 1, book, texts)
    lines = list(_lines(book, returned, marks, texts))
    heading = row + 1
    _draw_headings(page, heading, ("number", "severity", "cell", "indicator", "message", "hint", "state"), texts)
    row = heading + 1
    for number, line in enumerate(lines[:_LISTED], 1):
        _draw_line(page, row, number, line, layouts, names, texts)
        row += 1
    if len(lines) > _LISTED:
        page.write(row, _MESSAGE, texts("returned.more", count=len(lines) - _LISTED), LABEL)
        row += 1
    if not lines:
        page.write(row, _MESSAGE, texts("returned.nothing"), BODY)
        row += 1
    _colour_states(page, (heading + 1, _STATE, row, _STATE))
    row = _draw_left_behind(page, row + 1, returned.left_behind, texts)
    page.freeze(1, 0)
    page.hide_gridlines()
    page.print_layout(repeat_rows=(heading, heading), last_row=row, last_column=_STATE,
                      footer=footer_text(book.unit_name))  # fmt: skip


def _draw_facts(page: Page, book: UnitBook, returned: Returned, problems: Problems, ready: Style, texts: Texts) -> int:
    form, period = book.bound.form, book.bound.period.label(texts.language)
    about = texts("returned.about_value", number=form.number or form.form, version=form.version, period=period)
    facts = [
        ("unit", f"{book.unit} – {book.unit_name}"),
        ("about", about),
        ("file", quotable(returned.file)),
    ]
    if returned.moved_from is not None:
        facts.append(("moved", texts("returned.moved_value", old=returned.moved_from, new=form.version)))
    row = 2
    for key, text in facts:
        page.merge(row, _NUMBER, _CELL, texts(f"returned.{key}"), LABEL)
        page.merge(row, _INDICATOR, _STATE, text, PLAIN.but(wrap=True))
        row += 1
    page.merge(row, _NUMBER, _CELL, texts("guidance.state"), LABEL)
    page.write(row, _INDICATOR, problems.status_formula(texts), ready.but(align="left"))
    colour_when_ready(page, (row, _INDICATOR, row, _INDICATOR), texts)
    return row + 1


def _draw_steps(page: Page, row: int, book: UnitBook, texts: Texts) -> int:
    page.merge(row, _NUMBER, _STATE, texts("returned.how_to"), LABEL)
    receiver = book.receiver or texts("returned.receiver")
    width = sum(_WIDTHS)
    for number, key in enumerate(("step1", "step2", "step3", "step4"), 1):
        text = f"{number}. {texts(f'returned.{key}', receiver=receiver)}"
        page.merge(row + number, _NUMBER, _STATE, text, PLAIN.but(wrap=True))
        page.row(row + number, row_height([(text, width)]))
    return row + 5


def _draw_headings(page: Page, row: int, keys: Sequence[str], texts: Texts) -> None:
    labels = [texts(f"returned.{key}") for key in keys]
    for column, label in enumerate(labels):
        page.write(row, column, label, HEADER)
    page.row(row, row_height(zip(labels, _WIDTHS, strict=False), at_least=20))


def _lines(
    book: UnitBook, returned: Returned, marks: Mapping[str, Sequence[CellMark]], texts: Texts
) -> Iterator[_Line]:
    marked = {id(mark.finding): mark for own in marks.values() for mark in own if mark.finding is not None}
    for item in returned.listed():
        mark = marked.get(id(item))
        words = quotable(message(item, texts) + _elsewhere(item, mark, texts))
        name = _indicator_name(book, mark.point if mark else None, item, texts)
        # A note needs no correction to be taken in; the live check wants the cell typed anew.
        advice = texts("returned.retype") if item.severity is Severity.INFO else hint(item, texts)
        yield _Line(item.severity, item.code, item.location.table, mark, name, words, quotable(advice))
    for own in marks.values():
        for mark in own:
            if mark.finding is None:
                name = _indicator_name(book, mark.point, None, texts)
                words = texts("returned.new_indicator")
                yield _Line(Severity.WARNING, "", mark.point.table, mark, name, words, texts("returned.new_hint"))


def _elsewhere(item: Finding, mark: CellMark | None, texts: Texts) -> str:
    """Where it stood in the file that was sent, if that is not where it stands now."""
    place = item.location
    if place.cell is None or place.sheet is None or (mark is not None and a1(*mark.cell) == place.cell):
        return ""
    return " " + texts("returned.elsewhere", sheet=place.sheet, cell=place.cell)


def _indicator_name(book: UnitBook, point: DataPoint | None, item: Finding | None, texts: Texts) -> str:
    place = item.location if item is not None else None
    table_code = point.table if point else place.table if place else None
    code = point.indicator if point else place.indicator if place else None
    table = book.bound.form.table(table_code) if table_code else None
    indicator = table.indicator(code) if table and code else None
    if indicator is None:
        return table.title.pick(texts.language) if table else ""
    return f"[{indicator.code}] {indicator.name.pick(texts.language)}"


def _draw_line(
    page: Page,
    row: int,
    number: int,
    line: _Line,
    layouts: Mapping[str, TableLayout],
    names: Mapping[str, str],
    texts: Texts,
) -> None:
    severity = f"{texts(f'severity.{line.severity}')} {line.code}".strip()
    state = _state(line, names, texts)
    cells: tuple[tuple[int, Content, Style], ...] = (
        (_NUMBER, Decimal(number), BODY.but(align="center")),
        (_SEVERITY, severity, BODY.but(bold=True, colour=_COLOURS[line.severity], size=10)),
        (_INDICATOR, line.indicator, BODY),
        (_MESSAGE, line.message, BODY),
        (_HINT, line.hint, BODY),
        (_STATE, state, BODY.but(bold=True, size=10)),
    )
    for column, content, style in cells:
        page.write(row, column, content, style)
    sheet = names.get(line.table) if line.table else None
    if sheet is None:
        page.write(row, _CELL, "", BODY)
    else:
        place = line.mark.cell if line.mark else layouts[line.table or ""].status_cell
        target = on_sheet(sheet, absolute(*place))
        label = f"{sheet}!{a1(*place)}" if line.mark else sheet
        page.link(row, _CELL, target, label, LINK.but(border=True, size=10, wrap=True))
    shown = ((severity, _SEVERITY), (line.indicator, _INDICATOR), (line.message, _MESSAGE), (line.hint, _HINT))
    page.row(row, row_height((text, _WIDTHS[column]) for text, column in shown))


def _state(line: _Line, names: Mapping[str, str], texts: Texts) -> Content:
    """Live where a mark can go; else what there is to do."""
    mark = line.mark
    if mark is None or mark.condition is None:
        is_mended = line.severity is Severity.ERROR
        return texts("returned.state_restored" if is_mended else "returned.state_look")
    standing = (
        f"{_OPEN} {texts('returned.state_open')}"
        if line.severity is Severity.ERROR
        else f"{_UNCHANGED} {texts('returned.state_unchanged')}"
    )
    done = f"{_DONE} {texts('returned.state_changed')}"
    helper = on_sheet(names[mark.point.table], absolute(*mark.helper))
    return Formula(f'=IF({helper}=1,"{standing}","{done}")', standing if mark.stands else done)


def _colour_states(page: Page, area: tuple[int, int, int, int]) -> None:
    for sign, look in (
        (_OPEN, Style(bold=True, colour=ERROR_FONT, fill=ERROR_FILL)),
        (_DONE, Style(bold=True, colour=GOOD_FONT)),
    ):
        page.conditional(area, {"type": "text", "criteria": "begins with", "value": sign}, look)


def _draw_left_behind(page: Page, row: int, entries: Sequence[LeftBehind], texts: Texts) -> int:
    """What was typed in rows that this version no longer has: nothing is dropped without being shown."""
    if not entries:
        return row
    page.merge(row, _NUMBER, _STATE, texts("returned.left_behind"), LABEL)
    row += 1
    for one in entries[:_LISTED]:
        page.write(row, _INDICATOR, one.name, BODY)
        page.write(row, _MESSAGE, quotable(one.typed), BODY)
        page.row(row, row_height([(one.name, _WIDTHS[_INDICATOR]), (quotable(one.typed), _WIDTHS[_MESSAGE])]))
        row += 1
    return row
