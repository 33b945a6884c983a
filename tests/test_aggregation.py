"""Across units and nodes: what adds up, what is computed from sums, and what missing figures do."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from decimal import Decimal

import openpyxl
import pytest
from oracles import differences, formula_cells, recalculate_formualizer

from xlreport.aggregation import MISSING, Consolidation, Coverage, consolidate, coverage
from xlreport.aggregation.values import Qualifier, Status, combine_qualifier, combine_status
from xlreport.checks.coverage import operand_findings
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.load import read_form
from xlreport.frames import facts_frame
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.tree import Tree, at
from xlreport.outputs.consolidated.publication import Publication
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.outputs.tidy import totals
from xlreport.periods import parse_period

PERIOD = parse_period("2024-Q1")

FORM = """
form: thu
title: Biểu thử
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng thử
    measures: [plan, actual, cumulative, same_period, completion, index, growth]
    indicators:
      - {code: "01", name: Tổng, decimals: 2}
      - {code: "02", name: Bình quân, decimals: 1, across_units: average}
      - {code: "03", name: Nhỏ nhất, across_units: min}
      - {code: "04", name: Lớn nhất, across_units: max}
      - {code: "05", name: Số đơn vị có, across_units: count}
      - {code: "06", name: Không cộng, across_units: none}
      - {code: "07", name: Tỷ suất, decimals: 2, formula: "[01] / ([04] * months)"}
      - {code: "08", name: Hợp lệ, formula: "if([04] > 0, [01] / [04], 0)"}
      - {code: "09", name: Đơn vị, source: register}
      - code: "10"
        name: Xếp loại
        kind: choice
        options: [{option: tot, name: Tốt}, {option: kem, name: "Kém \\"yếu\\""}]
        achieved: [tot]
"""


def tree_of(rows: list[tuple[str, str, str | None]]) -> Tree:
    levels = tuple(Level(code, code, "", order) for order, code in enumerate(("khoi", "vung", "cum", "don-vi")))
    memberships = tuple(Membership(code, f"Tên {code}", level, parent) for code, level, parent in rows)
    return at(Register(levels, (), memberships), PERIOD.end)


#: Four levels, a cluster directly under the bloc, a unit directly under a region, a cluster without units.
TREE = tree_of(
    [
        ("K", "khoi", None), ("V1", "vung", "K"), ("C1", "cum", "V1"), ("C2", "cum", "V1"), ("C3", "cum", "K"),
        ("C4", "cum", "K"), ("A", "don-vi", "C1"), ("B", "don-vi", "C1"), ("D", "don-vi", "C2"), ("E", "don-vi", "V1"),
        ("F", "don-vi", "C3"), ("G", "don-vi", "C3"),
    ]
)  # fmt: skip

Figures = Mapping[str, Mapping[str, str]]


def result(figures: Figures, tree: Tree = TREE) -> Consolidation:
    """Consolidate figures given as unit → "indicator" or "indicator:measure" → value, option, or x."""
    form, findings = read_form(FORM.encode(), "thu.yaml")
    assert form is not None, findings
    rows = []
    for unit, points in figures.items():
        for point, typed in points.items():
            code, _, measure = point.partition(":")
            value = typed if typed.replace(".", "").replace("-", "").isdigit() else None
            text = typed if value is None and typed != "x" else None
            status = "M" if typed == "x" else "A"
            place = (measure or "actual", value, text, status, None, None, f"{unit}.xlsx", unit, "t", "A1", typed)
            rows.append(("thu", 1, "2024-Q1", unit, "t", code, *place))
    return consolidate(bind(form, PERIOD), tree, facts_frame(rows))


def number(outcome: Consolidation, node: str, code: str, measure: str = "actual") -> Decimal | None:
    return outcome.nodes[node].get(DataPoint("t", code, measure), MISSING).number


SOME: Figures = {
    "A": {"01": "10.25", "02": "1.0", "03": "5", "04": "2", "05": "7", "06": "1", "10": "tot"},
    "B": {"01": "0.10", "02": "2.0", "03": "3", "04": "9", "06": "1", "10": "kem"},
    "D": {"01": "x", "02": "2.5", "03": "4"},
    "F": {"01": "5.05", "04": "4", "05": "1", "10": "tot"},
}


def test_each_way_of_aggregating() -> None:
    outcome = result(SOME)
    expected = {"01": "15.40", "02": "1.8", "03": "3", "04": "9", "05": "2", "06": None}
    assert {code: number(outcome, "K", code) for code in expected} == {
        code: None if value is None else Decimal(value) for code, value in expected.items()
    }


def test_nodes_of_every_level_add_up() -> None:
    outcome = result(SOME)
    found = {node: number(outcome, node, "01") for node in outcome.nodes}
    assert found == {
        "K": Decimal("15.40"),
        "V1": Decimal("10.35"),
        "C1": Decimal("10.35"),
        "C2": None,
        "C3": Decimal("5.05"),
    }
    assert outcome.expected["V1"] == ("A", "B", "D", "E")


def test_an_average_of_averages_is_never_taken() -> None:
    outcome = result({"A": {"02": "1"}, "B": {"02": "2"}, "F": {"02": "6"}})
    assert number(outcome, "C1", "02") == Decimal("1.5")
    assert number(outcome, "K", "02") == Decimal("3.0")


def test_missing_figures_never_become_zero() -> None:
    outcome = result({"A": {"03": "4"}})
    assert number(outcome, "K", "01") is None
    assert outcome.nodes["K"].get(DataPoint("t", "01", "actual"), MISSING).status is Status.MISSING
    assert number(outcome, "K", "07") is None


def test_a_formula_is_computed_from_the_sums() -> None:
    outcome = result({"A": {"01": "9", "04": "1"}, "B": {"01": "3", "04": "3"}})
    assert outcome.units["A"][DataPoint("t", "07", "actual")].number == Decimal("3.00")
    assert number(outcome, "K", "07") == Decimal("1.33")
    plan = result({"A": {"01:plan": "36", "04:plan": "1"}})
    assert number(plan, "K", "07", "plan") == Decimal("3.00")


def test_division_by_zero_is_no_figure() -> None:
    outcome = result({"A": {"01": "9", "04": "0"}})
    value = outcome.nodes["K"][DataPoint("t", "07", "actual")]
    assert (value.number, value.undefined) == (None, True)
    assert number(outcome, "K", "08") == 0


def test_ratios_divide_the_same_units() -> None:
    outcome = result({
        "A": {"01": "50", "01:plan": "100", "01:same_period": "40"},
        "B": {"01": "30"},
        "F": {"01:plan": "900"},
    })  # fmt: skip
    assert number(outcome, "K", "01") == Decimal("80.00")
    assert number(outcome, "K", "01", "plan") == Decimal("1000.00")
    assert number(outcome, "K", "01", "completion") == Decimal("50.0")
    assert outcome.nodes["K"][DataPoint("t", "01", "completion")].units == 1
    assert number(outcome, "K", "01", "index") == Decimal("125.0")
    assert number(outcome, "K", "01", "growth") == Decimal("25.0")


def test_plan_zero_gives_no_percentage() -> None:
    outcome = result({"A": {"01": "50", "01:plan": "0"}})
    value = outcome.nodes["K"][DataPoint("t", "01", "completion")]
    assert (value.number, value.undefined) == (None, True)


def test_the_register_counts_units_that_did_not_report() -> None:
    outcome = result({})
    assert number(outcome, "K", "09") == 6
    assert number(outcome, "C1", "09") == 2


def test_tidy_totals_count_reporting_units() -> None:
    frame = totals(result(SOME))
    rows = {
        (node, code): (value, text, k, n)
        for node, code, measure, value, text, k, n in frame.select(
            "node", "indicator", "measure", "value", "text", "reporting_units", "expected_units"
        ).iter_rows()
        if measure == "actual" and text in (None, "tot")
    }
    assert rows["K", "01"] == (Decimal("15.40"), None, 3, 6)
    assert rows["C2", "01"] == (None, None, 0, 1)
    assert rows["K", "10"] == (Decimal(2), "tot", 3, 6)


@pytest.mark.parametrize("figures", [SOME, {}, {"A": {"01": "x"}}, {"E": {"01": "0.01", "04": "0"}}])
@pytest.mark.parametrize("node", ["K", "V1", "C1", "C2", "C3"])
def test_workbooks_of_every_node_recalculate(figures: Figures, node: str) -> None:
    outcome = result(figures)
    accepted = set(figures)
    own: dict[str, Coverage] = {one: coverage(units, accepted, ()) for one, units in outcome.expected.items()}
    for language in ("vi", "en"):
        data = consolidated_workbook(Publication(outcome, node, own, [], [], language))
        assert len(formula_cells(data)) > 50
        assert differences(data, recalculate_formualizer(data)) == []


#: Two of three units with a plan, one of them with the same period.
PARTLY: Figures = {
    "A": {"01": "50", "01:plan": "100", "01:same_period": "40", "04": "2", "10": "tot"},
    "B": {"01": "30", "01:plan": "20", "04": "3"},
    "F": {"01": "10"},
}


@pytest.fixture(scope="module")
def partly_planned() -> openpyxl.Workbook:
    outcome = result(PARTLY)
    own = {one: coverage(units, PARTLY, ()) for one, units in outcome.expected.items()}
    return openpyxl.load_workbook(io.BytesIO(consolidated_workbook(Publication(outcome, "K", own, [], [], "vi"))))


def test_a_figure_says_how_many_of_the_reporting_units_it_holds(partly_planned: openpyxl.Workbook) -> None:
    sheet = partly_planned["t"]
    rows = {row[3].value: row for row in sheet.iter_rows(min_row=12, max_row=21)}
    shown = [cell.number_format.split(";")[0] for cell in rows["01"][5:12]]
    counts = [re.findall(r"\((\d+/\d+)\)", text) for text in shown]
    assert counts == [["2/3"], [], [], ["1/3"], ["2/3"], ["1/3"], ["1/3"]]
    assert "(2/3)" in rows["07"][6].number_format
    assert "(" not in rows["09"][6].number_format + rows["10"][6].number_format
    assert sheet.column_dimensions["F"].width > len("120.00 (2/3)")


def test_a_unit_whose_newer_file_was_returned_counts_as_received() -> None:
    outcome = result(PARTLY)
    own = {one: coverage(units, PARTLY, ["A", "G"], (), ["A"]) for one, units in outcome.expected.items()}
    data = consolidated_workbook(Publication(outcome, "K", own, [], [], "vi"))
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheet = book["Tình hình gửi báo cáo"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=6)}
    assert rows["K"][2:6] == [6, 3, 1, 2]
    assert (rows["A"][3], rows["A"][6]) == ("Đã nhận; bản sau trả lại", "có")
    assert str(sheet["A3"].value).endswith("Trả lại để sửa: G – Tên G. Bản gửi sau bị trả lại: A – Tên A.")
    assert differences(data, recalculate_formualizer(data)) == []


def test_columns_of_ratios_say_how_they_are_computed(partly_planned: openpyxl.Workbook) -> None:
    sheet = partly_planned["t"]
    assert [cell.value for cell in sheet[11]][5:12] == ["1", "2", "3", "4", "5=3/1", "6=2/4", "7=2/4×100-100"]
    assert str(partly_planned["t % tăng giảm"]["E9"].value).endswith("*100-100,9),1)))")


def test_terms_of_ratios_are_counted(partly_planned: openpyxl.Workbook) -> None:
    sheet = partly_planned["t % kế hoạch"]
    counts = [str(cell.value) for cell in sheet[10][2:5]]
    assert [text[:7] for text in counts] == ["=COUNT(", "=COUNT(", "None"]


def test_statuses_and_bounds_combine() -> None:
    assert combine_status([Status.NORMAL, Status.ESTIMATED, Status.MISSING]) is Status.ESTIMATED
    assert combine_status([Status.PROVISIONAL, Status.NORMAL]) is Status.PROVISIONAL
    assert combine_status([Status.NOT_APPLICABLE, Status.MISSING]) is Status.NOT_APPLICABLE
    assert combine_status([]) is Status.MISSING
    assert combine_qualifier([None, Qualifier.OVER]) is Qualifier.OVER
    assert combine_qualifier([Qualifier.OVER, Qualifier.AT_LEAST]) is Qualifier.OVER
    assert combine_qualifier([Qualifier.OVER, Qualifier.NEARLY]) is Qualifier.ABOUT
    assert combine_qualifier([None]) is None


def test_figures_of_different_units_are_told() -> None:
    outcome = result({
        "A": {"01": "9", "04": "1", "01:plan": "36", "04:plan": "1"},
        "B": {"01": "3", "04": "3"},
        "F": {"01": "8"},
    })  # fmt: skip
    found = list(operand_findings(outcome.bound, outcome.nodes["K"], "K"))
    places = {(item.location.indicator, item.location.measure): item.params["units"] for item in found}
    assert places["07", "actual"] == "[01]: 3; [04]: 2"
    assert places["07", "completion"] == "cumulative: 2; plan: 1"
    complete = result({"A": {"01": "9", "04": "1"}, "B": {"01": "3", "04": "3"}})
    assert list(operand_findings(complete.bound, complete.nodes["K"], "K")) == []
