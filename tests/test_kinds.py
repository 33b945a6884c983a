"""Kinds of indicators and whose they are: answers, days, documents, statuses, figures of a node's own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from loop import LEVELS, REGISTER, Run, run
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import edited, seen

from xlreport.aggregation import Status, consolidate
from xlreport.checks.coverage import operand_findings
from xlreport.findings.catalogue import message
from xlreport.forms.roles import CellRole
from xlreport.intake.identify import Definitions
from xlreport.language import texts
from xlreport.organisation.model import Membership, Register
from xlreport.outputs.tidy import totals
from xlreport.sheets.entries import Entry
from xlreport.usecases.check import CheckedFile, check_files

D = Decimal
HEAD = "form: thu\ntitle: Biểu thử\nfrequency: quarter\nfilled_by: [don-vi]\ntables:\n"


def form(*rows: str, measures: str = "actual, note", more: str = "") -> str:
    """A form of one table."""
    table = f"  - table: t\n    title: Bảng\n    measures: [{measures}]\n    indicators:\n"
    return HEAD + table + "".join(f"      - {row}\n" for row in rows) + more


def again(got: Run, node: str, folder: Path, data: bytes) -> CheckedFile:
    """Check another file of a node against the same definitions."""
    path = folder / f"{node}-2.xlsx"
    path.write_bytes(data)
    (file,) = check_files([(path, path.name)], Definitions({got.form.form: [got.form]}, REGISTER)).files
    return file


# Answers

CULTURE = form(
    '{code: "01", name: Đạt chuẩn văn hóa, kind: yes-no}',
    '{code: "02", name: Tỷ lệ, unit_measure: "%", decimals: 1, formula: \'100 * count([01], "yes") / count([01])\'}',
)


@pytest.mark.parametrize(("language", "yes", "no"), [("vi", "Có", "không"), ("en", "Có", "No"), ("en", "YES", "no")])
def test_yes_and_no_are_k_of_n(language: str, yes: str, no: str, tmp_path: Path) -> None:
    """In either language, in whatever case: no is an answer here, not a token of absence."""
    got = run(CULTURE, "2024-Q1", {"A": {"01": yes}, "B": {"01": no}, "D": {"01": yes}}, tmp_path, language=language)
    assert [got.shown(node, "01", language) for node in ("K", "C1", "C2")] == ["2/3", "1/2", "1/1"]
    assert [got.value(node, "02").number for node in ("K", "C1", "C2")] == [D("66.7"), 50, 100]
    assert {row["text"]: row["value"] for row in got.totals("K", "01")} == {"yes": 2, "no": 1}


# Days

CONGRESS = form(
    '{code: "01", name: Ngày đại hội, kind: date, across_units: min}',
    '{code: "02", name: Ngày chuẩn y, kind: date, across_units: max, required: false}',
    '{code: "03", name: Ngày báo cáo, kind: date, across_units: count, required: false}',
    '{code: "04", name: Ngày khác, kind: date, required: false}',
    '{code: "05", name: Số ngày, formula: "[02] - [01]"}',
    more='    rules:\n      - {code: KT1, assert: "[01] <= [02]", severity: warning}\n',
)
DAYS: Mapping[str, Mapping[str, Entry]] = {
    "A": {"01": date(2022, 4, 22), "02": date(2022, 5, 4), "03": date(2022, 5, 5), "04": date(2022, 1, 1)},
    "B": {"01": date(2022, 2, 7), "02": date(2022, 2, 10), "03": "x", "04": "-"},
    "D": {"01": "2022-03-08", "03": date(2022, 6, 1)},
}


def test_days_are_earliest_latest_and_counted(tmp_path: Path) -> None:
    got = run(CONGRESS, "2024-Q1", DAYS, tmp_path, allow=["D"])
    assert got.files["D"].outcome == "accepted"
    assert [got.shown("K", code) for code in ("01", "02", "03", "04")] == ["07/02/2022", "04/05/2022", "2", "x"]
    assert [got.value("K", code).text for code in ("01", "02", "03")] == ["2022-02-07", "2022-05-04", None]
    assert [(row["value"], row["text"]) for row in (*got.totals("K", "01"), *got.totals("K", "03"))] == [
        (None, "2022-02-07"), (2, None),
    ]  # fmt: skip
    assert got.unit_shown("A", "05") == "12"
    assert [item.code for item in got.files["D"].findings] == ["XR216"]


def test_days_in_messages_are_days(tmp_path: Path) -> None:
    entries = {"A": {"01": date(2022, 5, 4), "02": date(2022, 4, 22)}}
    (item,) = run(CONGRESS, "2024-Q1", entries, tmp_path).files["A"].findings
    assert item.code == "XR401"
    assert "[01] = 04/5/2022; [02] = 22/4/2022" in message(item, texts("vi"))


@pytest.mark.parametrize("token", ["-", "không phát sinh", "x"])
def test_no_day_is_no_day_zero(token: str, tmp_path: Path) -> None:
    """A token that means 0 of a figure leaves rules about days open."""
    got = run(CONGRESS, "2024-Q1", {"A": {"01": date(2022, 5, 4), "02": token}}, tmp_path)
    assert (got.unit_value("A", "02").status, got.unit_shown("A", "05")) == (Status.NOT_APPLICABLE, "")
    assert got.files["A"].findings == ()


def test_many_days_that_are_counted_are_no_day(tmp_path: Path) -> None:
    """70 answers, as a number of days, would be a day of March 1900."""
    members = [Membership(f"U{n:02}", f"Đơn vị {n}", "don-vi", "C") for n in range(70)]
    register = Register(LEVELS, (), (Membership("C", "Cụm", "cum"), *members))
    one = form('{code: "03", name: Ngày báo cáo, kind: date, across_units: count}', measures="actual")
    got = run(one, "2024-Q1", {"U00": {"03": date(2022, 1, 1)}}, tmp_path, register=register)
    facts = [got.facts.with_columns(unit=got.facts["unit"].str.replace("U00", member.code)) for member in members]
    value = consolidate(got.outcome.bound, got.tree, pl.concat(facts)).nodes["C"][next(iter(got.outcome.bound.roles))]
    assert (value.number, value.text) == (D(70), None)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("07/02/2022", "XR215"), ("31/2/2022", "XR214"), ("sắp tới", "XR214"), ("01/01/1850", "XR214"),
        (date(1905, 7, 16), "XR214"), (date(2201, 1, 1), "XR214"), (D(2024), "XR214"),
    ],
)  # fmt: skip
def test_what_is_no_usable_day_keeps_the_workbook_back(typed: Entry, code: str, tmp_path: Path) -> None:
    """A year typed alone is a day of 1905 to a spreadsheet."""
    got = run(CONGRESS, "2024-Q1", {"A": {"01": typed}}, tmp_path, allow=["A"])
    assert seen(got.files["A"].findings) == [(code, "t", "F12")]
    assert got.cell(got.data["A"], "01") is not None
    assert ready_line(got, "A") == "Còn 1 lỗi cần sửa"


def ready_line(got: Run, node: str) -> str:
    sheet = opened(got.data[node])["t"]
    cells = [str(cell.value) for row in sheet.iter_rows(max_row=9) for cell in row]
    return next(text for text in cells if "gửi" in text or "cần sửa" in text)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


# Documents

PAPERS = form(
    '{code: "01", name: Kế hoạch, kind: document, across_units: count}',
    '{code: "02", name: Nhận xét, kind: text, required: false}',
    '{code: "03", name: Số văn bản, formula: "count([01])"}',
)


def test_documents_are_counted_and_written_in_one_way(tmp_path: Path) -> None:
    entries: Mapping[str, Mapping[str, Entry]] = {
        "A": {"01": "44-KH/ĐUK", "02": "06-07"},
        "B": {"01": "Kế hoạch số 33 / kh - TTKC&XTTM", "02": "9.605"},
        "D": {"01": "x"},
    }
    got = run(PAPERS, "2024-Q1", entries, tmp_path)
    assert got.facts.filter(got.facts["indicator"] == "01")["text"].to_list() == ["44-KH/ĐUK", "33/KH-TTKC&XTTM", None]
    assert [got.shown("K", code) for code in ("01", "02", "03")] == ["2", "x", "2 (2/3)"]
    assert got.shown("C2", "01") == ""
    assert {node: [item.code for item in file.findings] for node, file in got.files.items()} == {
        "A": [], "B": ["XR218"], "D": [],
    }  # fmt: skip
    assert (got.unit_shown("A", "02"), got.unit_shown("B", "03")) == ("06-07", "1")


def test_words_that_became_a_day_are_not_lost_silently(tmp_path: Path) -> None:
    got = run(PAPERS, "2024-Q1", {"A": {"01": "44-KH/ĐUK"}}, tmp_path)

    def spoil(book: openpyxl.Workbook) -> None:
        book["t"]["F13"].number_format = "dd/mm/yyyy"
        book["t"]["F13"] = date(2024, 7, 6)

    file = again(got, "A", tmp_path, edited(got.data["A"], spoil))
    assert (file.outcome, seen(file.findings)) == ("rejected", [("XR219", "t", "F13")])


# Statuses of rows

ROWS = form(
    '{code: "01", name: Doanh thu, decimals: 1}',
    '{code: "02", name: Nộp ngân sách, decimals: 1}',
    '{code: "03", name: Tỷ lệ nộp, unit_measure: "%", decimals: 1, formula: "100 * [02] / [01]"}',
    measures="plan, actual, completion, status",
)


def test_the_status_of_a_row_is_its_own_and_travels_to_the_total(tmp_path: Path) -> None:
    entries: Mapping[str, Mapping[str, Entry]] = {
        "A": {"01": D(10), "01:plan": D(20), "01:status": "Ước", "02": D(1)},
        "B": {"01": D(30), "02": D(3)},
        "D": {"01": D(5), "02": D(1), "02:status": "Provisional"},
    }
    got = run(ROWS, "2024-Q1", entries, tmp_path)
    facts = {(row["unit"], row["indicator"], row["measure"]): row["status"] for row in got.facts.iter_rows(named=True)}
    assert {key: status for key, status in facts.items() if status not in "AO"} == {
        ("A", "01", "actual"): "E", ("D", "02", "actual"): "P",
    }  # fmt: skip
    assert facts["A", "01", "plan"] == "A"
    statuses = {node: [str(got.value(node, code).status) for code in ("01", "02", "03")] for node in ("K", "C1", "C2")}
    assert statuses == {"K": ["E", "P", "E"], "C1": ["E", "A", "E"], "C2": ["A", "P", "P"]}
    assert [got.shown("K", f"{code}:status") for code in ("01", "02")] == ["Ước", "Sơ bộ"]
    assert "ước" not in got.shown("K", "01")
    assert [row["status"] for row in got.totals("K", "01")] == ["E"]
    assert got.value("K", "01:completion").status is Status.ESTIMATED


def test_the_status_of_a_row_outdoes_that_of_its_table(tmp_path: Path) -> None:
    entries: Mapping[str, Mapping[str, Entry]] = {"A": {"01": D(10), "02": D(1), "02:status": "Chính thức"}}
    got = run(ROWS, "2024-Q1", entries, tmp_path, statuses={"A": {"t": Status.ESTIMATED}})
    assert [str(got.value("K", code).status) for code in ("01", "02", "03")] == ["E", "A", "E"]


# Figures of a node's own, rows of some types of units

OWN = form(
    '{code: "01", name: Doanh thu, decimals: 1}',
    '{code: "02", name: Cuộc họp của Khối, filled_by: [khoi]}',
    '{code: "03", name: Chương trình của Khối, kind: text, filled_by: [khoi], required: false}',
    '{code: "04", name: Khối có quy chế, kind: yes-no, filled_by: [khoi], required: false}',
    '{code: "05", name: Ngày họp, kind: date, across_units: none, filled_by: [khoi], required: false}',
    '{code: "06", name: Bình quân một cuộc, decimals: 1, formula: "[01] / [02]", measures: [actual]}',
    '{code: "07", name: Tổ chức, source: register}',
    '{code: "08", name: Điểm, decimals: 1, across_units: none, filled_by: [khoi], required: false,'
    " target: {value: 80}}",
    measures="plan, actual, cumulative, completion, attainment, status, note",
)
OF_THE_BLOC: Mapping[str, Entry] = {
    "02": D(4), "02:plan": D(5), "02:status": "Ước", "03": "135-CTr/TU", "04": "Có", "05": date(2024, 3, 30),
    "08": D(70),
}  # fmt: skip


@pytest.fixture
def with_bloc(tmp_path: Path) -> Run:
    units = {"A": {"01": D(10)}, "B": {"01": D(20)}, "D": {"01": D(30), "01:plan": D(100)}}
    return run(OWN, "2024-Q1", {**units, "K": OF_THE_BLOC}, tmp_path)


def test_figures_of_the_bloc_come_from_its_own_workbook(with_bloc: Run) -> None:
    got = with_bloc
    columns = ("plan", "actual", "cumulative", "completion", "attainment", "status")
    assert [got.shown("K", f"02:{one}") for one in columns] == ["5", "4", "4", "80,0", "Tiến độ 80,0%", "Ước"]
    assert [got.shown("K", code) for code in ("03", "04", "05", "06")] == ["135-CTr/TU", "Có", "30/03/2024", "15,0"]
    assert [got.shown("K", f"08:{one}") for one in ("plan", "actual", "completion", "attainment")] == [
        "80,0", "70,0", "87,5", "Tiến độ 87,5%",
    ]  # fmt: skip
    assert got.shown("K", "01:completion") == "30,0 (1/3)"


def test_they_are_no_part_of_any_cluster_and_no_total_of_units(with_bloc: Run) -> None:
    got = with_bloc
    assert [got.shown("C1", f"02:{one}") for one in ("plan", "actual", "completion")] == ["", "", "—"]
    assert [got.shown("C1", code) for code in ("03", "04", "05", "08", "08:plan")] == ["x", "", "x", "x", "x"]
    (row,) = got.totals("K", "02")
    assert (row["value"], row["reporting_units"], row["expected_units"]) == (4, None, None)
    assert list(operand_findings(got.outcome.bound, got.outcome.nodes["K"], "K")) == []
    assert {row["text"]: row["value"] for row in got.totals("K", "04")} == {"yes": 1, "no": 0}
    sheet = sheet_of(got.consolidated("K"), "t Thực hiện")
    rows = {str(row[0].value): [cell.value for cell in row] for row in sheet.iter_rows(min_row=9)}
    assert (rows["K"][3], rows["C1"][3], rows["A"][3]) == (4, None, "x")


def sheet_of(data: bytes, name: str) -> Worksheet:
    sheet = opened(data)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_all_else_is_closed_in_the_workbook_of_the_bloc(with_bloc: Run) -> None:
    roles = with_bloc.books["K"].bound.roles
    open_rows = {point.indicator for point, role in roles.items() if role is not CellRole.CLOSED}
    assert open_rows == {"02", "03", "04", "05", "08"}
    assert {with_bloc.unit_shown("K", f"01:{one}") for one in ("plan", "actual", "completion", "attainment")} == {"x"}
    closed = {point for point, role in with_bloc.books["A"].bound.roles.items() if role is CellRole.CLOSED}
    assert {point.indicator for point in closed if point.measure == "note"} == {"02", "03", "04", "05", "08"}
    assert with_bloc.unit_shown("A", "08:plan") == "x"


def test_without_the_workbook_of_the_bloc_its_figures_are_missing(tmp_path: Path) -> None:
    got = run(OWN, "2024-Q1", {"A": {"01": D(10)}}, tmp_path)
    assert [got.shown("K", f"02:{one}") for one in ("plan", "actual", "attainment")] == ["", "", "Chưa có kế hoạch"]
    assert [got.shown("K", f"08:{one}") for one in ("plan", "actual", "attainment")] == ["80,0", "", ""]
    assert got.totals("K", "02")[0]["status"] == "O"


TYPES = form(
    '{code: "01", name: Đảng viên}',
    '{code: "02", name: Chi bộ trực thuộc, filled_by: [dang-bo], target: {value: 3}}',
    '{code: "03", name: Tổ đảng, filled_by: [chi-bo]}',
    measures="plan, actual, completion, attainment",
)


def test_each_type_of_unit_has_rows_of_its_own(tmp_path: Path) -> None:
    units = {"A": {"01": D(50), "02": D(3)}, "B": {"01": D(9), "03": D(2)}, "D": {"01": D(30), "02": D(2)}}
    got = run(TYPES, "2024-Q4", units, tmp_path)
    assert [got.unit_shown(unit, "02:plan") for unit in ("A", "B")] == ["3", "x"]
    assert [got.unit_shown("B", f"{code}:attainment") for code in ("02", "03")] == ["x", "Chưa có kế hoạch"]
    assert [got.shown("K", point) for point in ("01", "02", "02:plan", "02:completion", "03")] == [
        "89", "5 (2/3)", "6 (2/3)", "83,3 (2/3)", "2 (1/3)",
    ]  # fmt: skip
    assert [got.shown("C1", f"02:{one}") for one in ("plan", "attainment")] == ["3 (1/2)", "Hoàn thành kế hoạch"]


def test_every_total_of_the_bloc_is_in_the_export(with_bloc: Run) -> None:
    frame = totals(with_bloc.outcome)
    rows = {(row["node"], row["indicator"], row["measure"]) for row in frame.iter_rows(named=True)}
    assert {("K", "02", "completion"), ("K", "05", "actual"), ("C1", "01", "attainment")} <= rows
    verdict = with_bloc.totals("C2", "01:attainment")[0]
    assert (verdict["value"], verdict["text"], verdict["unit_measure"]) == (D(30), None, "%")
