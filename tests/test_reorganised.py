"""Longer periods and past ones while units merge, split, end, begin and move: nothing is lost, nobody is blamed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
from offices import Office, office, wrong_formulas

from xlreport.datapoints import DataPoint
from xlreport.periods import parse_period
from xlreport.usecases.issue import books

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

    def figure(period: str, point: str) -> Decimal:
        return Decimal(str(made.totals(period)[point]))

    quarters = tuple(SENT)
    assert figure("2024", "t/01:actual") == sum(figure(one, "t/01:actual") for one in quarters)
    assert figure("2024", "t/02:actual") == sum(figure(one, "t/02:actual") for one in quarters) / 4
    assert figure("2024", "t/03:actual") == figure(quarters[-1], "t/03:actual")
    assert figure("2024", "t/04:actual") == figure(quarters[0], "t/04:actual")


def test_who_lacks_a_report_is_named_and_not_the_successor(tmp_path: Path) -> None:
    complete = year(tmp_path / "all")
    told = {
        ("XR611", "A", "2024-Q1, 2024-Q2"),
        ("XR611", "B", "2024-Q1, 2024-Q2"),
        ("XR612", "D", "2024-Q1, 2024-Q2, 2024-Q3"),
        ("XR612", "E", "2024-Q1, 2024-Q2, 2024-Q3"),
    }
    assert codes(complete) == told
    made = year(tmp_path / "some", without=(("2024-Q2", "B"), ("2024-Q4", "D2")))
    # D2 has no other report that could be left out of the whole.
    assert codes(made) == told | {("XR607", "B", "2024-Q2")}
    (state,) = made.consolidate("2024", "quy").states
    assert state.coverage["C1"].accepted == ("F", "G")
    assert state.coverage["C1"].missing == ("AB",)
    assert made.totals("2024", "C1")["t/01:actual"] == 300 + 8
    assert state.coverage["C2"].missing == ("D2",)


def test_sheets_of_a_longer_period_name_periods_and_agree(tmp_path: Path) -> None:
    made = year(tmp_path, without=(("2024-Q2", "B"),))
    data = made.workbook(made.consolidate("2024", "quy"), "C1")
    path = tmp_path / "C1.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path, data_only=True)
    coverage = [[cell.value for cell in row] for row in book["Tình hình gửi báo cáo"].iter_rows(min_row=7)]
    listed = {(row[0], row[3]): (row[4], row[7]) for row in coverage if row[0] in ("A", "B", "AB", "F", "G")}
    sources = [[cell.value for cell in row] for row in book["Nguồn số liệu"].iter_rows(min_row=5)]
    counted = {(row[1], row[3]): row[9] for row in sources}
    assert listed["B", "Quý II/2024"] == ("Chưa nộp", "không")
    assert listed["A", "Quý I/2024"] == ("Đã nhận", "không")
    assert listed["F", "Quý II/2024"] == ("Đã nhận", "có")
    assert {key: told for key, (_, told) in listed.items() if key != ("B", "Quý II/2024")} == counted
    # 2 of A, 2 of B, 2 of AB, 3 of F, 4 of G; one of them is missing.
    (total,) = (row for row in coverage if row[0] == "C1")
    assert total[2:8] == [13, 12, 0, 1, 12, 0]
    notice = "SỐ TỔNG HỢP CHƯA ĐẦY ĐỦ: mới có 2/3 đơn vị đủ báo cáo các kỳ. Thiếu kỳ: B (Quý II/2024)."
    for sheet in ("t", "t Thực hiện", "Tình hình gửi báo cáo"):
        assert notice in {cell.value for row in book[sheet].iter_rows(max_row=9) for cell in row}, sheet
    assert "AB" in {cell.value for row in book["t Thực hiện"].iter_rows() for cell in row}
    names = {str(cell.value) for row in book["t Thực hiện"].iter_rows() for cell in row}
    assert "Đơn vị AB – thiếu kỳ báo cáo" in names
    assert wrong_formulas(data) == []


def test_a_unit_that_ended_has_a_row_until_its_last_day(tmp_path: Path) -> None:
    made = year(tmp_path)
    path = tmp_path / "C2.xlsx"
    path.write_bytes(made.workbook(made.consolidate("2024", "quy"), "C2"))
    sheet = openpyxl.load_workbook(path, data_only=True)["t Thực hiện"]
    rows = {row[0].value: [cell.value for cell in row[1:4]] for row in sheet.iter_rows(min_row=9)}
    assert rows["D"] == ["Đơn vị D – đến 30/9/2024", 22, 9]
    assert rows["E"] == ["Đơn vị E – đến 30/9/2024", 6, 6]
    assert "A" not in rows


def test_periods_that_nobody_reported_are_named_once(tmp_path: Path) -> None:
    made = office(tmp_path, FORM, register=REGISTER)
    for period in ("2024-Q1", "2024-Q2"):
        made.send("quy", period, {unit: report(unit, *figures) for unit, figures in SENT[period].items()})
    made.receive()
    result = made.consolidate("2024", "quy")
    (state,) = result.states
    assert [period.code for period in state.periods_missing] == ["2024-Q3", "2024-Q4"]
    (finding,) = (item for item in state.revisions if item.code == "XR610")
    assert finding.params["periods"] == {"vi": "Quý III/2024, Quý IV/2024", "en": "Quarter III/2024, Quarter IV/2024"}
    assert not any(item.code == "XR607" for item in state.revisions)
    path = tmp_path / "KHOI.xlsx"
    path.write_bytes(made.workbook(result, "KHOI"))
    book = openpyxl.load_workbook(path, data_only=True)
    text = " ".join(str(cell.value) for row in book["t"].iter_rows(max_row=10) for cell in row)
    assert "Chưa có báo cáo nào của: Quý III/2024, Quý IV/2024." in text
    found = {cell.value for row in book["Lỗi và cảnh báo"].iter_rows() for cell in row}
    assert "XR610" in found


def test_figures_of_last_year_count_under_the_successor(tmp_path: Path) -> None:
    """A and B reported then, AB is issued a form now: both together are its same period of last year."""
    register = REGISTER.replace("2024-", "2025-")
    made = office(tmp_path, FORM, register=register)
    made.send("quy", "2024-Q3", {unit: report(unit, *figures) for unit, figures in SENT["2024-Q1"].items()})
    assert {outcome for outcome, _ in made.receive().values()} == {"accepted"}
    (book,) = books(made.workspace, "quy", parse_period("2025-Q3"), language="vi", units=["AB"])
    assert book.prefilled[DataPoint("t", "01", "same_period")].number == 30
    (split,) = books(made.workspace, "quy", parse_period("2025-Q4"), language="vi", units=["D1"])
    assert DataPoint("t", "01", "same_period") not in split.prefilled
