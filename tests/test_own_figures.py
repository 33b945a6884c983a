"""Figures of a node's own and rows of some types of units; a bloc's own workbook in a workspace."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from loop import Run, one_table, run
from openpyxl.worksheet.worksheet import Worksheet

from xlreport.checks.coverage import operand_findings
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.roles import CellRole, Filler
from xlreport.organisation.load import load_register
from xlreport.organisation.tree import at
from xlreport.outputs.tidy import totals
from xlreport.periods import parse_period
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.export import tidy_table
from xlreport.usecases.init import build_workspace
from xlreport.usecases.issue import issue, unit_book
from xlreport.usecases.standard import example_folder
from xlreport.workspace import Workspace, load_forms, load_organisation, open_workspace

D = Decimal
PERIOD, TODAY = parse_period("2024-Q1"), date(2024, 4, 1)
FORM = """
form: rieng
title: Số riêng của Khối
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Bảng
    measures: ["{measure: plan, assigned: true}", actual, completion]
    indicators:
      - {code: "01", name: Doanh thu}
      - {code: "02", name: Chương trình của Khối, filled_by: [khoi], minimum: 0}
""".replace('"{', "{").replace('}"', "}")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    form = tmp_path / "rieng.yaml"
    form.write_text(FORM, encoding="utf-8")
    register = load_register(example_folder("cum7-2024-q1") / "organisation.yaml")
    build_workspace(tmp_path / "w", [form], register, "vi", name="w")
    return open_workspace(tmp_path / "w")


def bloc(workspace: Workspace) -> str:
    (root,) = at(load_organisation(workspace), PERIOD.end).roots
    return root


def send(workspace: Workspace, node: str, entries: Mapping[str, Entry], *, reports: bool = True) -> None:
    (form,) = load_forms(workspace)["rieng"]
    tree = at(load_organisation(workspace), PERIOD.end)
    member = tree.node(node)
    bound = bind(form, PERIOD, Filler(member.level, member.unit_type, reports))
    typed = {DataPoint("t", *point.split(":")): entry for point, entry in entries.items()}
    book = replace(unit_book(workspace, bound, tree, node, "vi"), entries=typed)
    workspace.inbox.mkdir(exist_ok=True)
    (workspace.inbox / f"{node}.xlsx").write_bytes(unit_workbook(book))


def consolidated(workspace: Workspace) -> ConsolidateResult:
    return consolidate(workspace, PERIOD, language="vi", today=TODAY)


def book_of(result: ConsolidateResult, node: str) -> openpyxl.Workbook:
    (path,) = [one.path for one in result.published if one.node == node]
    return openpyxl.load_workbook(path, data_only=True)


def test_everybody_with_a_part_gets_a_workbook(workspace: Workspace) -> None:
    issued = {one.unit for one in issue(workspace, "rieng", PERIOD, language="vi")}
    tree = at(load_organisation(workspace), PERIOD.end)
    assert issued == set(tree.codes)


def test_its_workbook_is_a_source_and_no_report_of_a_unit(workspace: Workspace) -> None:
    send(workspace, "C7-01", {"01:actual": Decimal(30), "01:plan": Decimal(90)})
    send(
        workspace,
        bloc(workspace),
        {"02:actual": Decimal(3), "02:plan": Decimal(4), "01:plan": Decimal(100)},
        reports=False,
    )
    result = consolidated(workspace)
    assert [one.file.outcome for one in result.received.files] == ["accepted", "accepted"]
    book = book_of(result, bloc(workspace))
    files = {row[1].value: row[3].value for row in book["Nguồn số liệu"].iter_rows(min_row=5)}
    assert files == {unit: f"inbox/{unit}.xlsx" for unit in ("C7-01", bloc(workspace))}
    sheet = book["t"]
    assert [[cell.value for cell in row[5:8]] for row in sheet.iter_rows(min_row=12, max_row=13)] == [
        [100, 30, 30], [4, 3, 75],
    ]  # fmt: skip
    (state,) = result.states
    assert state.coverage[bloc(workspace)].accepted == ("C7-01",)
    assert bloc(workspace) not in state.coverage[bloc(workspace)].expected


def test_its_figures_are_in_both_exports(workspace: Workspace) -> None:
    send(workspace, bloc(workspace), {"02:actual": Decimal(3)}, reports=False)
    consolidated(workspace)
    facts, added = (tidy_table(workspace, PERIOD, name) for name in ("facts", "totals"))
    assert facts.filter(facts["indicator"] == "02").select("unit", "measure", "value").rows() == [
        (bloc(workspace), "plan", None), (bloc(workspace), "actual", Decimal(3)),
    ]  # fmt: skip
    found = added.filter((added["indicator"] == "02") & (added["measure"] == "actual"))
    values = {row["node"]: (row["value"], row["reporting_units"]) for row in found.iter_rows(named=True)}
    assert values.pop(bloc(workspace)) == (Decimal(3), None)
    assert set(values.values()) == {(None, 0)}


def test_mistakes_in_it_are_told_in_the_workbook_of_the_bloc(workspace: Workspace) -> None:
    send(workspace, bloc(workspace), {"02:actual": Decimal(-3)}, reports=False)
    result = consolidated(workspace)
    assert [one.file.outcome for one in result.received.files] == ["rejected"]
    rows = list(book_of(result, bloc(workspace))["Lỗi và cảnh báo"].iter_rows(min_row=5, values_only=True))
    assert [(row[1], row[3], row[5]) for row in rows] == [(bloc(workspace), "XR302", "G13")]


# Figures of a node's own, rows of some types of units

OWN = one_table(
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
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[name]
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


TYPES = one_table(
    '{code: "01", name: Đảng viên}',
    '{code: "02", name: Chi bộ trực thuộc, filled_by: [dang-bo], target: {value: 3}}',
    '{code: "03", name: Tổ đảng, filled_by: [chi-bo]}',
    measures="plan, actual, completion, attainment",
)


def test_each_type_of_unit_has_rows_of_its_own(tmp_path: Path) -> None:
    """And a unit that is not asked is not missing from a total: 5 of both that are asked, not of two in three."""
    units = {"A": {"01": D(50), "02": D(3)}, "B": {"01": D(9), "03": D(2)}, "D": {"01": D(30), "02": D(2)}}
    got = run(TYPES, "2024-Q4", units, tmp_path)
    assert [got.unit_shown(unit, "02:plan") for unit in ("A", "B")] == ["3", "x"]
    assert [got.unit_shown("B", f"{code}:attainment") for code in ("02", "03")] == ["x", "Chưa có kế hoạch"]
    assert [got.shown("K", point) for point in ("01", "02", "02:plan", "02:completion", "03")] == [
        "89", "5", "6", "83,3", "2",
    ]  # fmt: skip
    assert [got.shown("C1", f"02:{one}") for one in ("plan", "attainment")] == ["3", "Hoàn thành kế hoạch"]


def test_every_total_of_the_bloc_is_in_the_export(with_bloc: Run) -> None:
    frame = totals(with_bloc.outcome)
    rows = {(row["node"], row["indicator"], row["measure"]) for row in frame.iter_rows(named=True)}
    assert {("K", "02", "completion"), ("K", "05", "actual"), ("C1", "01", "attainment")} <= rows
    verdict = with_bloc.totals("C2", "01:attainment")[0]
    assert (verdict["value"], verdict["text"], verdict["unit_measure"]) == (D(30), None, "%")
