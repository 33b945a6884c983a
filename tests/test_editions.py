"""Periods that are closed and opened again, publications that are counted, and what differs between two of them."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from databases import new_database
from offices import Office, office, wrong_formulas
from test_prefill import type_into

from xlreport.cli.application import application
from xlreport.errors import UsageError
from xlreport.layout.roll import RollKind
from xlreport.ledger import open_ledger
from xlreport.periods import parse_period
from xlreport.usecases.closing import close_period, reopen_period
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.example import example_workspace, filled_workbooks, read_typed
from xlreport.usecases.receive import receive
from xlreport.usecases.roll import issue_roll
from xlreport.usecases.standard import example_folder
from xlreport.usecases.status import status
from xlreport.workspace import open_workspace, write_whole

FORM = """
form: quy
title: Báo cáo quý
frequency: quarter
filled_by: [don-vi]
deadline: {days_after_period: -1, chain: [{cum: 2}, {khoi: 3}]}
tables:
  - table: t
    title: Bảng
    measures: [plan, actual, previous_final, completion, note]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, required: false}
      - {code: "02", name: Lao động, required: false}
      - {code: "03", name: Doanh thu một lao động, decimals: 2, formula: "[01] / [02]"}
"""
PERIOD = parse_period("2024-Q1")
TODAY = date(2024, 4, 10)


def figures(revenue: object, workers: object = 10) -> dict[str, object]:
    return {"t/01": revenue, "t/02": workers}


@pytest.fixture
def made(tmp_path: Path) -> Office:
    own = office(tmp_path, FORM)
    own.send("quy", "2024-Q1", {"A": figures(100), "B": figures(50)}, day="2024-03-30")
    own.consolidate("2024-Q1")
    return own


def shut(own: Office, reason: str = "đã giao ban") -> None:
    close_period(own.workspace, PERIOD, None, today=TODAY, by="Văn phòng", reason=reason)


def opened_again(own: Office) -> None:
    reopen_period(own.workspace, PERIOD, None, today=TODAY, by="Văn phòng", reason="bổ sung")


def numbers(result: ConsolidateResult) -> dict[str, tuple[int, bool]]:
    return {one.node: (one.edition.number, one.is_new) for one in result.published}


def kept(own: Office, node: str = "KHOI") -> dict[str, bytes]:
    folder = own.workspace.archive / "editions" / "2024-Q1" / "quy" / node
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_equal_content_is_no_new_edition(made: Office) -> None:
    before = kept(made)
    assert numbers(made.consolidate("2024-Q1")) == {"KHOI": (1, False), "C1": (1, False), "C2": (1, False)}
    english = consolidate(made.workspace, PERIOD, language="en", today=TODAY)
    assert {one.edition.number for one in english.published} == {1}
    assert set(kept(made)) == {"1.vi.xlsx", "1.en.xlsx"}
    assert kept(made)["1.vi.xlsx"] == before["1.vi.xlsx"]


def test_a_node_of_which_nothing_changed_has_no_new_edition(made: Office) -> None:
    made.send("quy", "2024-Q1", {"C": figures(7, 2)}, day="2024-04-02")
    result = made.consolidate("2024-Q1")
    assert numbers(result) == {"KHOI": (2, True), "C1": (1, False), "C2": (2, True)}
    # The folder of reports has the newest, the archive both.
    assert kept(made)["2.vi.xlsx"] == made.workbook(result, "KHOI") != kept(made)["1.vi.xlsx"]


def changes(own: Office, result: ConsolidateResult, node: str) -> tuple[list[list[object]], list[list[object]]]:
    """The rows of the sheet of changes: submissions, totals."""
    data = own.workbook(result, node)
    assert wrong_formulas(data) == []
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Thay đổi so với lần trước"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    gap = next(place for place, row in enumerate(rows) if not any(row))
    return [row[:6] for row in rows[:gap]], rows[gap + 2 :]


def test_an_edition_says_what_changed_and_why(made: Office) -> None:
    made.send("quy", "2024-Q1", {"B": figures(60), "C": figures(7, 2)}, day="2024-04-02")
    result = made.consolidate("2024-Q1")
    submissions, totals = changes(made, result, "KHOI")
    first, second, third = (f"inbox/2024-0{day}/quy-2024-Q1-{unit}.xlsx"
                            for day, unit in (("3-30", "B"), ("4-02", "B"), ("4-02", "C")))  # fmt: skip
    assert submissions == [
        ["B", "Quý I/2024", "Đơn vị B (giả định)", "được thay thế", first, second],
        ["C", "Quý I/2024", "Đơn vị C (giả định)", "báo cáo mới", None, third],
    ]
    shown = {(row[1], row[3]): (row[4], row[5], row[6], row[7]) for row in totals}
    assert shown["01", "Thực hiện trong kỳ"] == (150, 167, 17, "B, C")
    # B has as many workers as before: they changed because of C alone; what is computed, because of both.
    assert shown["02", "Thực hiện trong kỳ"] == (20, 22, 2, "C")
    assert shown["03", "Thực hiện trong kỳ"] == (7.5, 7.59, 0.09, "B, C")
    _, of_cluster = changes(made, result, "C1")
    assert [row[7] for row in of_cluster] == ["B", "B"]


def test_written_again_an_edition_says_the_same(made: Office) -> None:
    made.send("quy", "2024-Q1", {"C": figures(7, 2)}, day="2024-04-02")
    first = made.consolidate("2024-Q1")
    data = made.workbook(first, "KHOI")
    again = consolidate(made.workspace, PERIOD, language="vi", today=date(2031, 1, 1))
    assert made.workbook(again, "KHOI") == data


def test_what_comes_after_closing_changes_no_total(made: Office) -> None:
    before = made.totals("2024-Q1")
    shut(made)
    made.send("quy", "2024-Q1", {"A": figures(999), "C": figures(7, 2)}, day="2024-04-20")
    assert {name: codes for name, (_, codes) in made.receive().items() if name.endswith("C")} == {
        "quy-2024-Q1-C": ["XR609"]
    }
    result = made.consolidate("2024-Q1")
    assert made.totals("2024-Q1") == before
    assert numbers(result)["KHOI"] == (1, False)
    (state,) = result.states
    assert [(one.unit, one.file_name) for one in state.after_closing] == [
        ("A", "inbox/2024-04-20/quy-2024-Q1-A.xlsx"),
        ("C", "inbox/2024-04-20/quy-2024-Q1-C.xlsx"),
    ]
    assert state.coverage["KHOI"].missing == ("C",)
    opened_again(made)
    result = made.consolidate("2024-Q1")
    assert made.totals("2024-Q1")["t/01:actual"] == Decimal(999 + 50 + 7)
    assert numbers(result)["KHOI"] == (2, True)
    assert result.states[0].after_closing == ()


def test_an_official_figure_of_the_next_report_waits_until_the_period_is_open(made: Office) -> None:
    shut(made)
    made.send("quy", "2024-Q2", {"A": {**figures(1), "t/01:previous_final": 101}}, day="2024-06-29")
    made.receive()
    assert made.totals("2024-Q1")["t/01:actual"] == 150
    opened_again(made)
    assert made.totals("2024-Q1")["t/01:actual"] == 151


def test_a_year_holds_its_closed_quarters_as_they_were_closed(tmp_path: Path) -> None:
    made = office(tmp_path, FORM.replace("previous_final, ", ""))
    made.send("quy", "2024-Q1", {"A": figures(100), "B": figures(50)}, day="2024-03-30")
    for period in ("2024-Q2", "2024-Q3", "2024-Q4"):
        made.send("quy", period, {"A": figures(1)}, day="2025-01-02")
    made.receive()
    shut(made)
    made.send("quy", "2024-Q1", {"A": figures(500)}, day="2025-01-03")
    made.send("quy", "2024-Q2", {"A": figures(2)}, day="2025-01-03")
    made.receive()
    assert made.totals("2024")["t/01:actual"] == 100 + 2 + 1 + 1
    year = parse_period("2024")
    close_period(made.workspace, year, None, today=TODAY, by="", reason="")
    opened_again(made)
    made.send("quy", "2024-Q3", {"A": figures(3)}, day="2025-01-04")
    made.receive()
    # The first quarter is open again, but the year is not.
    assert made.totals("2024-Q1")["t/01:actual"] == 550
    assert made.totals("2024")["t/01:actual"] == 104
    reopen_period(made.workspace, year, None, today=TODAY, by="", reason="")
    assert made.totals("2024")["t/01:actual"] == 500 + 2 + 3 + 1


def test_decisions_are_kept_with_who_when_and_why(made: Office) -> None:
    shut(made)
    opened_again(made)
    with open_ledger(made.workspace.ledger_place) as ledger, ledger.transaction() as record:
        told = [(one.action.value, one.made_on, one.made_by, one.reason)
                for one in record.period_decisions("quy", "2024-Q1")]  # fmt: skip
    assert told == [("close", TODAY, "Văn phòng", "đã giao ban"), ("reopen", TODAY, "Văn phòng", "bổ sung")]


def test_closing_twice_and_opening_what_is_open_are_wrong_usage(made: Office) -> None:
    with pytest.raises(UsageError) as open_one:
        opened_again(made)
    assert open_one.value.key == "period-not-closed"
    shut(made)
    with pytest.raises(UsageError) as closed_one:
        shut(made)
    assert closed_one.value.key == "period-already-closed"


@pytest.mark.postgresql
def test_editions_and_closings_in_a_database_server(tmp_path: Path, postgresql: str) -> None:
    with new_database(postgresql) as address:
        own = office(tmp_path, FORM)
        settings = own.workspace.root / "xlreport.toml"
        settings.write_text(settings.read_text("utf-8") + f'[ledger]\nurl = "{address}"\n', "utf-8")
        own = Office(open_workspace(own.workspace.root))
        own.send("quy", "2024-Q1", {"A": figures(100)}, day="2024-03-30")
        assert numbers(own.consolidate("2024-Q1"))["KHOI"] == (1, True)
        shut(own)
        own.send("quy", "2024-Q1", {"B": figures(1)}, day="2024-04-02")
        assert numbers(own.consolidate("2024-Q1"))["KHOI"] == (1, False)
        opened_again(own)
        assert numbers(own.consolidate("2024-Q1"))["KHOI"] == (2, True)


# The command line


def run(own: Office, *arguments: str) -> Result:
    result = CliRunner().invoke(application, [*arguments, "--workspace", str(own.workspace.root)])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def test_commands_of_periods(made: Office) -> None:
    assert run(made, "period", "close", "2024-Q2").exit_code == 1
    assert run(made, "period", "close", "2024-Q1", "--by", "Lan (giả định)", "--on", "2024-04-05").exit_code == 0
    assert run(made, "period", "close", "2024-Q1").exit_code == 2
    made.send("quy", "2024-Q1", {"C": figures(7, 2)}, day="2024-04-20")
    consolidated = run(made, "consolidate", "--period", "2024-Q1").stdout
    assert "Gửi sau khi khóa, chưa tính vào số tổng hợp (1):" in consolidated
    assert "Không thay đổi so với tổng hợp lần 1: KHOI, C1, C2." in consolidated
    shown = run(made, "status", "--period", "2024-Q1").stdout
    assert "Đã khóa ngày 05/04/2024, người khóa: Lan (giả định)." in shown
    assert "C  20/04/2024  inbox/2024-04-20/quy-2024-Q1-C.xlsx: Tiếp nhận" in shown
    content = json.loads(run(made, "status", "--period", "2024-Q1", "--format", "json").stdout)["forms"][0]
    assert content["closed"] == {"on": "2024-04-05", "by": "Lan (giả định)", "reason": ""}
    assert [one["unit"] for one in content["after_closing"]] == ["C"]
    assert run(made, "period", "reopen", "2024-Q1", "--reason", "bổ sung").exit_code == 0
    assert "Tổng hợp lần 2: KHOI, C2." in run(made, "consolidate", "--period", "2024-Q1").stdout


def test_status_counts_reports_and_words_reminders(made: Office) -> None:
    made.send("quy", "2024-Q1", {"C": {**figures("một trăm"), "t/02": "hai"}}, day="2024-04-02")
    made.receive()
    shown = run(made, "status", "--period", "2024-Q1", "--reminder", "--on", "2024-04-02").stdout.splitlines()
    start = shown.index("Kính gửi: các đơn vị thuộc Cụm 2")
    assert shown[start + 1 : start + 5] == [
        "Đến ngày 02/4/2024, Cụm 2 đã nhận 0/1 báo cáo “Báo cáo quý”, Quý I năm 2024.",
        "Hạn gửi: ngày 30/3/2024 (đã quá hạn 3 ngày).",
        "Đã trả lại để sửa, chưa gửi lại (1):",
        "- C – Đơn vị C (giả định); còn 2 lỗi cần sửa",
    ]
    assert not any("thuộc Cụm 1" in line for line in shown)
    content = json.loads(run(made, "status", "--period", "2024-Q1", "--format", "json", "--on", "2024-03-30").stdout)
    top, first, second = content["forms"][0]["nodes"]
    assert (top["expected"], top["accepted"], top["on_time"], top["rate"], top["rate_on_time"]) == (
        3,
        2,
        2,
        "66.7",
        "66.7",
    )
    assert [node["due"] for node in (first, top)] == ["2024-04-01", "2024-04-04"]
    assert first["reminder"] is None
    assert "Hạn gửi: hôm nay, ngày 30/3/2024." in second["reminder"]
    assert second["lacking"] == [{"unit": "C", "period": "2024-Q1", "state": "rejected"}]


def test_an_empty_report_is_no_report(tmp_path: Path) -> None:
    own = office(tmp_path, FORM)
    own.send("quy", "2024-Q1", {"A": {"t/01:note": "sẽ gửi sau"}, "B": {"t/01": 0}}, day="2024-03-30")
    assert own.receive() == {"quy-2024-Q1-A": ("rejected", ["XR608"]), "quy-2024-Q1-B": ("accepted", [])}
    (state,) = status(own.workspace, PERIOD)
    assert (state.counts["C1"].accepted, state.counts["C1"].rejected) == (1, 1)


def test_status_of_a_year_counts_reports(made: Office) -> None:
    made.send("quy", "2024-Q2", {"A": figures(1)}, day="2024-07-15")
    made.receive()
    (state,) = status(made.workspace, parse_period("2024"))
    # Three units, four quarters; the second report of A came late.
    own = state.counts["KHOI"]
    assert (own.expected, own.accepted, own.on_time, own.late, own.missing) == (12, 3, 2, 1, 9)
    shown = run(made, "status", "--period", "2024").stdout
    assert "Chưa có báo cáo nào của: Quý III năm 2024, Quý IV năm 2024. Cả thời kỳ chưa tổng hợp được." in shown
    assert "B  Đơn vị B (giả định): Quý II/2024" in shown


# The regrouping of clusters 7 and 8


@pytest.fixture(scope="module")
def regrouped(tmp_path_factory: pytest.TempPathFactory) -> ConsolidateResult:
    """The reports of 2024 after the figures of 2023 were entered."""
    workspace = example_workspace(tmp_path_factory.mktemp("cum") / "w", "cum7-2024-q1", "vi")
    last_year = read_typed(example_folder("chia-lai-cum") / "cum-quy_2023-Q1.csv")
    path = workspace.inbox / "2024-03-01" / "nam-truoc.xlsx"
    then = parse_period("2023-Q1")
    issue_roll(workspace, RollKind.HISTORY, "cum-quy", then, language="vi", out=path)
    typed = {
        unit: {f"{point.indicator}:{point.measure}": float(text) for point, text in own.entries.items()}
        for unit, own in last_year.items()
    }
    type_into(path, typed, "01a-CUM-Q")
    reports = read_typed(example_folder("cum7-2024-q1") / "cum-quy_2024-Q1.csv")
    for unit, data in filled_workbooks(workspace, "cum-quy", PERIOD, reports, "vi"):
        write_whole(workspace.inbox / "2024-03-28" / f"{unit}.xlsx", data)
    receive(workspace, [], today=date(2024, 4, 2))
    return consolidate(workspace, PERIOD, language="vi", today=date(2024, 4, 2))


def side_by_side(result: ConsolidateResult, node: str) -> dict[str, list[object]]:
    """The two totals of a node: this period, last year and per cent, for revenue, and for average income."""
    (path,) = (one.path for one in result.published if one.node == node)
    assert wrong_formulas(path.read_bytes()) == []
    sheet = openpyxl.load_workbook(path, data_only=True)["01a-CUM-Q So cùng kỳ"]
    codes = {str(cell.value): cell.column - 1 for cell in sheet[7][::-1] if cell.value}
    return {
        str(row[1].value): [row[codes[code] + offset].value for code in ("01", "05") for offset in range(3)]
        for row in sheet.iter_rows(min_row=9, max_row=11)
    }


def test_cluster_7_as_reported_and_like_for_like(regrouped: ConsolidateResult) -> None:
    rows = side_by_side(regrouped, "CUM-07")
    assert rows["Như đã báo cáo"] == [9605.38, 7802.24, 123.1, 8.12, 8.72, 93.1]
    assert rows["So sánh được (theo tổ chức hiện nay)"] == [9605.38, 9086.25, 105.7, 8.12, 8.54, 95.1]
    assert rows["Số đơn vị có số của cả hai kỳ"][1] == 17


def test_cluster_8_is_compared_without_those_who_left(regrouped: ConsolidateResult) -> None:
    rows = side_by_side(regrouped, "CUM-08")
    assert rows["Như đã báo cáo"][:3] == [875.53, 3667.68, 23.9]
    # Four units of six have reported both years: C8-04 was returned, C8-05 has not reported.
    assert rows["So sánh được (theo tổ chức hiện nay)"][:3] == [875.53, 768.22, 114.0]
    assert rows["Số đơn vị có số của cả hai kỳ"][1] == 4


def test_a_node_that_has_the_same_units_is_not_compared_twice(regrouped: ConsolidateResult) -> None:
    (path,) = (one.path for one in regrouped.published if one.node == "KHOI")
    assert not any("So cùng kỳ" in name for name in openpyxl.load_workbook(path).sheetnames)


def test_tables_without_figures_of_last_year_are_not_compared(regrouped: ConsolidateResult) -> None:
    (path,) = (one.path for one in regrouped.published if one.node == "CUM-07")
    names = openpyxl.load_workbook(path).sheetnames
    assert [name for name in names if "So cùng kỳ" in name] == ["01a-CUM-Q So cùng kỳ"]


def test_the_note_on_what_is_compared_is_wrapped(regrouped: ConsolidateResult) -> None:
    (path,) = (one.path for one in regrouped.published if one.node == "CUM-07")
    assert openpyxl.load_workbook(path)["01a-CUM-Q So cùng kỳ"]["A3"].alignment.wrap_text
