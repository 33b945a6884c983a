"""The whole loop on the built-in example: every published figure of Cluster 7 comes out to the digit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from oracles import differences, falsify, formula_cells, recalculate_formualizer, recalculate_libreoffice

from xlreport.periods import parse_period
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.demo import DemoResult, run_demo
from xlreport.usecases.export import export, tidy_table
from xlreport.usecases.status import status

PERIOD = parse_period("2024-Q1")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo") / "workspace", "vi")


@pytest.fixture(scope="module")
def totals(demo: DemoResult) -> pl.DataFrame:
    return tidy_table(demo.workspace, PERIOD, "totals")


def reports(demo: DemoResult) -> dict[str, Path]:
    return {one.node: one.path for one in demo.consolidated.published}


def total(totals: pl.DataFrame, node: str, point: str, measure: str = "actual", text: str | None = None) -> Decimal:
    table, indicator = point.split("/")
    row = totals.filter(
        (pl.col("node") == node)
        & (pl.col("table") == table)
        & (pl.col("indicator") == indicator)
        & (pl.col("measure") == measure)
        & pl.col("text").eq_missing(text)
    )
    assert row.height == 1
    value = row["value"].item()
    assert isinstance(value, Decimal)
    return value


#: Published figures of Cluster 7, first quarter of 2024.
CLUSTER_7 = {
    "xdd/01": "17", "xdd/02": "15", "xdd/03": "2", "xdd/04": "122", "xdd/05": "124", "xdd/06": "1840",
    "sxkd/01": "9605.38", "sxkd/02": "112.61", "sxkd/05": "8.12", "sxkd/06": "5.03",
    "xdd/08": "8", "xdd/09": "5", "xdd/10": "1", "xdd/11": "47.1",
    "xdd/12": "19", "xdd/13": "35", "xdd/14": "46", "xdd/15": "1", "xdd/16": "3",
}  # fmt: skip


@pytest.mark.parametrize(("point", "expected"), CLUSTER_7.items())
def test_published_figures_of_cluster_7(totals: pl.DataFrame, point: str, expected: str) -> None:
    assert total(totals, "CUM-07", point) == Decimal(expected)


def test_income_is_weighted_and_not_the_mean_of_means(demo: DemoResult, totals: pl.DataFrame) -> None:
    facts = tidy_table(demo.workspace, PERIOD, "facts").filter(
        pl.col("unit").str.starts_with("C7-")
        & (pl.col("measure") == "actual")
        & pl.col("indicator").is_in(["03", "04"])
    )
    wide = facts.filter(pl.col("table") == "sxkd").pivot(on="indicator", index="unit", values="value")
    means = [fund / (people * 3) for _, fund, people in wide.select("unit", "03", "04").iter_rows()]
    assert round(sum(means) / len(means), 2) == Decimal("9.08")
    assert total(totals, "CUM-07", "sxkd/05") == Decimal("8.12")


def test_answers_are_counted_per_option(totals: pl.DataFrame) -> None:
    counts = {
        option: total(totals, "CUM-07", "xdd/07", text=option)
        for option in ("kieu-mau", "dat-chuan", "dang-ky", "chua")
    }
    assert counts == {"kieu-mau": 5, "dat-chuan": 3, "dang-ky": 1, "chua": 8}


def test_bounds_and_estimates_travel_to_the_total(totals: pl.DataFrame) -> None:
    rows = totals.filter((pl.col("node") == "CUM-07") & (pl.col("measure") == "actual") & (pl.col("table") == "sxkd"))
    found = {
        code: (qualifier, state)
        for code, qualifier, state in rows.select("indicator", "qualifier", "status").iter_rows()
    }
    assert found["01"] == (None, "E")
    assert found["02"] == ("over", "E")
    assert found["05"] == ("about", "E")
    assert found["06"] == ("over", "E")


def test_the_bloc_adds_up_its_clusters(totals: pl.DataFrame) -> None:
    for point in ("sxkd/01", "sxkd/02", "sxkd/03", "sxkd/04", "sxkd/06", "xdd/04", "xdd/06", "xdd/12"):
        parts = total(totals, "CUM-07", point) + total(totals, "CUM-08", point)
        assert total(totals, "KHOI", point) == parts


def test_coverage_says_who_is_missing_rejected_and_late(demo: DemoResult) -> None:
    (form,) = status(demo.workspace, PERIOD)
    assert form.due is not None
    assert form.due.isoformat() == "2024-03-30"
    seven, eight = form.coverage["CUM-07"], form.coverage["CUM-08"]
    assert (len(seven.accepted), len(seven.expected)) == (17, 17)
    assert (eight.missing, eight.rejected, eight.late) == (("C8-05",), ("C8-04",), ("C8-06",))
    assert len(form.coverage["KHOI"].accepted) == 21


def test_one_workbook_has_three_different_mistakes(demo: DemoResult) -> None:
    files = {item.file.name: item.file for item in demo.consolidated.received.files}
    bad = files["inbox/2024-03-28/C8-04.xlsx"]
    assert bad.outcome == "rejected"
    errors = [(item.location.sheet, item.location.cell, item.code) for item in bad.findings if item.is_error]
    assert errors == [("01a-CUM-Q", "G12", "XR202"), ("01a-CUM-Q", "G17", "XR301"), ("01b-CUM-Q", "F26", "XR401")]
    assert all(not item.findings for name, item in files.items() if name != "inbox/2024-03-28/C8-04.xlsx")


def test_the_first_sheet_is_the_signed_form(demo: DemoResult) -> None:
    book = openpyxl.load_workbook(reports(demo)["CUM-07"], data_only=True)
    sheet = book.worksheets[0]
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"Biểu số: 01a/CUM-Q", "(Quý I năm 2024)", "Đã nhận 17/17 đơn vị.", "TRƯỞNG CỤM", "5=3/1"} <= texts
    figures = {row[3].value: row[6].value for row in sheet.iter_rows(min_row=12, max_row=17)}
    assert figures == {"01": 9605.38, "02": 112.61, "03": 333902.8, "04": 13707, "05": 8.12, "06": 5.03}
    assert [row[3].value for row in book.worksheets[1].iter_rows(min_row=12, max_row=13)] == ["01", "02"]
    assert book.worksheets[1]["F18"].value == "8/17"


def test_incomplete_totals_say_so_on_every_sheet_of_figures(demo: DemoResult) -> None:
    book = openpyxl.load_workbook(reports(demo)["CUM-08"], data_only=True)
    warning = (
        "SỐ TỔNG HỢP CHƯA ĐẦY ĐỦ: đã nhận 4/6 đơn vị. Chưa nộp: C8-05 – Công ty mẫu Đ (giả định). "
        "Trả lại để sửa: C8-04 – Công ty mẫu D (giả định)."
    )
    figures = [sheet for sheet in book.worksheets if sheet.title not in ("Lỗi và cảnh báo", "Nguồn số liệu")]
    assert len(figures) == 10
    for sheet in figures:
        head = [cell.value for row in sheet.iter_rows(max_row=9) for cell in row]
        assert warning in head, sheet.title


@pytest.mark.parametrize(
    ("node", "lines"),
    [
        ("CUM-07", ["TRƯỞNG CỤM", "(Ký, họ tên, đóng dấu)"]),
        ("KHOI", ["T/M BAN THƯỜNG VỤ", "BÍ THƯ", "(Ký, họ tên, đóng dấu)"]),
    ],
)
def test_the_signature_is_that_of_the_level(demo: DemoResult, node: str, lines: list[str]) -> None:
    sheet = openpyxl.load_workbook(reports(demo)[node], data_only=True).worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows(min_row=19) for cell in row if cell.value is not None]
    assert [text for text in texts if text not in ("Người lập biểu", "(Ký, họ tên)") and "tháng" not in text] == lines


def test_invented_figures_are_marked(demo: DemoResult) -> None:
    for path in reports(demo).values():
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
        assert any("giả định" in str(cell.value) for row in sheet.iter_rows(max_row=9) for cell in row)


def test_every_formula_recalculates_to_its_stored_value(demo: DemoResult) -> None:
    for node, path in reports(demo).items():
        data = path.read_bytes()
        assert len(formula_cells(data)) > 400
        assert differences(data, recalculate_formualizer(data)) == [], node


def test_a_falsified_stored_value_is_found(demo: DemoResult) -> None:
    data = reports(demo)["CUM-07"].read_bytes()
    sheet, cell = next(place for place, formula in formula_cells(data).items() if formula.stored == 9605.38)
    wrong = falsify(data, sheet, cell, "9605.39")
    assert [(one.sheet, one.cell) for one in differences(wrong, recalculate_formualizer(wrong))] == [(sheet, cell)]


@pytest.mark.libreoffice
def test_libreoffice_recalculates_to_the_stored_values(demo: DemoResult, tmp_path: Path) -> None:
    paths = [
        *reports(demo).values(),
        *(item.path for item in demo.issued[:2]),
        *(demo.workspace.inbox / "2024-03-28").glob("C8-0*.xlsx"),
    ]
    wrong = tmp_path / "falsified.xlsx"
    data = reports(demo)["CUM-08"].read_bytes()
    sheet, cell = next(place for place, formula in formula_cells(data).items() if formula.stored == 875.53)
    wrong.write_bytes(falsify(data, sheet, cell, "875.54"))
    recalculated = recalculate_libreoffice([*paths, wrong], tmp_path / "recalculated")
    for path in paths:
        assert differences(path.read_bytes(), recalculated[path]) == [], path.name
    assert [(one.sheet, one.cell) for one in differences(wrong.read_bytes(), recalculated[wrong])] == [(sheet, cell)]


def test_received_figures_are_constants_and_computed_ones_formulas(demo: DemoResult) -> None:
    book = openpyxl.load_workbook(reports(demo)["CUM-07"])
    sheet = book["01a-CUM-Q Thực hiện"]
    assert str(sheet["C9"].value) == '=IF(COUNT(C11:C27)=0,"",ROUND(SUM(C11:C27),2))'
    assert sheet["C11"].value == 895.59
    assert str(sheet["G11"].value).startswith("=IF(COUNT(")


def tree_hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_demo_gives_the_same_bytes(demo: DemoResult, tmp_path: Path) -> None:
    """In another process, with another hash seed, time zone and locale."""
    code = "from pathlib import Path; from xlreport.usecases.demo import run_demo; run_demo(Path('workspace'), 'vi')"
    target = tmp_path / "workspace"
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=tmp_path)
    assert tree_hashes(target) == tree_hashes(demo.workspace.root)


def test_running_it_again_starts_from_the_beginning(tmp_path: Path) -> None:
    first = run_demo(tmp_path / "workspace", "vi")
    before = tree_hashes(first.workspace.root)
    (first.workspace.inbox / "2024-03-28" / "C7-01.xlsx").write_bytes(b"edited")
    run_demo(tmp_path / "workspace", "vi")
    assert tree_hashes(first.workspace.root) == before


def test_consolidating_again_reads_nothing_anew_and_changes_no_report(tmp_path: Path) -> None:
    first = run_demo(tmp_path / "workspace", "vi")
    before = tree_hashes(first.workspace.root / "reports")
    second = consolidate(first.workspace, PERIOD, language="vi", today=date(2024, 6, 1))
    assert tree_hashes(first.workspace.root / "reports") == before
    assert [item.is_new for item in second.received.files] == [False] * 23


def test_the_demo_speaks_english(tmp_path: Path) -> None:
    result = run_demo(tmp_path / "workspace", "en")
    path = reports(result)["CUM-08"]
    book = openpyxl.load_workbook(path, data_only=True)
    assert "Coverage" in book.sheetnames
    data = path.read_bytes()
    assert differences(data, recalculate_formualizer(data)) == []


def test_exports_have_the_fixed_columns(demo: DemoResult, tmp_path: Path) -> None:
    facts, totals = tmp_path / "facts.csv", tmp_path / "totals.csv"
    export(demo.workspace, PERIOD, "facts", "csv", facts)
    export(demo.workspace, PERIOD, "totals", "csv", totals)
    head = facts.read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "form,version,period,unit,table,indicator,measure,value,text,status,qualifier,unit_measure,"
        "source_file,source_sha256,source_sheet,source_cell,source_text"
    )
    lines = totals.read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "form,version,period,node,level,table,indicator,measure,value,text,status,qualifier,unit_measure,"
        "reporting_units,expected_units"
    )
    assert "cum-quy,1,2024-Q1,CUM-07,cum,sxkd,01,actual,9605.38,,E,,tỷ đồng,17,17" in lines
    assert "cum-quy,1,2024-Q1,CUM-08,cum,sxkd,01,actual,875.53,,E,,tỷ đồng,4,6" in lines
