"""Kinds of indicators from the template to the totals: answers, days, documents; the status of each row."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from loop import LEVELS, REGISTER, Run, as_shown, one_table, run
from workbooks import edited, seen

from xlreport.aggregation import Status, consolidate
from xlreport.checks.rules import rule_findings
from xlreport.findings import Location
from xlreport.findings.catalogue import message
from xlreport.intake.identify import Definitions
from xlreport.language import texts
from xlreport.organisation.model import Membership, Register
from xlreport.sheets.entries import Entry
from xlreport.usecases.check import CheckedFile, check_files

D = Decimal


def again(got: Run, node: str, folder: Path, data: bytes) -> CheckedFile:
    """Check another file of a node against the same definitions."""
    path = folder / f"{node}-2.xlsx"
    path.write_bytes(data)
    (file,) = check_files([(path, path.name)], Definitions({got.form.form: [got.form]}, REGISTER)).files
    return file


# Answers

CULTURE = one_table(
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

CONGRESS = one_table(
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
    sheet = opened(got.consolidated("K"))["t Thực hiện"]
    columns = {(cell.value, sheet.cell(6, cell.column).value or ""): cell.column for cell in sheet[7]}
    column = columns["03", ""]
    rows = {str(row[0].value): row[column - 1] for row in sheet.iter_rows(min_row=9)}
    assert [as_shown(rows[node]) for node in ("K", "C1", "A", "B", "D")] == ["2", "1", "05/05/2022", "x", "01/06/2022"]
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


def test_numbers_of_days_are_not_compared_as_days(tmp_path: Path) -> None:
    """One unit has both days, two have the first only: 3 answers are not later than 1."""
    counted = one_table(
        '{code: "01", name: Ngày gửi, kind: date, across_units: count}',
        '{code: "02", name: Ngày nhận, kind: date, across_units: count, required: false}',
        more='    rules:\n      - {code: KT1, assert: "[01] <= [02]"}\n',
    )
    days = {"A": {"01": date(2024, 1, 2), "02": date(2024, 1, 3)}, "B": {"01": date(2024, 1, 2)}}
    got = run(counted, "2024-Q1", days, tmp_path)
    assert [got.value("K", code).number for code in ("01", "02")] == [2, 1]
    assert list(rule_findings(got.outcome.bound, got.outcome.nodes["K"], {}, Location(), "XR402")) == []


def test_many_days_that_are_counted_are_no_day(tmp_path: Path) -> None:
    """70 answers, as a number of days, would be a day of March 1900."""
    members = [Membership(f"U{n:02}", f"Đơn vị {n}", "don-vi", "C") for n in range(70)]
    register = Register(LEVELS, (), (Membership("C", "Cụm", "cum"), *members))
    one = one_table('{code: "03", name: Ngày báo cáo, kind: date, across_units: count}', measures="actual")
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


# Ranks

RANKED = one_table('{code: "01", name: Xếp hạng, kind: rank}', measures="actual")


@pytest.mark.parametrize(("rank", "codes"), [
    (D(1), []), (D(0), ["XR302"]), (D(-3), ["XR302"]), ("-", ["XR302"]), (D("2.5"), ["XR250"]), (D("2.0"), []),
])  # fmt: skip
def test_ranks_begin_with_1_for_the_clerk_and_for_the_check(rank: Entry, codes: list[str], tmp_path: Path) -> None:
    got = run(RANKED, "2024-Q1", {"A": {"01": rank}}, tmp_path, allow=["A"])
    assert [item.code for item in got.files["A"].findings] == codes
    assert ready_line(got, "A") == ("Còn 1 lỗi cần sửa" if codes else "Đủ điều kiện gửi")


# Documents

PAPERS = one_table(
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

ROWS = one_table(
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
