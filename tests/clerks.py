"""What random clerks type into random forms: figures, days, documents, answers, in every way of writing them.

Entries stay within what a spreadsheet can hold (15 significant digits), so that whatever does not come back was
lost by us.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter
from strategies import PERIODS, UNIT_TYPES, forms, numbers, written_texts

from xlreport.aggregation import Status
from xlreport.datapoints import DataPoint
from xlreport.dates import shown
from xlreport.forms.answers import FIRST_DAY, LAST_DAY, same_text
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Absence, Indicator, Kind, MeasureRole, Option
from xlreport.forms.roles import CellRole, Filler, has_own_part
from xlreport.language import texts
from xlreport.periods import parse_period
from xlreport.sheets.entries import Entry, UnitBook

#: As typed, and as it is kept; in the style of the Party and in that of the state.
DOCUMENTS = {
    "44-KH/ĐUK": "44-KH/ĐUK",
    "33/KH-TTKC&XTTM": "33/KH-TTKC&XTTM",
    "135-CTr/TU": "135-CTr/TU",
    "30/2020/NĐ-CP": "30/2020/NĐ-CP",
    "Số 5 - nq / đu ngày 12/3/2022": "05-NQ/ĐU",
    unicodedata.normalize("NFD", "Nghị quyết 41-NQ/CB"): "41-NQ/CB",
    "đã ban hành": None,
    "06-07": None,
    "=1+1": None,
}
ROW_STATUSES = (Status.NORMAL, Status.PROVISIONAL, Status.ESTIMATED)


def spellings(text: str) -> st.SearchStrategy[str]:
    """The ways in which people and programs write the same answer."""
    return st.sampled_from(
        [
            text,
            text.upper() if same_text(text.upper()) == same_text(text) else text,
            unicodedata.normalize("NFD", text),
            f"  {text}\N{NO-BREAK SPACE}",
            text.replace(" ", " \N{NO-BREAK SPACE} "),
        ]
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a cell, what the fact must say (value, text, status), and the finding about the cell."""

    entry: Entry
    value: Decimal | None = None
    text: str | None = None
    status: Status = Status.NORMAL
    finding: str | None = None


def typed_figures(indicator: Indicator, absence: Absence) -> st.SearchStrategy[Typed | None]:
    """What a clerk puts into the cell of an indicator; None leaves it blank."""
    return st.none() | _typed(indicator, absence)


def _typed(indicator: Indicator, absence: Absence) -> st.SearchStrategy[Typed]:
    match indicator.kind:
        case Kind.TEXT:
            return written_texts().map(lambda text: _typed_words(text, absence))
        case Kind.DOCUMENT:
            return st.sampled_from(list(DOCUMENTS)).map(_typed_document) | _absent(absence)
        case Kind.DATE:
            return _typed_days() | _absent(absence)
        case Kind.CHOICE | Kind.YES_NO:
            return st.sampled_from(indicator.options).flatmap(_typed_option)
    nil = st.sampled_from(absence.nil).flatmap(spellings).map(lambda text: Typed(text, Decimal(0)))
    figures = numbers(indicator.decimals).map(lambda number: Typed(number, number))
    if not absence.not_applicable:
        return figures | nil
    absent = st.sampled_from(absence.not_applicable).flatmap(spellings)
    return figures | nil | absent.map(lambda text: Typed(text, status=Status.NOT_APPLICABLE))


def _absent(absence: Absence) -> st.SearchStrategy[Typed]:
    """Neither words nor a day can be 0: every token says that there are none."""
    spelled = st.sampled_from(absence.tokens).flatmap(spellings)
    return spelled.map(lambda text: Typed(text, status=Status.NOT_APPLICABLE))


def _typed_words(text: str, absence: Absence) -> Typed:
    if same_text(text) in map(same_text, absence.tokens):
        return Typed(text, status=Status.NOT_APPLICABLE)
    return Typed(text, text=text.strip())


def _typed_document(text: str) -> Typed:
    kept = DOCUMENTS[text]
    if kept is None:
        return Typed(text, text=text, finding="XR217")
    return Typed(text, text=kept, finding=None if kept == text else "XR218")


def _typed_days() -> st.SearchStrategy[Typed]:
    """True dates, texts with one reading, and those that nobody can be sure of."""
    return st.dates(FIRST_DAY, LAST_DAY).flatmap(_typed_day) | st.sampled_from(
        [
            Typed("07/02/2022", status=Status.UNREADABLE, finding="XR215"),
            Typed("31/2/2022", status=Status.UNREADABLE, finding="XR214"),
            Typed("2022", status=Status.UNREADABLE, finding="XR214"),
            Typed(date(1905, 7, 16), status=Status.UNREADABLE, finding="XR214"),
        ]
    )


def _typed_day(day: date) -> st.SearchStrategy[Typed]:
    texts_ = [day.isoformat(), f"ngày {day.day} tháng {day.month} năm {day.year}", shown(day, "en")]
    if day.day > 12 or day.day == day.month:
        texts_.append(shown(day, "vi"))
    written = st.sampled_from(texts_).map(lambda text: Typed(text, text=day.isoformat(), finding="XR216"))
    return st.just(Typed(day, text=day.isoformat())) | written


def _typed_option(option: Option) -> st.SearchStrategy[Typed]:
    words = st.sampled_from([option.option, option.name.vi, option.name.en or option.name.vi])
    return words.flatmap(spellings).map(lambda text: Typed(text, text=option.option))


def typed_notes() -> st.SearchStrategy[Typed | None]:
    """What a clerk writes beside a figure."""
    texts_ = written_texts(80) | st.sampled_from(["xlreport|cum-quy|1|sxkd|C7-01|2024-Q1", "#code", "actual", "x", "5"])
    return st.none() | texts_.map(lambda text: Typed(text, text=text))


@dataclass(frozen=True, slots=True, repr=False)
class Filled:
    """A unit's or node's workbook, and what was typed or chosen in each of its cells."""

    book: UnitBook
    typed: dict[DataPoint, Typed]
    qualifiers: dict[DataPoint, str]
    statuses: dict[DataPoint, Status]

    def __repr__(self) -> str:
        """The form as its author would write it, and the entries; a failure that was made small fits in whole."""
        book = self.book
        entries = {str(point): entry for point, entry in book.entries.items()}
        about = (book.unit, book.unit_name, book.bound.filler, book.receiver, book.bound.period.code, book.language)
        return f"Filled({about}, {book.bound.form.to_json()}, {entries})"[:20_000]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Hypothesis would take the form apart, field by field and cell by cell."""
        printer.text(repr(self))


@st.composite
def filled_books(draw: st.DrawFn) -> Filled:
    """A random form, filled at random by a unit, or by a node above the units that has a part of its own."""
    form = draw(forms())
    period = parse_period(draw(st.sampled_from(PERIODS[form.frequency])))
    fillers = [Filler("don-vi", kind) for kind in (None, *UNIT_TYPES)]
    nodes = [node for level in ("khoi", "cum") if has_own_part(form, node := Filler(level, None, reports=False))]
    bound = bind(form, period, draw(st.sampled_from([*fillers, *nodes])))
    typed, qualifiers, statuses, entries = draw(typed_into(bound, language := draw(st.sampled_from(["vi", "en"]))))
    assert bound.filler is not None
    book = UnitBook(
        bound=bound,
        unit=draw(st.sampled_from(["C7-01", "01", "A.b-9"])),
        unit_name=draw(written_texts()),
        unit_type=bound.filler.unit_type,
        unit_level=bound.filler.level,
        receiver=draw(written_texts()),
        language=language,
        notice=draw(st.just("") | written_texts()),
        statuses={table.table: draw(st.sampled_from(ROW_STATUSES)) for table in form.tables},
        entries=entries,
    )
    return Filled(book, typed, qualifiers, statuses)


Contents = tuple[dict[DataPoint, Typed], dict[DataPoint, str], dict[DataPoint, Status], dict[DataPoint, Entry]]


@st.composite
def typed_into(draw: st.DrawFn, bound: BoundForm, language: str) -> Contents:
    """What a clerk types into every open cell: contents, qualifiers and statuses of rows, and all of it as entries."""
    typed: dict[DataPoint, Typed] = {}
    qualifiers: dict[DataPoint, str] = {}
    statuses: dict[DataPoint, Status] = {}
    entries: dict[DataPoint, Entry] = {}
    for point, table, indicator, measure, role in bound.cells:
        if role is not CellRole.INPUT or table not in bound.tables:
            continue
        if measure.role is MeasureRole.QUALIFIER:
            kind = draw(st.none() | st.sampled_from(["over", "nearly", "about", "at-least"]))
            if kind is not None:
                qualifiers[point], entries[point] = kind, texts(language)(f"qualifier.{kind}")
        elif measure.role is MeasureRole.STATUS:
            status = draw(st.none() | st.sampled_from(ROW_STATUSES))
            if status is not None:
                statuses[point] = status
                entries[point] = texts(draw(st.sampled_from(["vi", "en"])))(f"status.{status}")
        else:
            is_note = measure.role is MeasureRole.NOTE
            one = draw(typed_notes() if is_note else typed_figures(indicator, bound.form.absence))
            if one is not None:
                typed[point], entries[point] = one, one.entry
    return typed, qualifiers, statuses, entries
