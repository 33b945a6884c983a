"""Earlier periods in rules and formulas, longer periods from their parts, and estimates that become official."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from offices import Office, office, wrong_formulas
from oracles import recalculate_formualizer

FORM = """
form: quy
title: Báo cáo quý
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [plan, actual, previous_final, cumulative, completion]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, unit_measure: tỷ đồng}
      - {code: "02", name: Lao động bình quân, across_time: average}
      - {code: "03", name: Đảng viên, across_time: last}
      - {code: "04", name: Doanh thu một lao động, decimals: 2, formula: "[01] / [02]"}
      - {code: "05", name: Tăng so với kỳ trước, decimals: 1, unit_measure: "%", measures: [actual],
         formula: "100 * [01] / [01]@previous - 100"}
      - {code: "06", name: Danh hiệu, kind: choice, achieved: [dat],
         options: [{option: dat, name: Đạt}, {option: chua, name: Chưa đạt}]}
    rules:
      - {code: KT1, assert: "[03] >= [03]@previous - 5", severity: error}
      - {code: KT2, assert: "[01] <= 3 * [01]@same_period", severity: warning}
"""


def quarter(revenue: object, workers: object, members: object, title: str = "Đạt", **more: object) -> dict[str, object]:
    figures = {"t/01": revenue, "t/02": workers, "t/03": members, "t/06": title}
    return figures | {f"t/{name[1:3]}:{name[4:]}": value for name, value in more.items()}


@pytest.fixture
def quarters(tmp_path: Path) -> Office:
    made = office(tmp_path, FORM)
    for number, (a, b, c) in enumerate(((100, 40, 10), (120, 30, 20), (90, 50, 30), (150, 60, 40)), 1):
        made.send(
            "quy",
            f"2024-Q{number}",
            {
                "A": quarter(a, 10 * number, 100 + number, p01_plan=500),
                "B": quarter(b, 20, 50, "Chưa đạt", p01_plan=200),
                "C": quarter(c, 5, 7, p01_plan=90),
            },
            day=f"2024-0{2 * number + 1}-28",
        )
        made.receive()
    return made


def test_a_rule_looks_at_the_period_before(quarters: Office) -> None:
    quarters.send("quy", "2025-Q1", {"A": quarter(1, 1, 98), "B": quarter(121, 1, 45), "C": quarter(1, 1, None)})
    received = quarters.receive()
    # 98 < 104 - 5; 45 = 50 - 5; a blank cell is missing, and the rule that touches it is not evaluated.
    assert received["quy-2025-Q1-A"] == ("rejected", ["XR401"])
    # 121 > 3 · 40 of the same quarter of 2024: worth a look, no more.
    assert received["quy-2025-Q1-B"] == ("accepted", ["XR401"])
    assert received["quy-2025-Q1-C"] == ("rejected", ["XR301"])


def test_without_a_past_such_a_rule_is_not_evaluated(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    made.send("quy", "2024-Q1", {"A": quarter(9999, 1, 0)})
    assert made.receive() == {"quy-2024-Q1-A": ("accepted", [])}


def test_the_issued_workbook_knows_the_past_and_checks_it_while_it_is_filled(quarters: Office) -> None:
    data = quarters.book("quy", "2025-Q1", "A", quarter(130, 10, 98))
    recalculated = recalculate_formualizer(data)
    assert wrong_formulas(data) == []
    results = {cell: value for cell, value in recalculated["Kiểm tra"].items() if value in ("✓", "✗", "!")}
    # Cells, codes and the whole; KT1 (98 is less than 104 - 5), KT2 (130 is no more than 3 · 100).
    assert [results[f"D{row}"] for row in range(6, 12)] == ["✓", "✓", "✓", "✓", "✗", "✓"]
    assert recalculated["t"]["G16"] == pytest.approx(-13.3)


def test_a_formula_of_the_period_before_is_live_at_every_node(quarters: Office) -> None:
    result = quarters.consolidate("2024-Q2")
    totals = quarters.totals("2024-Q2")
    # (120 + 30 + 20) / (100 + 40 + 10) and, in the cluster, (120 + 30) / (100 + 40).
    assert totals["t/05:actual"] == Decimal("13.3")
    assert quarters.totals("2024-Q2", "C1")["t/05:actual"] == Decimal("7.1")
    for node in ("KHOI", "C1", "C2"):
        assert wrong_formulas(quarters.workbook(result, node)) == []


def test_a_year_is_the_sum_of_its_quarters_time_first(quarters: Office) -> None:
    result = quarters.consolidate("2024", "quy")
    totals = quarters.totals("2024")
    assert totals["t/01:actual"] == 100 + 120 + 90 + 150 + 40 + 30 + 50 + 60 + 10 + 20 + 30 + 40
    assert totals["t/01:cumulative"] == totals["t/01:actual"]
    # The plan of the year is known once a year, however often it is reported.
    assert totals["t/01:plan"] == 790
    # Averages over the year, then the sum of units: (10 + 20 + 30 + 40) / 4 + 20 + 5.
    assert totals["t/02:actual"] == 50
    assert totals["t/03:actual"] == 104 + 50 + 7
    assert totals["t/04:actual"] == Decimal("14.80")
    assert totals["t/01:completion"] == Decimal("93.7")
    assert wrong_formulas(quarters.workbook(result, "KHOI")) == []


def test_a_unit_that_lacks_a_quarter_is_not_in_the_year(tmp_path: Path) -> None:
    made = office(tmp_path, FORM)
    for number in (1, 2, 3, 4):
        units = {"A": quarter(10, 1, 1), "B": quarter(5, 1, 1)}
        made.send("quy", f"2024-Q{number}", {unit: units[unit] for unit in "AB" if (unit, number) != ("B", 3)})
    made.receive()
    result = made.consolidate("2024", "quy")
    assert made.totals("2024")["t/01:actual"] == 40
    (state,) = result.states
    assert state.coverage["KHOI"].accepted == ("A",)
    assert [(item.code, item.params) for item in state.revisions] == [("XR607", {"unit": "B", "periods": "2024-Q3"})]


def test_the_official_figure_of_the_next_report_replaces_the_estimate(quarters: Office) -> None:
    before = quarters.totals("2024-Q4")["t/01:actual"]
    quarters.send("quy", "2025-Q1", {"A": quarter(1, 1, 104, p01_previous_final=149.5)})
    assert quarters.receive()["quy-2025-Q1-A"][0] == "accepted"
    assert before == 250
    assert quarters.totals("2024-Q4")["t/01:actual"] == Decimal("249.5")
    assert quarters.totals("2024")["t/01:actual"] == Decimal("739.5")
    (state,) = quarters.consolidate("2024-Q4").states
    (revision,) = state.revisions
    assert revision.code == "XR501"
    assert (revision.params["before"], revision.params["after"]) == (Decimal(150), Decimal("149.5"))
    assert (revision.location.unit, revision.location.sheet, revision.location.cell) == ("A", "t", "H12")
    # What was reported then is still there, under the name of the file it came in.
    facts = state.facts.filter(unit="A", indicator="01", measure="actual")
    assert facts["source_file"].to_list() == ["inbox/2030-01-01/quy-2025-Q1-A.xlsx"]


def test_six_months_hold_their_quarters_and_are_not_added_to_them(tmp_path: Path) -> None:
    made = office(tmp_path, FORM.replace("frequency: quarter", "frequency: quarter\nalso_for: [half-year, year]"))
    for period, revenue in (("2024-Q1", 10), ("2024-H1", 25), ("2024-Q3", 7), ("2024-Q4", 8)):
        made.send("quy", period, {"A": quarter(revenue, 4, 50, p01_plan=60)})
    assert {outcome for outcome, _ in made.receive().values()} == {"accepted"}
    made.consolidate("2024-9M", "quy")
    assert made.totals("2024-9M")["t/01:actual"] == 25 + 7
    # What has come since the start of the year is the half-year's own figure: nothing is left to type.
    assert made.totals("2024-H1")["t/01:cumulative"] == 25


def test_a_series_of_goals_adds_up_over_the_years(tmp_path: Path) -> None:
    text = """
form: nam
title: Báo cáo năm
frequency: year
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [plan, plan_to, actual, attainment]
    indicators:
      - {code: "01", name: Lớp tập huấn, target: {by_year: {2024: 4..5, 2025: 6..7}}}
"""
    made = office(tmp_path, text)
    for period, classes in (("2023", 1), ("2024", 5), ("2025", 6)):
        made.send("nam", period, {"A": {"t/01": classes}})
    made.receive()
    by_period = {}
    for period in ("2023", "2024", "2024..2025"):
        result = made.consolidate(period, "nam")
        totals = made.totals(period)
        by_period[period] = tuple(totals[f"t/01:{measure}"] for measure in ("plan", "plan_to", "actual", "attainment"))
        assert wrong_formulas(made.workbook(result, "KHOI")) == []
    # Three units are expected, each with the goal of the form; one has reported.
    assert by_period["2023"] == (None, None, 1, "no-plan")
    assert by_period["2024"] == (12, 15, 5, "met")
    assert by_period["2024..2025"] == (30, 36, 11, "met")
