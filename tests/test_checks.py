"""Checks: the schema on all facts in one call, its failures mapped to cells; the form's rules at units and nodes."""

from __future__ import annotations

from decimal import Decimal
from unittest.mock import patch

import polars as pl
import pytest

from xlreport.aggregation import Status, Value
from xlreport.checks import schema
from xlreport.checks.rules import rule_findings
from xlreport.checks.schema import schema_findings
from xlreport.datapoints import DataPoint
from xlreport.findings import Location, message
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.load import read_form
from xlreport.forms.model import Form
from xlreport.frames import facts_frame
from xlreport.language import texts
from xlreport.periods import parse_period

FORM = """
form: thu
title: Biểu thử
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng thử
    measures: [plan, actual, note]
    indicators:
      - {code: "01", name: {vi: Tổng số, en: Total}, minimum: 0, maximum: 100}
      - {code: "02", name: Nam, decimals: 1, minimum: -5}
      - {code: "03", name: Nữ, decimals: 1, required: false}
      - {code: "04", name: Trung bình, decimals: 2, formula: "[02] / [03]"}
    rules:
      - {code: K1, assert: "[01] = [02] + [03]"}
      - {code: K2, assert: "[04] <= 3", severity: warning}
      - {code: K3, assert: "[01] <= [01:plan]", message: {vi: Ghi rõ lý do vượt, en: Say why it is exceeded}}
"""


@pytest.fixture(scope="module")
def form() -> Form:
    form, findings = read_form(FORM.encode(), "thu.yaml")
    assert form is not None, findings
    return form


@pytest.fixture(scope="module")
def bound(form: Form) -> BoundForm:
    return bind(form, parse_period("2024-Q1"))


def fact(
    unit: str, code: str, value: str | None, status: str = "A", measure: str = "actual", cell: str = "F1"
) -> tuple[object, ...]:
    point = ("t", code, measure)
    source = (f"{unit}.xlsx", unit, "t", cell, value)
    return ("thu", 1, "2024-Q1", unit, *point, value, None, status, None, None, *source)


def definitions(facts: pl.DataFrame, form: Form) -> dict[str, Form]:
    return dict.fromkeys(facts["source_sha256"].unique(), form)


def found(facts: pl.DataFrame, form: Form) -> list[tuple[str | None, str | None, str]]:
    return [
        (item.location.file, item.location.cell, item.code)
        for _, item in schema_findings(facts, definitions(facts, form))
    ]


def test_a_good_frame_gives_nothing(form: Form) -> None:
    facts = facts_frame(
        [fact("A", "01", "100"), fact("A", "02", "-5"), fact("A", "03", None, "O"), fact("A", "01", None, "O", "plan")]
    )
    assert found(facts, form) == []


def test_a_known_bad_frame_gives_each_finding_at_its_cell(form: Form) -> None:
    """The guard against a schema that is skipped without a word."""
    facts = facts_frame([
        fact("A", "01", "101", cell="F2"), fact("A", "02", "1", cell="F3"),
        fact("B", "01", None, "O", cell="F4"), fact("B", "02", "-5.1", cell="F5"),
        fact("B", "03", None, "O", cell="F6"),
        fact("C", "01", "-1", cell="F7"), fact("C", "02", None, "O", cell="F8"),
    ])  # fmt: skip
    assert found(facts, form) == [
        ("A.xlsx", "F2", "XR303"),
        ("B.xlsx", "F4", "XR301"),
        ("B.xlsx", "F5", "XR302"),
        ("C.xlsx", "F7", "XR302"),
        ("C.xlsx", "F8", "XR301"),
    ]


def test_all_submissions_are_validated_in_one_call(form: Form) -> None:
    facts = facts_frame([fact(f"U{number}", "01", str(number)) for number in range(300)])
    with patch.object(schema._SCHEMA, "validate", wraps=schema._SCHEMA.validate) as validate:
        findings = schema_findings(facts, definitions(facts, form))
    assert validate.call_count == 1
    assert len(findings) == 199


def test_an_unreadable_cell_is_not_also_missing(form: Form) -> None:
    assert found(facts_frame([fact("A", "01", None, "U"), fact("A", "02", None, "M")]), form) == []


def test_a_finding_quotes_value_and_bound_in_both_languages(form: Form) -> None:
    ((sha256, item),) = schema_findings(facts_frame([fact("A", "02", "-1234.5")]), {"A": form})
    assert sha256 == "A"
    assert item.params == {"value": Decimal("-1234.500000"), "minimum": Decimal("-5.000000")}
    assert "-1.234,5" in message(item, texts("vi"))
    assert "-1,234.5" in message(item, texts("en"))


@pytest.mark.parametrize(
    "rows",
    [
        [fact("A", "01", "1"), fact("A", "01", "2")],
        [fact("A", "01", "1", status="Z")],
        [("thu", 1, "2024-Q1", None, *fact("A", "01", "1")[4:])],
    ],
)
def test_a_frame_that_breaks_its_own_schema_is_our_fault(form: Form, rows: list[tuple[object, ...]]) -> None:
    with pytest.raises(RuntimeError):
        schema_findings(facts_frame(rows), {"A": form})


def values(**figures: str | None) -> dict[DataPoint, Value]:
    return {
        DataPoint("t", name[1:3], "plan" if name.endswith("p") else "actual"): Value(
            number=None if text is None else Decimal(text), status=Status.NORMAL, units=1
        )
        for name, text in figures.items()
    }


def broken(bound: BoundForm, **figures: str | None) -> list[str]:
    places = {point: Location(file="A.xlsx", sheet="t", cell=f"F{point.indicator}") for point in values(**figures)}
    findings = rule_findings(bound, values(**figures), places, Location(file="A.xlsx"))
    return [f"{item.params['rule']}@{item.location.cell}:{item.severity}" for item in findings]


def test_a_total_of_rounded_parts_has_a_tolerance(bound: BoundForm) -> None:
    assert broken(bound, _01="10", _02="4.9", _03="5.2", _04="0.94") == []
    assert broken(bound, _01="10", _02="4.9", _03="5.3", _04="0.92") == ["K1@F01:error"]


def test_a_rule_with_a_missing_figure_is_not_evaluated(bound: BoundForm) -> None:
    assert broken(bound, _01="10", _02=None, _03="5.3", _04=None) == []


def test_severity_and_wording_are_the_forms(bound: BoundForm) -> None:
    assert broken(bound, _01="5", _02="4", _03="1", _04="4") == ["K2@F02:warning"]
    figures = values(_01="5", _02="4", _03="1", _04="4", _01p="4")
    _, item = rule_findings(bound, figures, {}, Location(unit="CUM"))
    assert item.location == Location(unit="CUM", table="t", indicator="01", measure="actual")
    assert "Ghi rõ lý do vượt" in message(item, texts("vi"))
    assert "Say why it is exceeded" in message(item, texts("en"))
    assert "[01, Thực hiện trong kỳ] = 5" in message(item, texts("vi"))


def test_a_rule_about_a_computed_figure_points_at_the_figures_behind_it(bound: BoundForm) -> None:
    figures = values(_01="5", _02="4", _03="1")
    figures[DataPoint("t", "04", "actual")] = Value(number=Decimal(4), units=1)
    places = {DataPoint("t", code, "actual"): Location(cell=cell) for code, cell in (("02", "F3"), ("03", "F4"))}
    (item,) = rule_findings(bound, figures, places, Location())
    assert (item.location.cell, [place.cell for place in item.related]) == ("F3", ["F4"])
