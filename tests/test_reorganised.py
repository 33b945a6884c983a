"""Longer periods and past ones while units merge, split, end, begin and move: nothing is lost, nobody is blamed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from offices import Office, office, wrong_formulas

FORM = """
form: quy
title: Báo cáo quý
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: [plan, actual, same_period, completion, index]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2}
      - {code: "02", name: Lao động bình quân, across_time: average}
      - {code: "03", name: Đảng viên, across_time: last}
      - {code: "04", name: Đảng viên đầu kỳ, across_time: first}
      - {code: "05", name: Doanh thu một lao động một tháng, decimals: 2, formula: "[01] / ([02] * months)"}
"""
#: A and B merge into AB on 1 July; D is split into D1 and D2 on 1 October; E ends on 30 September; F begins on
#: 1 April; G moves from C2 to C1 on 1 May; H stays.
REGISTER = """
levels:
  - {code: khoi, title: {vi: Khối, en: Bloc}}
  - {code: cum, title: {vi: Cụm, en: Cluster}}
  - {code: don-vi, title: {vi: Đơn vị, en: Unit}}
units:
  - {code: KHOI, name: Khối mẫu, level: khoi}
  - {code: C1, name: Cụm 1, level: cum, parent: KHOI}
  - {code: C2, name: Cụm 2, level: cum, parent: KHOI}
  - {code: A, name: Đơn vị A, level: don-vi, parent: C1, valid_to: 2024-06-30}
  - {code: B, name: Đơn vị B, level: don-vi, parent: C2, valid_to: 2024-06-30}
  - {code: AB, name: Đơn vị AB, level: don-vi, parent: C1, valid_from: 2024-07-01, predecessor: [A, B], document: 1}
  - {code: D, name: Đơn vị D, level: don-vi, parent: C2, valid_to: 2024-09-30}
  - {code: D1, name: Đơn vị D1, level: don-vi, parent: C2, valid_from: 2024-10-01, predecessor: D, document: 2}
  - {code: D2, name: Đơn vị D2, level: don-vi, parent: C2, valid_from: 2024-10-01, predecessor: D, document: 2}
  - {code: E, name: Đơn vị E, level: don-vi, parent: C2, valid_to: 2024-09-30}
  - {code: F, name: Đơn vị F, level: don-vi, parent: C1, valid_from: 2024-04-01}
  - {code: G, name: Đơn vị G, level: don-vi, parent: C2, valid_to: 2024-04-30}
  - {code: G, name: Đơn vị G, level: don-vi, parent: C1, valid_from: 2024-05-01, document: 3}
  - {code: H, name: Đơn vị H, level: don-vi, parent: C2}
"""
#: Who was there in which quarter, with revenue, workers and members.
SENT = {
    "2024-Q1": {"A": (10, 40, 4), "B": (20, 20, 2), "D": (7, 12, 9), "E": (1, 8, 5), "G": (2, 4, 3), "H": (5, 4, 1)},
    "2024-Q2": {"A": (11, 40, 4), "B": (21, 24, 2), "D": (7, 12, 9), "E": (2, 8, 5), "F": (100, 12, 30),
                "G": (2, 4, 3), "H": (5, 4, 1)},
    "2024-Q3": {"AB": (40, 60, 7), "D": (8, 12, 9), "E": (3, 8, 5), "F": (100, 12, 31), "G": (2, 4, 3),
                "H": (5, 4, 1)},
    "2024-Q4": {"AB": (50, 64, 8), "D1": (5, 8, 6), "D2": (4, 6, 4), "F": (100, 12, 32), "G": (2, 4, 3),
                "H": (5, 4, 1)},
}  # fmt: skip
PLANS = {"A": 50, "B": 60, "AB": 160, "D": 30, "D1": 20, "D2": 16, "E": 6, "F": 300, "G": 8, "H": 20}


def report(unit: str, revenue: int, workers: int, members: int) -> dict[str, object]:
    return {"t/01": revenue, "t/02": workers, "t/03": members, "t/04": members, "t/01:plan": PLANS[unit]}


def year(folder: Path, without: tuple[tuple[str, str], ...] = ()) -> Office:
    made = office(folder, FORM, register=REGISTER)
    for number, (period, sent) in enumerate(SENT.items(), 1):
        units = {unit: report(unit, *figures) for unit, figures in sent.items() if (period, unit) not in without}
        made.send("quy", period, units, day=f"2030-0{number}-01")
    assert {outcome for outcome, _ in made.receive().values()} == {"accepted"}
    return made


def codes(made: Office, period: str = "2024") -> set[tuple[str, str | None, str]]:
    (state,) = made.consolidate(period, "quy").states
    return {
        (item.code, item.location.unit, str(item.params.get("periods", "")))
        for item in state.revisions
        if item.code != "XR610"
    }


def test_a_year_holds_what_units_reported_before_they_ended(tmp_path: Path) -> None:
    made = year(tmp_path)
    result = made.consolidate("2024", "quy")
    totals = {node: made.totals("2024", node) for node in ("KHOI", "C1", "C2")}
    everything = sum(figures[0] for sent in SENT.values() for figures in sent.values())
    assert totals["KHOI"]["t/01:actual"] == everything
    # By where the successors are on the last day: A, B and AB in C1, with F and G; D, D1, D2, E and H in C2.
    assert totals["C1"]["t/01:actual"] == 10 + 20 + 11 + 21 + 40 + 50 + 300 + 8
    assert totals["C2"]["t/01:actual"] == 7 + 7 + 8 + 5 + 4 + 1 + 2 + 3 + 20
    # What is at hand on the last day is with those who are there then; at the first day likewise.
    assert totals["C2"]["t/03:actual"] == 6 + 4 + 1
    assert totals["C2"]["t/04:actual"] == 9 + 5 + 1
    assert totals["C1"]["t/03:actual"] == 8 + 32 + 3
    # Averages over the whole year: (60 + 64 + 60 + 64) / 4, F for three quarters, G.
    assert totals["C1"]["t/02:actual"] == 62 + Decimal("9") + 4
    # D for three quarters, D1 and D2 for one, E for three, H.
    assert totals["C2"]["t/02:actual"] == 9 + 2 + Decimal("1.5") + 6 + 4
    # Plans of the year: the successors' in place of theirs who were merged or split; E's own.
    assert (totals["C1"]["t/01:plan"], totals["C2"]["t/01:plan"]) == (160 + 300 + 8, 20 + 16 + 6 + 20)
    for node in ("KHOI", "C1", "C2"):
        assert wrong_formulas(made.workbook(result, node)) == []
        assert result.states[0].coverage[node].is_complete


def test_the_quarters_of_a_year_add_up_to_it_at_the_top(tmp_path: Path) -> None:
    made = year(tmp_path)
    made.consolidate("2024", "quy")
    quarters = [made.totals(period) for period in SENT]
    whole = made.totals("2024")
    assert whole["t/01:actual"] == sum(one["t/01:actual"] for one in quarters)
    assert whole["t/02:actual"] == sum(one["t/02:actual"] for one in quarters) / 4
    assert whole["t/03:actual"] == quarters[-1]["t/03:actual"]
    assert whole["t/04:actual"] == quarters[0]["t/04:actual"]
