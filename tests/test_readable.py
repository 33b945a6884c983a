"""What people read says which figure, which column, how many units, and in their language."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from offices import Office, office, shown, wrong_formulas

from xlreport.cli.application import application
from xlreport.errors import UsageError
from xlreport.findings.catalogue import message
from xlreport.language import texts
from xlreport.usecases.export import export
from xlreport.usecases.issue import books
from xlreport.usecases.receive import receive

FORM = """
form: f
title: {vi: Báo cáo, en: Report}
frequency: quarter
filled_by: [don-vi]
percent_decimals: 2
tables:
  - table: t
    title: {vi: Biểu, en: Table}
    unit_measure: {vi: triệu đồng, en: million dong}
    measures:
      - plan
      - actual
      - cumulative
      - completion
      - change
      - same_period
      - {measure: girls, name: {vi: Trong đó nữ, en: of which girls}}
      - {measure: own_completion, name: {vi: "% nữ", en: "% girls"}, computes: completion, of: girls / actual}
    indicators:
      - {code: "01", name: {vi: Doanh thu, en: Revenue}, target: {value: 100}}
      - {code: "02", name: {vi: Xếp hạng, en: Rank}, kind: rank, required: false}
      - code: "03"
        name: {vi: Kiểm toán, en: Audit}
        kind: choice
        required: false
        options: [{option: co, name: {vi: Có, en: "Yes"}}, {option: khong, name: {vi: Không, en: "No"}}]
      - {code: "04", name: {vi: Văn bản, en: Document}, kind: document, required: false}
      - {code: "05", name: {vi: Tỷ lệ, en: Share}, unit_measure: "%", decimals: 1, across_units: none, required: false}
    rules:
      - {code: KT1, assert: "[01:cumulative] >= [01:actual]"}
      - {code: KT2, assert: "[01:girls] <= [01:actual]"}
"""


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return office(tmp_path, FORM)


FIGURES = {"t/01": 80, "t/01:cumulative": 95, "t/01:same_period": 40, "t/01:girls": 20, "t/03": "Có"}


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(application, [str(argument) for argument in arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def test_figures_of_one_indicator_are_told_apart(own: Office) -> None:
    own.send("f", "2024-Q2", {"A": {**FIGURES, "t/01:cumulative": 60, "t/01:girls": 90}})
    result = receive(own.workspace, [], today=date(2030, 1, 2))
    (first, second) = (item for item in result.files[0].file.findings if item.code == "XR401")
    assert "[01, Lũy kế từ đầu năm] = 60; [01, Thực hiện trong kỳ] = 80" in message(first, texts("vi"))
    assert "[01, of which girls] = 90; [01, Actual in the period] = 80" in message(second, texts("en"))


def test_columns_are_called_by_their_names(own: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    own.send("f", "2024-Q2", {"A": {**FIGURES, "t/01:girls": "many"}})
    monkeypatch.chdir(own.workspace.root)
    said = run("receive", "--lang", "en").stdout
    assert "(code 01, of which girls)" in said
    assert "girls)" in said
    assert "code 01, girls)" not in said
    own.send("f", "2024-Q2", {"B": FIGURES})
    result = own.consolidate("2024-Q2")
    names = openpyxl.load_workbook(io.BytesIO(own.workbook(result, "KHOI"))).sheetnames
    assert "t Trong đó nữ" in names
    assert "t % nữ" in names
    assert not any("own_" in name for name in names)


def test_a_percentage_of_fewer_units_than_the_sums_beside_it_says_so(own: Office) -> None:
    own.send("f", "2024-Q2", {"A": FIGURES})
    result = own.consolidate("2024-Q2")
    for node, mark in (("KHOI", "(1/3)"), ("C1", "(1/2)")):
        data = own.workbook(result, node)
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        (row,) = (row for row in sheet.iter_rows(min_row=8) if row[3].value == "01")
        plan, actual, cumulative, completion = row[5:9]
        assert mark in completion.number_format
        assert "/" not in plan.number_format + actual.number_format + cumulative.number_format
        values = shown(data)
        assert (values[plan.coordinate], values[completion.coordinate]) == ({"(1/3)": 300, "(1/2)": 200}[mark], 95)
        assert wrong_formulas(data) == []
    own.send("f", "2024-Q2", {"B": FIGURES, "C": FIGURES})
    whole = openpyxl.load_workbook(io.BytesIO(own.workbook(own.consolidate("2024-Q2"), "KHOI")))
    (row,) = (row for row in whole.worksheets[0].iter_rows(min_row=8) if row[3].value == "01")
    assert "/" not in row[8].number_format


def test_an_english_table_has_english_units_of_measure(own: Office, tmp_path: Path) -> None:
    own.send("f", "2024-Q2", {"A": {**FIGURES, "t/05": 5, "t/05:same_period": 4}})
    own.consolidate("2024-Q2")
    found = {}
    for language in ("vi", "en"):
        for table in ("facts", "totals"):
            out = tmp_path / f"{table}-{language}.csv"
            export(own.workspace, own.period("2024-Q2"), table, "csv", out, language=language)
            lines = [line.split(",") for line in out.read_text("utf-8").splitlines()]
            column = lines[0].index("unit_measure")
            found[table, language] = [line[column] for line in lines[1:]]
    assert {"triệu đồng", "điểm %", "bậc", "%"} <= set(found["totals", "vi"])
    english = {texts("en")(f"comparison.{name}") for name in ("points", "ranks")}
    assert set(found["totals", "en"]) == {"million dong", "%", "", *english}
    assert set(found["facts", "en"]) == {"million dong", "%", ""}
    for table in ("facts", "totals"):
        blank = [[unit == "" for unit in found[table, language]] for language in ("vi", "en")]
        assert blank[0] == blank[1]


def test_answers_and_documents_have_no_unit_of_measure_of_the_table(own: Office) -> None:
    data = own.book("f", "2024-Q2", "A", {}, language="en")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["t"]
    units = {row[3].value: row[4].value for row in sheet.iter_rows(min_row=8)}
    assert [units[code] for code in ("01", "02", "03", "04")] == ["million dong", None, None, None]


@pytest.mark.parametrize("typed", [2.5, "2,5", "2.5"])
def test_a_rank_between_two_places_is_no_rank(own: Office, typed: object) -> None:
    own.send("f", "2024-Q2", {"A": {**FIGURES, "t/02": typed}, "B": {**FIGURES, "t/02": "3,0"}})
    received = own.receive()
    assert received["f-2024-Q2-A"] == ("rejected", ["XR250"])
    assert received["f-2024-Q2-B"][0] == "accepted"


def test_reports_of_another_definition_under_the_same_version_are_counted(
    own: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.send("f", "2024-Q2", {"A": FIGURES, "B": FIGURES})
    monkeypatch.chdir(own.workspace.root)
    assert "XR123" not in run("consolidate", "--period", "2024-Q2").stdout
    path = own.workspace.forms_folder / "0.yaml"
    path.write_text(FORM.replace("vi: Doanh thu", "vi: Tổng doanh thu"), encoding="utf-8")
    said = run("consolidate", "--period", "2024-Q2").stdout
    assert any("2 báo cáo được điền theo một định nghĩa khác" in line for line in said.splitlines())
    assert "reports filled in" in run("consolidate", "--period", "2024-Q2", "--lang", "en").stdout


def test_what_to_do_next_names_the_period(own: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    own.send("f", "2024-Q1", {"A": {**FIGURES, "t/01:cumulative": None}})
    own.send("f", "2024-Q2", {"A": FIGURES})
    monkeypatch.chdir(own.workspace.root)
    assert run("receive").stdout.rstrip().endswith("xlreport consolidate --period 2024-Q2")


def test_nothing_is_received_on_a_day_to_come(own: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    own.send("f", "2024-Q2", {"A": FIGURES})
    with pytest.raises(UsageError) as error:
        receive(own.workspace, [], today=date(2030, 1, 1), received_on=date(2030, 1, 2))
    assert error.value.key == "received-in-future"
    monkeypatch.chdir(own.workspace.root)
    result = run("receive", "--received-on", "2099-01-01")
    assert (result.exit_code, "2099-01-01" in result.stderr) == (2, True)
    assert books(own.workspace, "f", own.period("2024-Q2"), language="vi", units=["A"])


@pytest.mark.parametrize(
    ("environment", "said"), [("en", "There is no language"), ("vi", "Không có ngôn ngữ"), ("xx", "Không có ngôn ngữ")]
)
def test_an_unknown_language_is_told_in_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: str, said: str
) -> None:
    monkeypatch.setenv("XLREPORT_LANG", environment)
    result = run("status", "--lang", "fr")
    assert result.exit_code == 2
    assert said in result.stderr
