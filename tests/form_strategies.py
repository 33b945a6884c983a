"""Random forms that say everything a form can say: those of `strategies` with more on top, still without errors."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import strategies as st
from strategies import forms, local_texts

from xlreport.forms.consistency import check_form
from xlreport.forms.model import Form
from xlreport.forms.places import Places
from xlreport.periods import Frequency

LEVELS = ("don-vi", "cum", "khoi", "A;B", 'cấp "1"', " x ")
PERIODS = {
    Frequency.MONTH: ("2024-M01", "2024-M07"),
    Frequency.QUARTER: ("2024-Q1", "2024-Q3"),
    Frequency.HALF_YEAR: ("2024-H1", "2024-H2"),
    Frequency.NINE_MONTHS: ("2024-9M", "2025-9M"),
    Frequency.YEAR: ("2024", "2026"),
    Frequency.TERM: ("2020..2025", "2025..2030"),
}
LAST_DAYS = {
    "2024-M01": "2024-01-25", "2024-M07": "2024-07-25", "2024-Q1": "2024-03-20", "2024-Q3": "2024-09-20",
    "2024-H1": "2024-06-20", "2024-H2": "2024-12-20", "2024-9M": "2024-09-20", "2025-9M": "2025-09-20",
    "2024": "2024-12-20", "2026": "2026-12-20", "2020..2025": "2025-12-20", "2025..2030": "2030-12-20",
}  # fmt: skip

Fields = dict[str, Any]


def levels(least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(LEVELS), min_size=least, max_size=3, unique=True)


def words() -> st.SearchStrategy[Fields]:
    return local_texts().map(lambda text: text.model_dump(exclude_none=True))


def goals() -> st.SearchStrategy[str]:
    numbers = st.integers(-50, 900)
    ranges = st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}..{max(pair)}")
    return numbers.map(str) | ranges


@st.composite
def targets(draw: st.DrawFn) -> Fields:
    target: Fields = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "direction": st.sampled_from(["higher", "lower"]),
                "range": st.booleans(),
                "horizon": st.integers(1901, 2200),
            },
        )
    )
    kind = draw(st.sampled_from(["none", "value", "by_year", "reduction"]))
    years = st.integers(1900, 2200)
    if kind == "value":
        target["value"] = draw(goals())
    elif kind == "by_year":
        target["by_year"] = draw(st.dictionaries(years.map(str), goals(), min_size=1, max_size=3))
    elif kind == "reduction":
        places = draw(st.integers(0, 4))
        base_year = draw(st.integers(1900, int(target.get("horizon", 2201)) - 1))
        target |= {"reduction": f"{draw(st.integers(1, 99))}.{'5' * places}".rstrip("."), "base_year": base_year}
    if kind in ("value", "by_year"):
        target["levels"] = draw(levels())
    return target


@st.composite
def calendars(draw: st.DrawFn, frequency: Frequency) -> Fields:
    """Cut-off days and deadlines that fit the periods."""
    dates = {code: LAST_DAYS[code] for code in draw(st.lists(st.sampled_from(PERIODS[frequency]), unique=True))}
    cutoffs = st.fixed_dictionaries({}, optional={"day": st.just(20), "dates": st.just(dates)})
    steps = st.lists(
        st.tuples(st.sampled_from(LEVELS), st.integers(0, 366)), max_size=3, unique_by=lambda step: step[0]
    )
    chain = steps.map(lambda listed: [{level: days} for level, days in listed])
    days = {"days_after_period": st.integers(-366, 366)}
    deadlines = st.fixed_dictionaries(days, optional={"dates": st.just(dates), "chain": chain})
    return draw(st.fixed_dictionaries({}, optional={"cutoff": cutoffs, "deadline": deadlines}))


@st.composite
def signatures(draw: st.DrawFn) -> Fields:
    lines = draw(st.lists(words(), min_size=1, max_size=3))
    return {"levels": draw(levels()), "unit_types": draw(levels()), "lines": lines}


def _composed(content: Any) -> Any:
    """With its texts in composed characters, as every notation reads them."""
    if isinstance(content, dict):
        return {key: _composed(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_composed(value) for value in content]
    return unicodedata.normalize("NFC", content) if isinstance(content, str) else content


@st.composite
def full_forms(draw: st.DrawFn) -> Form:
    """A form without errors that may use every field of the model."""
    content: Fields = draw(forms()).to_json()
    frequency = Frequency(content["frequency"])
    content |= draw(calendars(frequency))
    content |= draw(
        st.fixed_dictionaries(
            {"filled_by": levels(1), "signatures": st.lists(signatures(), max_size=3)},
            optional={"issued_with": words(), "valid_from": st.just(PERIODS[frequency][0])},
        )
    )
    if frequency in (Frequency.MONTH, Frequency.QUARTER, Frequency.HALF_YEAR) and draw(st.booleans()):
        content["also_for"] = draw(st.sampled_from([["year"], ["nine-months", "year"]]))
    for table in content["tables"]:
        _enrich_table(draw, table)
    form = Form.model_validate(_composed(content))
    wrong = [item for item in check_form(form, Places("form")) if item.is_error]
    assert not wrong, wrong
    return form


def _enrich_table(draw: st.DrawFn, table: Fields) -> None:
    codes = {measure["measure"] for measure in table["measures"]}
    table["measures"] += [{"measure": code} for code in ("plan", "plan_to", "base") if code not in codes]
    table["measures"] += draw(st.lists(_own_measures(), max_size=3, unique_by=lambda measure: measure["measure"]))
    table |= draw(st.fixed_dictionaries({}, optional={"attainment": st.just("base / plan")}))
    for indicator in table["indicators"]:
        _enrich(draw, indicator)
    others = [_others(draw, number) for number in range(draw(st.integers(0, 4)))]
    table["indicators"] += others
    for rule in table.get("rules", ()):
        rule |= draw(st.fixed_dictionaries({}, optional={"message": words()}))


def _own_measures() -> st.SearchStrategy[Fields]:
    spans = st.sampled_from(["period", "to-date", "year"])
    own = st.fixed_dictionaries(
        {"measure": st.sampled_from(["z_1", "z_2"])},
        optional={"span": spans, "assigned": st.booleans(), "required": st.booleans(), "name": words()},
    )
    computed = st.fixed_dictionaries(
        {
            "measure": st.sampled_from(["z_3", "z_4"]),
            "computes": st.sampled_from(["completion", "attainment"]),
            "of": st.just("base / plan"),
        },
        optional={"name": words()},
    )
    return own | computed


def _enrich(draw: st.DrawFn, indicator: Fields) -> None:
    """What an indicator of `strategies` does not say yet; in all measures, so that its target has its columns."""
    kind = indicator.get("kind", "number")
    optional: dict[str, st.SearchStrategy[Any]] = {
        # An old code continues as one new row: of the many old codes none is drawn twice.
        "replaces": st.just(f"old-{indicator['code']}"[:16]),
        "rounded": st.booleans(),
    }
    if kind == "number":
        optional["growth"] = st.sampled_from(["percent", "points"])
        # A plan that a formula computes has no bounds and no base year, whose terms it would need as well.
        horizons = st.integers(1900, 2200).map(lambda year: {"horizon": year})
        optional["target"] = horizons if "formula" in indicator else targets()
    if kind == "choice":
        codes = [option["option"] for option in indicator["options"]]
        optional["achieved"] = st.lists(st.sampled_from(codes), unique=True)
    if "formula" not in indicator and indicator.get("source") != "register":
        optional["filled_by"] = levels(1)
    indicator |= draw(st.fixed_dictionaries({}, optional=optional))


def _others(draw: st.DrawFn, number: int) -> Fields:
    """Indicators of the kinds that have defaults of their own."""
    kind = draw(st.sampled_from(["rank", "yes-no", "date", "document", "text"]))
    optional: dict[str, st.SearchStrategy[Any]] = {"explanation": words(), "across_units": st.just("count")}
    if kind == "yes-no":
        optional["achieved"] = st.sampled_from([[], ["no"], ["yes"], ["yes", "no"]])
        options = [{"option": "no", "name": "Chưa"}, {"option": "yes", "name": {"vi": "Rồi", "en": "Done"}}]
        optional["options"] = st.just(options)
    if kind == "rank":
        optional |= {"minimum": st.integers(0, 9).map(str), "target": targets(), "across_time": st.just("min")}
    fixed = {"code": st.just(f"Z{number}"), "name": words(), "kind": st.just(kind)}
    return draw(st.fixed_dictionaries(fixed, optional=optional))
