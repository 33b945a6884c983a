"""The live check agrees with `xlreport check`: hundreds of right and wrong contents, typed into issued templates.

Each workbook is issued blank, filled by a program that checks nothing, and recalculated by a spreadsheet engine that
knows nothing of us. What its check sheet then says of every rule, and every sheet of the whole, must be what the
check finds in the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import formualizer
import pytest
from clerks import filled_books
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from live import Content, contents, expected_verdicts, filled, live_verdicts
from oracles import resave_libreoffice
from workbooks import checked

from xlreport.aggregation import Status, Value
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.load import load_form, read_form
from xlreport.forms.model import MeasureRole
from xlreport.forms.roles import CellRole, Filler
from xlreport.periods import parse_period
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook

PERIODS = {"quarter": "2024-Q1", "year": "2024", "nine-months": "2024-9M", "term": "2022..2025"}
TEMPLATES = Path(__file__).parent.parent / "templates"


def standard_books() -> list[UnitBook]:
    """Blank workbooks of every standard form, for whoever fills it."""
    books = []
    for path in sorted(TEMPLATES.glob("*.yaml")):
        form = load_form(path)
        for level in form.filled_by:
            filler = Filler(level, None)
            bound = bind(form, parse_period(PERIODS[form.frequency.value]), filler)
            books.append(UnitBook(bound, "A-01", "Đơn vị 01 (giả định)", None, "Cụm 1", "vi", unit_level=level))
    return books


BOOKS = standard_books()


@dataclass(frozen=True, slots=True)
class Filling:
    """A blank workbook and what is typed into it."""

    book: UnitBook
    typed: Mapping[DataPoint, Content]

    def data(self) -> bytes:
        return filled(unit_workbook(self.book), self.book.bound, self.typed)

    def disagreement(self, recalculated: bytes, folder: Path) -> str:
        """What the live check of the recalculated workbook says, and what it must say; empty if that is the same."""
        file = checked(recalculated, folder)
        found, wanted = live_verdicts(recalculated, self.book.bound), expected_verdicts(file, self.book, self.typed)
        if file.outcome != "refused" and found == wanted:
            return ""
        typed = {str(point): str(content) for point, content in self.typed.items()}
        return f"{file.outcome}: {found} instead of {wanted} for {self.book.bound.form.form} with {typed}"


def fillings(books: st.SearchStrategy[UnitBook], count: int) -> list[Filling]:
    """So many workbooks with contents, the same in every run."""
    found: list[Filling] = []

    @settings(max_examples=count, phases=[Phase.generate], derandomize=True, database=None)
    @given(books, st.data())
    def collect(book: UnitBook, data: st.DataObject) -> None:
        found.append(Filling(book, data.draw(contents(book.bound, book.language))))

    collect()
    return found


def out_of_bounds(book: UnitBook) -> Filling:
    """Each figure that has bounds just beyond them: what is drawn seldom is."""
    typed: dict[DataPoint, Content] = {}
    for point, _, indicator, measure, role in book.bound.cells:
        if role is CellRole.INPUT and measure.role is MeasureRole.FIGURE and indicator.is_numeric:
            if indicator.maximum is not None:
                typed[point] = indicator.maximum + 1
            elif indicator.minimum is not None:
                typed[point] = indicator.minimum - 1
    return Filling(book, typed)


@cache
def every_filling(kind: str, count: int = 60) -> list[Filling]:
    """Of the standard forms, or of random ones."""
    if kind == "standard":
        return [*fillings(st.sampled_from(BOOKS), count), *map(out_of_bounds, BOOKS)]
    return fillings(filled_books().map(lambda one: replace(one.book, entries={})), count)


@pytest.mark.parametrize("kind", ["standard", "random"])
def test_the_live_check_agrees_with_the_check(kind: str, tmp_path: Path) -> None:
    several = every_filling(kind)
    recalculated = [formualizer.recalculate_xlsx_bytes(one.data())["bytes"] for one in several]
    unlike = [one.disagreement(data, tmp_path) for one, data in zip(several, recalculated, strict=True)]
    assert [text for text in unlike if text] == []


@pytest.mark.libreoffice
def test_it_agrees_in_libreoffice_too(tmp_path: Path) -> None:
    several = every_filling("standard")[-30:] + every_filling("random")[-30:]
    paths = [tmp_path / f"filled-{number}.xlsx" for number in range(len(several))]
    for path, one in zip(paths, several, strict=True):
        path.write_bytes(one.data())
    saved = resave_libreoffice(paths, tmp_path)
    unlike = [one.disagreement(saved[path], tmp_path) for path, one in zip(paths, several, strict=True)]
    assert [text for text in unlike if text] == []


def test_the_fillings_have_everything_in_them(tmp_path: Path) -> None:
    """Agreement says something only where there is something to agree on."""
    several = every_filling("standard") + every_filling("random")
    files = [checked(one.data(), tmp_path) for one in several]
    found = {item.code for file in files for item in file.findings}
    assert found >= {
        "XR201", "XR202", "XR203", "XR204", "XR205", "XR206", "XR211", "XR214", "XR301", "XR302", "XR401",
    }  # fmt: skip
    assert sum(len(one.typed) for one in several) > 1000
    assert 5 < sum(file.outcome == "accepted" for file in files) < len(files) - 20


#: A form in which every cell may stay blank.
FORM_OF_CHOICE = """
form: f
title: F
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: T
    measures: [actual, qualifier, note]
    indicators:
      - {code: "01", name: A, required: false}
      - {code: "02", name: B, required: false}
    rules:
      - {code: R, assert: "[01] <= [02]"}
"""


def test_a_report_that_says_nothing_is_not_ready(tmp_path: Path) -> None:
    """Where nothing is required, blanks alone would be in order; an x, or an answer, is something."""
    form, _ = read_form(FORM_OF_CHOICE.encode(), "f.yaml")
    assert form is not None
    book = UnitBook(bind(form, parse_period("2024-Q1"), Filler("don-vi")), "A", "A", None, "B", "vi", "don-vi")
    first, second = DataPoint("t", "01", "actual"), DataPoint("t", "02", "actual")
    outcomes = {}
    for said, typed in (("", {}), ("figure", {first: Decimal(0)}), ("x", {second: "x"})):
        one = Filling(book, typed)
        recalculated = formualizer.recalculate_xlsx_bytes(one.data())["bytes"]
        assert one.disagreement(recalculated, tmp_path) == ""
        outcomes[said] = [item.code for item in checked(recalculated, tmp_path).findings if item.is_error]
    assert outcomes == {"": ["XR608"], "figure": [], "x": []}
    # What was there already when the workbook was issued was filled in by nobody.
    known = replace(book, prefilled={first: Value(number=Decimal(5), status=Status.NORMAL, units=1)})
    one = Filling(known, {})
    recalculated = formualizer.recalculate_xlsx_bytes(one.data())["bytes"]
    assert one.disagreement(recalculated, tmp_path) == ""
    assert live_verdicts(recalculated, known.bound).problems == 1
