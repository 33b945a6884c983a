"""What an office sends back: one line per file, one per finding, and a text for each unit, ready to be pasted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from xlreport.findings import Finding, Severity, hint, message
from xlreport.grid.fitting import row_height
from xlreport.grid.styles import BODY, ERROR_FONT, HEADER, PLAIN, TITLE, WARNING_FONT, Style, quotable
from xlreport.grid.writing import MAX_TEXT, Book, Page, cut
from xlreport.language import Texts
from xlreport.language import texts as texts_of

_TITLE_ROW, _COUNT_ROW, _HEADING_ROW = 0, 1, 3
#: So many of a file's errors stand in its line; all of them are on the second sheet.
_IN_LINE = 3
_NUMBERS = frozenset({"number", "errors", "warnings"})
_COLOURS = {Severity.ERROR: ERROR_FONT, Severity.WARNING: WARNING_FONT, Severity.INFO: None}


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A file that goes back, or that could not be taken in at all."""

    file: str
    outcome: str
    findings: tuple[Finding, ...]
    unit: str = ""
    unit_name: str = ""
    #: The node above, such as the cluster.
    above: str = ""
    form: str = ""
    period: str = ""
    #: The name of the workbook to send back; "" where there is none.
    workbook: str = ""
    #: The text for the unit.
    text: str = ""
    #: A workbook of the office's own, with the plans or past figures of many units: it is corrected as it is.
    is_roll: bool = False

    def count(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(item.severity is severity for item in self.findings)


def returns_workbook(lines: Sequence[ReturnedLine], counts: Mapping[str, int], language: str) -> bytes:
    """The office's summary. `counts` are the files found by outcome. Whatever comes from files is text."""
    texts = texts_of(language)
    book = Book(title=texts("returns.title"))
    _draw_files(book.page(texts("returns.sheet_files")), lines, counts, texts)
    _draw_findings(book.page(texts("returns.sheet_findings")), lines, texts)
    _draw_texts(book.page(texts("returns.sheet_texts")), lines, texts)
    return book.data()


def place_of(item: Finding) -> str:
    """Sheet and cell of a finding, as far as it has them."""
    place = item.location
    return "!".join(part for part in (place.sheet, place.cell) if part)


def _draw_files(page: Page, lines: Sequence[ReturnedLine], counts: Mapping[str, int], texts: Texts) -> None:
    labels = ("number", "code", "unit", "above", "form", "period", "outcome", "errors", "warnings", "main",
              "file", "folder", "workbook")  # fmt: skip
    widths = (5, 10, 28, 20, 14, 14, 14, 7, 9, 60, 24, 24, 18)
    rows = [
        (
            str(number),
            line.unit,
            line.unit_name,
            line.above,
            line.form,
            line.period,
            texts(f"outcome.{line.outcome}"),
            str(line.count(Severity.ERROR)),
            str(line.count(Severity.WARNING)),
            "\n".join(_in_line(line, texts)),
            PurePosixPath(line.file).name,
            str(PurePosixPath(line.file).parent),
            line.workbook or texts("returns.roll" if line.is_roll else "returns.no_workbook"),
        )
        for number, line in enumerate(lines, 1)
    ]
    page.write(_COUNT_ROW, 0, texts("cli.summary", found=sum(counts.values()), **counts), PLAIN)
    _draw_list(page, texts("returns.title"), labels, rows, [BODY] * len(rows), widths, texts)


def _in_line(line: ReturnedLine, texts: Texts) -> list[str]:
    """The first errors of a file; for one that was refused also what its sender is to do."""
    told = [item for item in line.findings if item.is_error] or list(line.findings)
    words = [" ".join(part for part in (place_of(item), message(item, texts)) if part) for item in told[:_IN_LINE]]
    if line.outcome == "refused" and told:
        words.append(f"→ {hint(told[0], texts)}")
    return words + ([texts("returns.more", count=len(told) - _IN_LINE)] if len(told) > _IN_LINE else [])


def _draw_findings(page: Page, lines: Sequence[ReturnedLine], texts: Texts) -> None:
    labels = ("number", "code", "unit", "severity", "finding", "sheet", "cell", "message", "hint", "file")
    widths = (5, 10, 28, 11, 9, 16, 8, 60, 52, 30)
    found = [(line, item) for line in lines for item in line.findings]
    rows = [
        (
            str(number),
            line.unit,
            line.unit_name,
            texts(f"severity.{item.severity}"),
            item.code,
            item.location.sheet or "",
            item.location.cell or "",
            message(item, texts),
            hint(item, texts),
            line.file,
        )
        for number, (line, item) in enumerate(found, 1)
    ]
    looks = [BODY.but(colour=_COLOURS[item.severity]) for _, item in found]
    _draw_list(page, texts("returns.findings_title"), labels, rows, looks, widths, texts)


def _draw_texts(page: Page, lines: Sequence[ReturnedLine], texts: Texts) -> None:
    rows = [(line.unit, line.unit_name, line.text) for line in lines if line.text]
    _draw_list(
        page, texts("returns.texts_title"), ("code", "unit", "text"), rows, [BODY] * len(rows), (10, 30, 110), texts
    )


def _draw_list(
    page: Page,
    title: str,
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    looks: Sequence[Style],
    widths: Sequence[float],
    texts: Texts,
) -> None:
    page.widths(widths)
    page.write(_TITLE_ROW, 0, title, TITLE.but(align="left", wrap=False))
    headings = [texts(f"returns.{key}") for key in labels]
    for column, heading in enumerate(headings):
        page.write(_HEADING_ROW, column, heading, HEADER)
    page.row(_HEADING_ROW, row_height(zip(headings, widths, strict=True), at_least=20))
    for row, (cells, look) in enumerate(zip(rows, looks, strict=True), _HEADING_ROW + 1):
        # Texts for units are pasted, and stay whole; all else is there to be recognised.
        shown = [
            cut(text, MAX_TEXT) if label == "text" else quotable(text)
            for label, text in zip(labels, cells, strict=True)
        ]
        for column, text in enumerate(shown):
            number = labels[column] in _NUMBERS
            page.write(row, column, Decimal(text) if number else text, look.but(vertical="top"))
        page.row(row, row_height(zip(shown, widths, strict=True)))
    last = _HEADING_ROW + max(1, len(rows))
    if rows:
        page.autofilter(_HEADING_ROW, 0, last, len(labels) - 1)
    page.freeze(_HEADING_ROW + 1, 0)
    page.hide_gridlines()
    page.print_layout(
        repeat_rows=(_HEADING_ROW, _HEADING_ROW),
        last_row=last,
        last_column=len(labels) - 1,
        footer=texts("returns.title"),
    )
