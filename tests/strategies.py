"""Random forms and what random clerks type into them, odd texts of every kind included.

Every form drawn passes the form's own checks. Entries stay within what a spreadsheet can hold (15
significant digits), so that whatever does not come back was lost by us.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from xlreport.aggregation import Status
from xlreport.datapoints import DataPoint
from xlreport.forms.answers import same_text
from xlreport.forms.consistency import check_form
from xlreport.forms.expressions import bind
from xlreport.forms.model import (
    Absence,
    Aggregation,
    Form,
    Indicator,
    Kind,
    LocalText,
    Measure,
    MeasureRole,
    Option,
    Ratio,
    Rule,
    Source,
    Table,
)
from xlreport.forms.places import Places
from xlreport.forms.roles import CellRole
from xlreport.language import texts
from xlreport.numbers import SIGNIFICANT_DIGITS
from xlreport.periods import Frequency, parse_period
from xlreport.sheets.entries import Entry, UnitBook

PERIODS = {
    Frequency.MONTH: ("2024-M01", "2024-M02"),
    Frequency.QUARTER: ("2024-Q1", "2024-Q3"),
    Frequency.HALF_YEAR: ("2024-H1", "2024-H2"),
    Frequency.NINE_MONTHS: ("2024-9M",),
    Frequency.YEAR: ("2024",),
    Frequency.TERM: ("2022..2025",),
}
ODD_TEXTS = (
    "Tổng doanh thu (giá hiện hành)",
    "Trong đó: nộp ngân sách",
    'Doanh nghiệp "A & B" <cổ phần>',
    "O'Brien's 100% ＝ 1/2 [x]:*?\\",
    unicodedata.normalize("NFD", "Đảng viên được tặng Huy hiệu"),
    "=SUM(A1:A9)",
    "+84 24 3825 0000",
    "-",
    "@người dùng",
    "xlreport|cum-quy",
    "_x0041_",
    "{giữ nguyên} %s {0}",
    "Sản lượng 🏭 và 👷\N{ZERO WIDTH JOINER}♀️",
    "Thực hiện\nnhiều dòng",
    "Chỉ tiêu rất dài " * 25,
    "01",
    "9.605",
    "TRUE",
    "06-07",
)
CODES = ("01", "02", "03", "3", "03a", "A-1", "a_2", "1E5", "0010", "10", "T1", "2024", "x", "XR1", "1-2", "12")
OWN_MEASURES = ("code", "state", "table", "own_2", "b", "planned")
_LATEST = {"across_units": Aggregation.NONE, "across_time": Aggregation.LAST}
UNIT_TYPES = ("dang-bo-co-so", "chi-bo-co-so")


def written_texts(longest: int = 40) -> st.SearchStrategy[str]:
    """Any text that a workbook can hold and that shows something."""
    characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
    random = st.text(characters, min_size=1, max_size=longest).filter(lambda text: bool(same_text(text)))
    return st.one_of(st.sampled_from(ODD_TEXTS), random)


def local_texts() -> st.SearchStrategy[LocalText]:
    """A text with or without its English translation."""
    return st.builds(LocalText, vi=written_texts(), en=st.none() | written_texts())


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of 1 to 3 tables without errors."""
    count = draw(st.integers(1, 3))
    form = Form(
        form="bieu-thu",
        version=draw(st.integers(1, 9999)),
        title=draw(local_texts()),
        number=draw(st.none() | written_texts()),
        frequency=draw(st.sampled_from(Frequency)),
        filled_by=("don-vi",),
        percent_decimals=draw(st.integers(0, 4)),
        absence=draw(absences()),
        tables=tuple(draw(tables(f"{'abc'[number]}-{number}")) for number in range(count)),
    )
    wrong = [item for item in check_form(form, Places("form")) if item.is_error]
    assert not wrong, wrong
    return form


def absences() -> st.SearchStrategy[Absence]:
    """The usual tokens or others of a form's own, in any spelling that spreadsheets take as it stands."""
    own = Absence(nil=("Không có", "nil"), not_applicable=("KAD", "n/a", unicodedata.normalize("NFD", "để trống")))
    return st.sampled_from([Absence(), own, Absence(nil=("-",), not_applicable=())])


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    """A table of 1 to 12 indicators in any set of measures that goes together."""
    measures, ratios = draw(_measures())
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=12, unique_by=str.casefold))
    indicators: list[Indicator] = []
    for code in codes:
        indicators.append(draw(_indicators(code, measures, indicators)))
    return Table(
        table=name,
        title=draw(local_texts()),
        number=draw(st.none() | written_texts(15)),
        unit_measure=draw(st.none() | local_texts()),
        measures=measures,
        indicators=tuple(indicators),
        rules=draw(_rules(name, measures, indicators)),
        **ratios,
    )


@st.composite
def _measures(draw: st.DrawFn) -> tuple[tuple[Measure, ...], dict[str, Ratio]]:
    standard = st.sampled_from(["plan", "actual", "cumulative", "same_period", "previous_final"])
    figures = draw(st.lists(standard | st.sampled_from(OWN_MEASURES), min_size=1, max_size=5, unique=True))
    ratio_codes = draw(st.lists(st.sampled_from(["completion", "index", "growth"]), unique=True, max_size=3))
    ratios = {code: draw(_ratios(code, figures)) for code in ratio_codes}
    others = draw(st.lists(st.sampled_from(["qualifier", "note"]), unique=True))
    columns = draw(st.permutations([*figures, *ratio_codes, *others]))
    return tuple(draw(_measure(code, is_figure=code in figures)) for code in columns), ratios


@st.composite
def _ratios(draw: st.DrawFn, code: str, figures: list[str]) -> Ratio:
    """Two figures; growth and index compare such as cover the same time."""
    first = draw(st.sampled_from(figures))
    span = Measure(measure=first).covers
    others = [other for other in figures if code == "completion" or Measure(measure=other).covers is span]
    return Ratio(numerator=first, denominator=draw(st.sampled_from(others)))


@st.composite
def _measure(draw: st.DrawFn, code: str, *, is_figure: bool) -> Measure:
    name = draw(st.none() | local_texts())
    return Measure(measure=code, name=name, required=draw(st.none() | st.booleans()) if is_figure else None)


@st.composite
def _indicators(draw: st.DrawFn, code: str, measures: tuple[Measure, ...], earlier: list[Indicator]) -> Indicator:
    common = {
        "code": code,
        "name": draw(local_texts()),
        "number": draw(st.none() | st.sampled_from(["1", "I.", "2.1"])),
        "indent": draw(st.integers(0, 5)),
        "unit_measure": draw(st.none() | local_texts()),
        "explanation": draw(st.none() | local_texts()),
        "required": draw(st.booleans()),
        "across_units": Aggregation.AVERAGE,
        "across_time": draw(st.sampled_from([Aggregation.SUM, Aggregation.LAST, Aggregation.AVERAGE])),
    }
    builders: list[Callable[[], st.SearchStrategy[Indicator]]] = [
        lambda: _numbers(common, measures),
        lambda: _choices(common, measures),
        lambda: st.just(Indicator.model_validate(common | _LATEST | {"kind": Kind.TEXT})),
        lambda: st.just(Indicator.model_validate(common | {"source": Source.REGISTER, "unit_types": UNIT_TYPES[:1]})),
    ]
    parts = [one.code for one in earlier if one.kind is Kind.NUMBER and not one.from_register and one.measures is None]
    if parts:
        builders.append(lambda: _formulas(common, parts))
    return draw(draw(st.sampled_from([builders[0], *builders]))())


@st.composite
def _numbers(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...]) -> Indicator:
    decimals = draw(st.integers(0, 6))
    bounds = draw(st.none() | st.tuples(numbers(decimals), numbers(decimals)).map(sorted))
    low, high = bounds or (None, None)
    restricted = draw(st.none() | _some_measures(measures))
    return Indicator.model_validate(
        common | {"decimals": decimals, "minimum": low, "maximum": high, "measures": restricted}
    )


@st.composite
def _choices(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...]) -> Indicator:
    labels = draw(st.lists(written_texts(), min_size=1, max_size=5, unique_by=same_text))
    options = tuple(
        Option(option=f"o-{number}", name=LocalText(vi=label, en=f"EN {number}: {label[::-1]}"))
        for number, label in enumerate(labels)
    )
    restricted = draw(st.none() | _some_measures(measures))
    return Indicator.model_validate(
        common | _LATEST | {"kind": Kind.CHOICE, "options": options, "measures": restricted}
    )


def _some_measures(measures: tuple[Measure, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    codes = [measure.measure for measure in measures if measure.role is not MeasureRole.NOTE]
    return st.lists(st.sampled_from(codes), unique=True).map(tuple)


@st.composite
def _formulas(draw: st.DrawFn, common: dict[str, object], parts: list[str]) -> Indicator:
    terms = [f"[{code}]" for code in draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3))]
    formula = draw(st.sampled_from([" + ".join(terms), f"{terms[0]} / ({terms[-1]} * months)", f"100 * {terms[0]}"]))
    return Indicator.model_validate(common | {"decimals": draw(st.integers(0, 6)), "formula": formula})


@st.composite
def _rules(draw: st.DrawFn, table: str, measures: tuple[Measure, ...], indicators: list[Indicator]) -> tuple[Rule, ...]:
    """Rules that only warn: what they find is tested elsewhere."""
    figures = [measure.measure for measure in measures if measure.role is MeasureRole.FIGURE]
    numbers_ = [
        one.code for one in indicators if one.kind is Kind.NUMBER and not one.from_register and not one.measures
    ]
    numbers_ = [code for code in numbers_ if all(one.measures is None for one in indicators if one.code == code)]
    if not numbers_ or draw(st.booleans()):
        return ()
    left, right = draw(st.sampled_from(numbers_)), draw(st.sampled_from(numbers_))
    rule = {"code": f"KT{table[0]}", "assert": f"[{left}] <= [{right}]", "severity": "warning", "measures": figures[:1]}
    return (Rule.model_validate(rule),)


def numbers(decimals: int) -> st.SearchStrategy[Decimal]:
    """Numbers that a spreadsheet holds exactly, with at most so many decimals."""
    largest = 10**SIGNIFICANT_DIGITS - 1
    small = st.integers(-9999, 9999)
    return st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places),
        small | st.integers(-largest, largest),
        st.integers(0, decimals),
    )


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
    """What stands in a cell, and what the fact must say: value, text, status."""

    entry: Entry
    value: Decimal | None = None
    text: str | None = None
    status: Status = Status.NORMAL


def typed_figures(indicator: Indicator, absence: Absence) -> st.SearchStrategy[Typed | None]:
    """What a clerk puts into the cell of an indicator; None leaves it blank."""
    return st.none() | _typed(indicator, absence)


def _typed(indicator: Indicator, absence: Absence) -> st.SearchStrategy[Typed]:
    match indicator.kind:
        case Kind.TEXT:
            return written_texts().map(lambda text: Typed(text, text=text.strip()))
        case Kind.CHOICE:
            return st.sampled_from(indicator.options).flatmap(_typed_option)
    nil = st.sampled_from(absence.nil).flatmap(spellings).map(lambda text: Typed(text, Decimal(0)))
    figures = numbers(indicator.decimals).map(lambda number: Typed(number, number))
    if not absence.not_applicable:
        return figures | nil
    absent = st.sampled_from(absence.not_applicable).flatmap(spellings)
    return figures | nil | absent.map(lambda text: Typed(text, status=Status.NOT_APPLICABLE))


def _typed_option(option: Option) -> st.SearchStrategy[Typed]:
    words = st.sampled_from([option.option, option.name.vi, option.name.en or option.name.vi])
    return words.flatmap(spellings).map(lambda text: Typed(text, text=option.option))


def typed_notes() -> st.SearchStrategy[Typed | None]:
    """What a clerk writes beside a figure."""
    texts_ = written_texts(80) | st.sampled_from(["xlreport|cum-quy|1|sxkd|C7-01|2024-Q1", "#code", "actual", "x", "5"])
    return st.none() | texts_.map(lambda text: Typed(text, text=text))


@dataclass(frozen=True, slots=True, repr=False)
class Filled:
    """A unit's workbook, and what was typed into each of its cells for figures and notes."""

    book: UnitBook
    typed: dict[DataPoint, Typed]
    qualifiers: dict[DataPoint, str]

    def __repr__(self) -> str:
        """The form as its author would write it, and the entries; a failure that was made small fits in whole."""
        book = self.book
        entries = {str(point): entry for point, entry in book.entries.items()}
        about = (book.unit, book.unit_name, book.unit_type, book.receiver, book.bound.period.code, book.language)
        return f"Filled({about}, {book.bound.form.to_json()}, {entries})"[:20_000]

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """Hypothesis would take the form apart, field by field and cell by cell."""
        printer.text(repr(self))


@st.composite
def filled_books(draw: st.DrawFn) -> Filled:
    """A random form, filled at random."""
    form = draw(forms())
    bound = bind(form, parse_period(draw(st.sampled_from(PERIODS[form.frequency]))))
    language = draw(st.sampled_from(["vi", "en"]))
    typed: dict[DataPoint, Typed] = {}
    qualifiers: dict[DataPoint, str] = {}
    entries: dict[DataPoint, Entry] = {}
    for point, _, indicator, measure, role in bound.cells:
        if role is not CellRole.INPUT:
            continue
        if measure.role is MeasureRole.QUALIFIER:
            kind = draw(st.none() | st.sampled_from(["over", "nearly", "about", "at-least"]))
            if kind is not None:
                qualifiers[point], entries[point] = kind, texts(language)(f"qualifier.{kind}")
            continue
        is_note = measure.role is MeasureRole.NOTE
        one = draw(typed_notes() if is_note else typed_figures(indicator, form.absence))
        if one is not None:
            typed[point], entries[point] = one, one.entry
    statuses = {table.table: draw(st.sampled_from([Status.NORMAL, Status.PROVISIONAL, Status.ESTIMATED]))
                for table in form.tables}  # fmt: skip
    book = UnitBook(
        bound=bound,
        unit=draw(st.sampled_from(["C7-01", "01", "A.b-9"])),
        unit_name=draw(written_texts()),
        unit_type=draw(st.none() | st.sampled_from(UNIT_TYPES)),
        receiver=draw(written_texts()),
        language=language,
        notice=draw(st.just("") | written_texts()),
        statuses=statuses,
        entries=entries,
    )
    return Filled(book, typed, qualifiers)
