"""Random forms, with everything that a form may have, and odd texts of every kind.

Every form drawn passes the form's own checks. What random clerks type into them is in `clerks`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from xlreport.forms.answers import same_text
from xlreport.forms.consistency import check_form
from xlreport.forms.model import (
    Absence,
    Aggregation,
    Comparison,
    Direction,
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
    Target,
)
from xlreport.numbers import SIGNIFICANT_DIGITS
from xlreport.periods import Frequency

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
FIGURES = (
    "plan", "plan_to", "own_plan", "own_plan_to", "base", "actual", "cumulative", "same_period", "previous_final",
)  # fmt: skip
#: Comparisons that may set what has come to date against the year, and those that may not.
ANY_SPANS, SAME_SPANS = ("completion", "attainment"), ("index", "growth", "change")
OWN_MEASURES = ("code", "table", "own_2", "b", "planned")
PERCENT = LocalText(vi="%")
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
    wrong = [item for item in check_form(form, {}, "form") if item.is_error]
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
        unit_measure=draw(st.none() | local_texts() | st.just(PERCENT)),
        measures=measures,
        indicators=tuple(indicators),
        rules=draw(_rules(name, measures, indicators)),
        **ratios,
    )


@st.composite
def _measures(draw: st.DrawFn) -> tuple[tuple[Measure, ...], dict[str, Ratio]]:
    """Figures, comparisons of any two of them that cover the same time, and what is said of a row."""
    figures = draw(st.lists(st.sampled_from([*FIGURES, *OWN_MEASURES]), min_size=1, max_size=6, unique=True))
    if "plan_to" in figures and "plan" not in figures:
        figures.append("plan")
    standard = draw(st.lists(st.sampled_from([*ANY_SPANS, *SAME_SPANS]), unique=True, max_size=4))
    ratios = {code: draw(_terms(figures, any_spans=code in ANY_SPANS)) for code in standard}
    own = draw(st.lists(st.sampled_from(Comparison), max_size=2))
    compared = [
        Measure(measure=f"cmp_{n}", computes=one, of=draw(_terms(figures, any_spans=one.value in ANY_SPANS)))
        for n, one in enumerate(own)
    ]
    about = draw(st.lists(st.sampled_from(["qualifier", "status", "note"]), unique=True))
    columns = [draw(_measure(code, is_figure=code in figures)) for code in (*figures, *standard, *about)]
    return tuple(draw(st.permutations([*columns, *compared]))), ratios


def _terms(figures: list[str], *, any_spans: bool) -> st.SearchStrategy[Ratio]:
    spans = {code: Measure(measure=code).covers for code in figures}
    alike = [(one, other) for one in figures for other in figures if any_spans or spans[one] is spans[other]]
    return st.sampled_from(alike).map(lambda pair: Ratio(numerator=pair[0], denominator=pair[1]))


@st.composite
def _measure(draw: st.DrawFn, code: str, *, is_figure: bool) -> Measure:
    name = draw(st.none() | local_texts())
    if not is_figure:
        return Measure(measure=code, name=name)
    return Measure(measure=code, name=name, required=draw(st.none() | st.booleans()), assigned=draw(_seldom))


_seldom = st.sampled_from([False, False, False, True])


@st.composite
def _indicators(draw: st.DrawFn, code: str, measures: tuple[Measure, ...], earlier: list[Indicator]) -> Indicator:
    common: dict[str, object] = {
        "code": code,
        "name": draw(local_texts()),
        "number": draw(st.none() | st.sampled_from(["1", "I.", "2.1"])),
        "indent": draw(st.integers(0, 5)),
        "unit_measure": draw(st.none() | local_texts() | st.just(PERCENT)),
        "explanation": draw(st.none() | local_texts()),
        "required": draw(st.booleans()),
    }
    builders: list[Callable[[], st.SearchStrategy[Indicator]]] = [
        lambda: _numbers(common, measures),
        lambda: _choices(common, measures),
        lambda: _others(common, measures),
        lambda: _register(common),
    ]
    parts = [
        one.code
        for one in earlier
        if one.is_numeric and not one.from_register and not one.filled_by and one.measures is None
    ]
    if parts:
        builders.append(lambda: _formulas(common, measures, parts))
    return draw(draw(st.sampled_from([builders[0], *builders]))())


_filled_by = st.sampled_from([(), (), (), ("don-vi",), ("khoi",), ("cum", UNIT_TYPES[0])])
_ways = st.sampled_from([Aggregation.SUM, Aggregation.AVERAGE, Aggregation.MIN, Aggregation.MAX, Aggregation.COUNT,
                         Aggregation.NONE])  # fmt: skip


@st.composite
def _numbers(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...]) -> Indicator:
    """A number or a rank, with bounds, a target, or neither."""
    is_rank = draw(_seldom)
    decimals = 0 if is_rank else draw(st.integers(0, 6))
    bounds = draw(st.none() | st.tuples(numbers(decimals), numbers(decimals)).map(sorted))
    low, high = bounds or (None, None)
    own: dict[str, object] = {"decimals": decimals, "minimum": low, "maximum": high}
    if is_rank:
        own = {"kind": Kind.RANK, "across_units": draw(_extremes)}
    else:
        own |= {"across_units": draw(_ways), "growth": draw(st.sampled_from([None, "percent", "points"]))}
        own |= {"across_time": draw(st.sampled_from([Aggregation.SUM, Aggregation.LAST, Aggregation.AVERAGE]))}
    own |= {"measures": draw(st.none() | _some_measures(measures)), "filled_by": draw(_filled_by)}
    if own["measures"] is None:
        own["target"] = draw(_targets(measures, decimals))
    return Indicator.model_validate(common | own)


@st.composite
def _targets(draw: st.DrawFn, measures: tuple[Measure, ...], decimals: int) -> Target | None:
    """A target of any kind whose columns the table has."""
    codes = {measure.measure for measure in measures}
    direction = draw(st.none() | st.sampled_from(Direction))
    horizon = draw(st.none() | st.sampled_from([2023, 2024, 2025]))
    kinds = ["typed"] + ["set", "by_year"] * ("plan" in codes) + ["reduction"] * ({"plan", "base"} <= codes)
    bounds = st.lists(numbers(decimals), min_size=1, max_size=2 if "plan_to" in codes else 1).map(sorted)
    goal = bounds.map(lambda one: dict(zip(("low", "high"), one, strict=False)))
    levels = draw(st.sampled_from([(), (), ("khoi",), ("don-vi", "cum")]))
    own: dict[str, object] = {}
    match draw(st.sampled_from(kinds)):
        case "set":
            own = {"value": draw(goal), "levels": levels}
        case "by_year":
            years = draw(st.lists(st.sampled_from([2023, 2024, 2025]), min_size=1, unique=True))
            own = {"by_year": {year: draw(goal) for year in years}, "levels": levels}
        case "reduction":
            own = {"reduction": draw(st.sampled_from(["25", "10", "12.5", "100"])), "base_year": 2019}
        case _ if "plan_to" in codes:
            own = {"range": draw(st.booleans())}
    return draw(st.none() | st.just(Target.model_validate({"direction": direction, "horizon": horizon} | own)))


_extremes = st.sampled_from([Aggregation.MIN, Aggregation.MAX, Aggregation.COUNT, Aggregation.NONE])


@st.composite
def _choices(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...]) -> Indicator:
    own: dict[str, object] = {"measures": draw(st.none() | _some_measures(measures)), "filled_by": draw(_filled_by)}
    if draw(st.booleans()):
        return Indicator.model_validate(common | own | {"kind": Kind.YES_NO})
    labels = draw(st.lists(written_texts(), min_size=1, max_size=5, unique_by=same_text))
    options = tuple(
        Option(option=f"o-{number}", name=LocalText(vi=label, en=f"EN {number}: {label[::-1]}"))
        for number, label in enumerate(labels)
    )
    achieved = tuple(option.option for option in options if draw(st.booleans()))
    return Indicator.model_validate(common | own | {"kind": Kind.CHOICE, "options": options, "achieved": achieved})


@st.composite
def _others(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...]) -> Indicator:
    """A date, a document, or words of the clerk's own."""
    kind = draw(st.sampled_from([Kind.DATE, Kind.DOCUMENT, Kind.TEXT]))
    across = draw(_extremes if kind is Kind.DATE else st.sampled_from([Aggregation.COUNT, Aggregation.NONE]))
    restricted = draw(st.none() | _some_measures(measures))
    own = {"kind": kind, "across_units": across, "measures": restricted, "filled_by": draw(_filled_by)}
    return Indicator.model_validate(common | own)


def _register(common: dict[str, object]) -> st.SearchStrategy[Indicator]:
    return st.just(Indicator.model_validate(common | {"source": Source.REGISTER, "unit_types": UNIT_TYPES[:1]}))


def _some_measures(measures: tuple[Measure, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    codes = [measure.measure for measure in measures if measure.role is not MeasureRole.NOTE]
    return st.lists(st.sampled_from(codes), unique=True).map(tuple)


@st.composite
def _formulas(draw: st.DrawFn, common: dict[str, object], measures: tuple[Measure, ...], parts: list[str]) -> Indicator:
    terms = [f"[{code}]" for code in draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3))]
    formula = draw(st.sampled_from([" + ".join(terms), f"{terms[0]} / ({terms[-1]} * months)", f"100 * {terms[0]}"]))
    decimals = draw(st.integers(0, 6))
    target = draw(_targets(measures, decimals))
    is_own = any(measure.measure == "own_plan_to" for measure in measures)
    computes_upper = target is not None and target.is_range and (is_own or target.levels or not target.is_set)
    if target is not None and (computes_upper or target.reduction is not None):
        # Its upper bound, or its base, would have to be computed from those of its parts.
        target = None
    return Indicator.model_validate(common | {"decimals": decimals, "formula": formula, "target": target})


@st.composite
def _rules(draw: st.DrawFn, table: str, measures: tuple[Measure, ...], indicators: list[Indicator]) -> tuple[Rule, ...]:
    """Rules that only warn: what they find is tested elsewhere."""
    figures = [measure.measure for measure in measures if measure.role is MeasureRole.FIGURE]
    plain = [code for code in figures if code != "base" and not code.endswith("_to")]
    common = "actual" if "actual" in plain else next(iter(plain), None)
    found: list[Rule] = []
    for number, kinds in enumerate(([Kind.NUMBER, Kind.RANK], [Kind.DATE])):
        codes = [one.code for one in indicators if one.kind in kinds and one.measures is None and not one.from_register]
        is_open = common is not None and (Kind.DATE not in kinds or common == "actual")
        if codes and is_open and draw(st.booleans()):
            left, right = draw(st.sampled_from(codes)), draw(st.sampled_from(codes))
            rule = {"code": f"KT{table[0]}{number}", "assert": f"[{left}] <= [{right}]", "severity": "warning"}
            found.append(Rule.model_validate(rule | {"measures": [common]}))
    return tuple(found)


def numbers(decimals: int) -> st.SearchStrategy[Decimal]:
    """Numbers that a spreadsheet holds exactly, with at most so many decimals."""
    largest = 10**SIGNIFICANT_DIGITS - 1
    small = st.integers(-9999, 9999)
    return st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places),
        small | st.integers(-largest, largest),
        st.integers(0, decimals),
    )
