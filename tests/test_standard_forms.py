"""The standard forms on their examples: issued, filled, received, consolidated, and every published figure compared.

The figures are those of the sources, to the digit; what the examples add is marked in their README.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from example_runs import TODAY, Entries, Run, run
from oracles import differences, formula_cells, recalculate_formualizer, recalculate_libreoffice

from xlreport.aggregation import consolidate as aggregate
from xlreport.datapoints import DataPoint
from xlreport.documents import same
from xlreport.findings import Severity, message
from xlreport.forms.expressions import bind
from xlreport.forms.groups import named_groups
from xlreport.forms.load import load_form, read_form
from xlreport.language import texts
from xlreport.organisation.tree import at
from xlreport.periods import parse_period
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.example import (
    example_reports,
    filled_workbooks,
    read_typed,
)
from xlreport.usecases.export import tidy_table
from xlreport.usecases.forms import check_forms
from xlreport.usecases.init import initialise, register_to_start_from
from xlreport.usecases.issue import issue
from xlreport.usecases.standard import example_folder, standard_form_file, standard_form_files, standard_forms
from xlreport.workspace import load_organisation, open_workspace, write_whole

PHASED, CONGRESS, PROGRAMME = "nghi-quyet-41", "dai-hoi-2022", "chuong-trinh-135"
DEPARTMENT, CLUSTERS = "so-2021", "cum7-2024-q1"
EXAMPLES = (PHASED, CONGRESS, PROGRAMME, DEPARTMENT, CLUSTERS)

REPORTS = [(name, one.form, one.period.code) for name in EXAMPLES for one in example_reports(name)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Run]:
    """Every form and period of every example as it stands, by form and period."""
    return {
        (form, period): run(tmp_path_factory.mktemp("example"), name, form, period) for name, form, period in REPORTS
    }


Runs = dict[tuple[str, str], Run]


# All of them


def test_the_standard_forms_are_without_a_finding() -> None:
    assert [(path.stem, found) for path, _, found in check_forms(standard_form_files())] == [
        (code, ())
        for code in (
            "chuong-trinh-nam", "cum-quy", "dai-hoi", "nghi-quyet-giai-doan", "sap-xep-bo-may", "xuat-khau-9-thang",
        )
    ]  # fmt: skip


def test_every_text_of_the_standard_forms_is_in_both_languages() -> None:
    for form in standard_forms():
        lines = [line for signature in form.signatures for line in signature.lines]
        measures = [measure.name for table in form.tables for measure in table.measures if measure.name]
        indicators = [one for table in form.tables for one in table.indicators]
        rules = [rule.message for table in form.tables for rule in table.rules if rule.message]
        options = [option.name for one in indicators for option in one.options]
        explained = [one.explanation for one in indicators if one.explanation]
        titles = [form.title, *(table.title for table in form.tables)]
        for text in (*titles, *lines, *measures, *(one.name for one in indicators), *rules, *options, *explained):
            assert text.en, text.vi


@pytest.mark.parametrize("form", [path.stem for path in standard_form_files()])
def test_a_new_workspace_starts_with_a_register_that_fits_its_form(form: str, tmp_path: Path) -> None:
    initialise(tmp_path / "w", form, "vi")
    workspace = open_workspace(tmp_path / "w")
    register = load_organisation(workspace)
    known = {level.code for level in register.levels} | {one.code for one in register.unit_types}
    definition = load_form(standard_form_file(form))
    assert {one.code for one in named_groups(definition)} <= known
    period = {"quarter": "2024-Q1", "year": "2024", "term": "2020..2025", "nine-months": "2024-9M"}
    assert issue(workspace, form, parse_period(period[definition.frequency]), language="vi")


def test_the_register_to_start_from_is_the_first_that_fits() -> None:
    form = load_form(standard_form_file("cum-quy"))
    assert [level.code for level in register_to_start_from(form).levels] == ["khoi", "cum", "don-vi"]
    strange = form.model_copy(update={"filled_by": ("xa",)})
    assert [level.code for level in register_to_start_from(strange).levels] == ["khoi", "cum", "don-vi"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_units_of_examples_are_fictitious(name: str) -> None:
    text = (example_folder(name) / "organisation.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "parent:" in line and "level: cum" not in line]
    assert lines
    assert all("(giả định)" in line for line in lines)
    readme = (example_folder(name) / "README.md").read_text(encoding="utf-8")
    assert "giả định" in readme
    assert "invented" in readme.lower()


def test_examples_are_received_without_a_finding(runs: Runs) -> None:
    found = {key: {unit: own for unit, own in one.findings().items() if own} for key, one in runs.items()}
    assert set(found.pop(("cum-quy", "2024-Q1"))) == {"C8-04"}
    assert set(found.pop(("dai-hoi", "2022..2025"))) == set()
    assert found == {key: {} for key in found}


def test_every_formula_recalculates_to_its_stored_value(runs: Runs) -> None:
    for key, one in runs.items():
        for published in one.result.published:
            data = published.path.read_bytes()
            assert formula_cells(data)
            assert differences(data, recalculate_formualizer(data)) == [], (key, published.node)


@pytest.mark.libreoffice
def test_libreoffice_recalculates_to_the_stored_values(runs: Runs, tmp_path: Path) -> None:
    paths = {}
    for (form, period), one in runs.items():
        if form != "cum-quy":
            published = [item.path for item in one.result.published]
            for source in (*published, *sorted(one.workspace.inbox.glob("*.xlsx"))):
                paths[tmp_path / f"{form} {period} {source.parent.name} {source.name}"] = source.read_bytes()
    for path, data in paths.items():
        path.write_bytes(data)
    recalculated = recalculate_libreoffice(list(paths), tmp_path / "recalculated")
    for path, data in paths.items():
        assert differences(data, recalculated[path]) == [], path.name


@pytest.mark.parametrize("name", [PHASED, CONGRESS, PROGRAMME, DEPARTMENT])
def test_examples_speak_english(name: str, tmp_path: Path) -> None:
    report = example_reports(name)[0]
    one = run(tmp_path, name, report.form, report.period.code, language="en")
    assert [found for found in one.findings().values() if found] == []
    for published in one.result.published:
        data = published.path.read_bytes()
        assert "Coverage" in openpyxl.load_workbook(published.path).sheetnames
        assert differences(data, recalculate_formualizer(data)) == []


# S0: a resolution in phases

TARGETS = {"2023": ("15", None, None), "2024": ("20", ("4", "5"), ("1", "2")), "2025": ("25", ("6", "7"), ("2", "3"))}


@pytest.mark.parametrize("period", TARGETS)
def test_targets_of_the_phases(runs: Runs, period: str) -> None:
    one = runs["nghi-quyet-giai-doan", period]
    income, classes, works = TARGETS[period]
    assert one.total("DV-05", "chi-tieu/03:plan") == Decimal(income)
    for code, goal in (("04", classes), ("05", works)):
        found = [one.total("DV-05", f"chi-tieu/{code}:{bound}") for bound in ("plan", "plan_to")]
        assert found == ([None, None] if goal is None else [Decimal(bound) for bound in goal])


def test_a_year_without_a_target_is_blank_and_not_zero(runs: Runs) -> None:
    one = runs["nghi-quyet-giai-doan", "2023"]
    for code in ("04", "05"):
        assert one.cell("DV-05", "01b-NQ-N", code, "Chỉ tiêu của năm (từ)") in (None, "")
        assert one.cell("DV-05", "01b-NQ-N", code, "Chỉ tiêu của năm (đến)") in (None, "")
        assert one.cell("DV-05", "01b-NQ-N", code, "Đánh giá") == "Chưa có kế hoạch"
    assert one.cell("DV-05", "01c-NQ-N", "01", "Lũy kế từ đầu giai đoạn") in (None, "")


@pytest.mark.parametrize(("period", "percent"), [("2023", 15), ("2024", 20), ("2025", 25)])
def test_extra_income_is_a_ratio_of_sums(runs: Runs, period: str, percent: int) -> None:
    one = runs["nghi-quyet-giai-doan", period]
    assert one.cell("DV-05", "01b-NQ-N", "03", "Thực hiện trong năm") == percent
    assert one.cell("DV-05", "01b-NQ-N", "03", "Đánh giá") == "Hoàn thành kế hoạch"
    facts = tidy_table(one.workspace, one.period, "facts", one.form).filter(pl.col("table") == "chi-tieu")
    wide = facts.filter(pl.col("measure") == "actual").pivot(on="indicator", index="unit", values="value")
    shares = [100 * extra / fund for fund, extra in wide.select("01", "02").iter_rows()]
    assert round(sum(shares) / len(shares), 1) != percent


@pytest.mark.parametrize(
    ("held", "verdict"), [("2", "Hoàn thành kế hoạch"), ("3", "Vượt kế hoạch"), ("0", "Không đạt kế hoạch")]
)
def test_five_classes_are_enough_six_are_more_three_are_too_few(held: str, verdict: str, tmp_path: Path) -> None:
    changes = {"PH-A": {("chi-tieu/04", "actual"): held, ("giai-doan/01", "actual"): held}}
    one = run(tmp_path, PHASED, "nghi-quyet-giai-doan", "2024", changes)
    assert one.total("DV-05", "chi-tieu/04") == {"2": 5, "3": 6, "0": 3}[held]
    assert one.cell("DV-05", "01b-NQ-N", "04", "Đánh giá") == verdict


def test_the_whole_phase(runs: Runs) -> None:
    before, after = runs["nghi-quyet-giai-doan", "2024"], runs["nghi-quyet-giai-doan", "2025"]
    for one in (before, after):
        goals = [
            one.total("DV-05", f"giai-doan/{code}:{bound}") for code in ("01", "02") for bound in ("plan", "plan_to")
        ]
        assert goals == [10, 12, 3, 5]
    assert before.cell("DV-05", "01c-NQ-N", "01", "Đánh giá") == 50
    assert "Tiến độ" in before.number_format("DV-05", "01c-NQ-N", "01", "Đánh giá")
    assert after.total("DV-05", "giai-doan/01") == 11
    assert after.cell("DV-05", "01c-NQ-N", "01", "Đánh giá") == "Hoàn thành kế hoạch"
    assert after.cell("DV-05", "01c-NQ-N", "02", "Đánh giá") == "Hoàn thành kế hoạch"


def test_departments_lead_or_take_part(runs: Runs, tmp_path: Path) -> None:
    one = runs["nghi-quyet-giai-doan", "2024"]
    assert [one.total("DV-05", f"nhiem-vu/{code}") for code in ("04", "05")] == [3, 5]
    assert one.cell("DV-05", "01d-NQ-N", "01", "Vai trò của phòng") == "2/3"
    twice = run(tmp_path, PHASED, "nghi-quyet-giai-doan", "2024", {"PH-B": {("nhiem-vu/01", "actual"): "chu-tri"}})
    book = openpyxl.load_workbook(twice.report("DV-05"))
    listed = [row for row in book["Lỗi và cảnh báo"].iter_rows(min_row=5, values_only=True) if row[3]]
    assert [row[3] for row in listed] == ["XR402"]
    assert "Một nhiệm vụ chỉ có một phòng chủ trì" in str(listed[0])


def test_the_resolution_and_its_plan(runs: Runs) -> None:
    one = runs["nghi-quyet-giai-doan", "2024"]
    entries = [one.cell("DV-05", "01a-NQ-N", code, "Nội dung") for code in ("01", "02", "03", "04")]
    assert [entries[0], entries[2]] == ["41-NQ/CB", "33/KH-TTKC&XTTM"]
    assert [one.verdict("DV-05", f"van-ban/{code}") for code in ("02", "04")] == ["2022-10-31", "2023-02-02"]


def test_departments_have_no_sheet_of_what_only_their_unit_fills(runs: Runs) -> None:
    workspace = runs["nghi-quyet-giai-doan", "2024"].workspace
    issued = workspace.issued_folder("2024", "nghi-quyet-giai-doan")
    sheets = {unit: openpyxl.load_workbook(issued / f"{unit}.xlsx").sheetnames[1:-2] for unit in ("PH-A", "DV-05")}
    assert sheets == {"PH-A": ["01b-NQ-N", "01c-NQ-N", "01d-NQ-N"], "DV-05": ["01a-NQ-N"]}


def test_a_range_typed_as_a_count_is_returned(tmp_path: Path) -> None:
    one = run(tmp_path, PHASED, "nghi-quyet-giai-doan", "2024", {"PH-A": {("chi-tieu/04", "actual"): "06-07"}})
    assert {unit: [(item.code, item.location.cell) for item in own] for unit, own in one.findings().items() if own} == {
        "PH-A": [("XR201", "H15")]
    }


# S1: a congress


def test_congress(runs: Runs) -> None:
    one = runs["dai-hoi", "2022..2025"]
    assert [one.total("KHOI", f"dang-vien/{code}") for code in ("01", "02", "03", "04")] == [6, 1, 0, 6]
    assert [one.total("KHOI", f"bau-cu/{code:02}") for code in range(1, 9)] == [6, 6, 6, 6, 6, 6, 100, 100]
    assert one.cell("KHOI", "01b-ĐH-NK", "08", "Bầu bí thư") == 100
    assert one.cell("KHOI", "01a-ĐH-NK", "02", "Kết quả") == 1


def test_post_congress_documents_are_k_of_5(runs: Runs) -> None:
    one = runs["dai-hoi", "2022..2025"]
    assert [one.total("KHOI", f"ho-so/{code}") for code in ("06", "07", "08")] == [4, 5, 80]


def test_documents_and_days_of_the_congress(runs: Runs) -> None:
    one = runs["dai-hoi", "2022..2025"]
    facts = tidy_table(one.workspace, one.period, "facts", one.form).filter(pl.col("table") == "dang-vien")
    words = {code: text for code, text in facts.select("indicator", "text").iter_rows() if text}
    assert words == {
        "05": "44-KH/ĐUK", "06": "2022-02-07", "07": "22/KH-ĐU", "08": "33/KH-TTKC&XTTM", "09": "2022-04-22",
    }  # fmt: skip
    assert same(words["07"], "22-KH/ĐU")
    assert not same(words["07"], words["05"])
    page = openpyxl.load_workbook(one.workspace.inbox / "CB-06.xlsx")["01a-ĐH-NK"]
    shown = {row[3].value: row[5] for row in page.iter_rows() if row[3].value in ("06", "09")}
    assert {code: cell.number_format.lower() for code, cell in shown.items()} == dict.fromkeys(shown, "dd/mm/yyyy")


@pytest.mark.parametrize(
    ("changes", "rule", "cell"),
    [
        ({("dang-vien/02", "actual"): "7"}, "KT1", "F13"),
        ({("bau-cu/02", "actual"): "5"}, "KT4", "F14"),
        ({("bau-cu/03", "actual"): "5"}, "KT5", "F15"),
        ({("bau-cu/04", "actual"): "5"}, "KT6", "F16"),
        ({("bau-cu/05", "actual"): "5"}, "KT7", "F17"),
        ({("bau-cu/06", "actual"): "7"}, "KT7", "F17"),
        ({("bau-cu/01", "actual"): "7"}, "KT8", "F12"),
    ],
)
def test_a_subset_and_the_chain_of_an_election_are_exact(
    changes: Entries, rule: str, cell: str, tmp_path: Path
) -> None:
    one = run(tmp_path, CONGRESS, "dai-hoi", "2022..2025", {"CB-06": changes})
    (found,) = one.findings()["CB-06"]
    assert (found.code, found.severity, found.params["rule"], found.location.cell) == (
        "XR401", Severity.ERROR, rule, cell,
    )  # fmt: skip
    assert [item.file.outcome for item in one.result.received.files] == ["rejected"]


def test_seven_of_six_says_so(tmp_path: Path) -> None:
    one = run(tmp_path, CONGRESS, "dai-hoi", "2022..2025", {"CB-06": {("dang-vien/02", "actual"): "7"}})
    (found,) = one.findings()["CB-06"]
    assert "không được lớn hơn [01] Đảng viên chính thức" in message(found, texts("vi"))
    assert "[02] = 7; [01] = 6" in message(found, texts("vi"))


# S3: an annual programme


def test_tasks_of_the_programme(runs: Runs) -> None:
    one = runs["chuong-trinh-nam", "2023"]
    done = [one.total("KHOI", f"nhiem-vu/{code}") for code in ("01", "02", "03")]
    assert done == [1966, 365, 1601]
    assert one.total("KHOI", "nhiem-vu/01:plan") == 1966
    assert one.cell("KHOI", "01b-CTHĐ-N", "01", "Tỷ lệ hoàn thành") == 100
    assert one.cell("KHOI", "01b-CTHĐ-N", "01", "Đánh giá") == "Hoàn thành kế hoạch"


PROGRAMME_FIGURES = {
    # code: (plan, actual, qualifier, completion, verdict)
    "01": (None, 9899, "Trên", "—", "Chưa có kế hoạch"),
    "02": (None, 870, None, "—", "Chưa có kế hoạch"),
    "05": (10, 10.6, None, 106, "Vượt kế hoạch"),
    "06": (45, 60.8, "Trên", 135.1, "Vượt kế hoạch"),
}


@pytest.mark.parametrize(("code", "expected"), PROGRAMME_FIGURES.items())
def test_figures_of_the_programme(runs: Runs, code: str, expected: tuple[object, ...]) -> None:
    one = runs["chuong-trinh-nam", "2023"]
    headings = (
        "Kế hoạch được giao",
        "Thực hiện trong năm",
        "Mức độ",
        "% so với kế hoạch",
        "Đánh giá thực hiện kế hoạch",
    )
    shown = tuple(one.cell("KHOI", "01c-CTHĐ-N", code, heading) or None for heading in headings)
    assert shown == expected


def test_percentages_without_decimals(runs: Runs) -> None:
    """106 and 135 percent, as the source prints them: rounded once, from the figures."""
    one = runs["chuong-trinh-nam", "2023"]
    whole = one.state.form.model_copy(update={"percent_decimals": 0})
    tree = at(load_organisation(one.workspace), one.period.end)
    values = aggregate(bind(whole, one.period), tree, one.state.facts).nodes["KHOI"]
    found = [values[DataPoint("kinh-te", code, "completion")].number for code in ("05", "06")]
    assert found == [106, 135]


def test_the_programme_is_named_by_the_bloc(runs: Runs) -> None:
    assert runs["chuong-trinh-nam", "2023"].cell("KHOI", "01a-CTHĐ-N", "01", "Nội dung") == "135-CTr/TU"


def test_a_total_that_is_not_its_parts_is_returned(tmp_path: Path) -> None:
    one = run(tmp_path, PROGRAMME, "chuong-trinh-nam", "2023", {"DV-02": {("nhiem-vu/01", "actual"): "424"}})
    assert {
        unit: [(item.code, item.params["rule"], item.location.cell) for item in own]
        for unit, own in one.findings().items() if own
    } == {"DV-02": [("XR401", "KT1", "G12")]}  # fmt: skip


# S4: restructuring


def test_members_and_cells_of_the_department(runs: Runs) -> None:
    one = runs["sap-xep-bo-may", "2021"]
    assert [one.total("SO", f"to-chuc-dang/{code}") for code in ("01", "02", "03", "04")] == [9, 77, 75, 2]


def test_reductions_each_with_its_own_base_year(runs: Runs) -> None:
    one, last = runs["sap-xep-bo-may", "2021"], runs["sap-xep-bo-may", "2025"]
    form = one.state.form.table("tinh-gian")
    assert form is not None
    goals = [item.target for item in form.indicators]
    assert [[goal.reduction, goal.base_year, goal.horizon] for goal in goals if goal] == [
        [25, 2019, 2021], [10, 2015, 2021], [50, 2021, 2025],
    ]  # fmt: skip
    found = [one.total("SO", f"tinh-gian/01:{measure}") for measure in ("base", "plan", "actual", "giam")]
    assert found == [12, 9, 9, -25]
    assert [one.total("SO", f"tinh-gian/{code}:giam") for code in ("02", "03")] == [-10, 0]
    heading = "Đánh giá"
    assert one.cell("SO", "01b-SXBM-N", "01", heading) == "Hoàn thành kế hoạch"
    assert one.cell("SO", "01b-SXBM-N", "02", heading) == "Hoàn thành kế hoạch"
    assert one.cell("SO", "01b-SXBM-N", "03", heading) == 0
    assert "Tiến độ" in one.number_format("SO", "01b-SXBM-N", "03", heading)
    assert last.total("SO", "tinh-gian/03:giam") == -50
    assert last.cell("SO", "01b-SXBM-N", "03", heading) == "Hoàn thành kế hoạch"


def test_ten_divisions_are_too_many_at_the_horizon_and_on_the_way_before(runs: Runs, tmp_path: Path) -> None:
    before = runs["sap-xep-bo-may", "2020"]
    assert before.total("SO", "tinh-gian/01:attainment") == Decimal("66.7")
    one = run(tmp_path, DEPARTMENT, "sap-xep-bo-may", "2021", {"SO": {("tinh-gian/01", "actual"): "10"}})
    assert one.cell("SO", "01b-SXBM-N", "01", "Đánh giá") == "Không đạt kế hoạch"


def test_public_units_that_finance_themselves(runs: Runs) -> None:
    first, last = runs["sap-xep-bo-may", "2021"], runs["sap-xep-bo-may", "2025"]
    assert first.cell("SO", "01c-SXBM-N", "01", "Có đến 31/12") == "1/4"
    assert first.total("SO", "su-nghiep/04:attainment") == 50
    assert [last.total("SO", f"su-nghiep/{code}") for code in ("02", "03", "04")] == [2, 4, 50]
    assert last.cell("SO", "01c-SXBM-N", "01", "Có đến 31/12") == "2/4"
    assert last.cell("SO", "01c-SXBM-N", "04", "Đánh giá") == "Hoàn thành kế hoạch"


def test_a_lower_rank_is_better(runs: Runs) -> None:
    one = runs["sap-xep-bo-may", "2021"]
    assert [one.total("SO", f"cai-cach/01:{code}") for code in ("same_period", "actual", "change")] == [30, 18, 12]
    heading = "Tăng, giảm so với năm trước"
    assert one.number_format("SO", "01d-SXBM-N", "01", heading).startswith('"tăng "0" bậc"')
    assert one.total("SO", "cai-cach/02") == Decimal("78.78")
    assert one.cell("SO", "01d-SXBM-N", "02", "Năm báo cáo") == 78.78


def test_targets_of_2020(runs: Runs) -> None:
    one, later = runs["sap-xep-bo-may", "2020"], runs["sap-xep-bo-may", "2021"]
    assert [one.total("SO", f"muc-tieu/{code}:plan") for code in ("01", "02", "03", "04")] == [740000, 15, 50100, 20]
    assert one.cell("SO", "01đ-SXBM-N", "01", "Mục tiêu") == 740000
    assert later.total("SO", "muc-tieu/01:plan") is None
    assert later.cell("SO", "01đ-SXBM-N", "01", "Đánh giá") == "Chưa có kế hoạch"


@pytest.mark.parametrize("typed", ["7400", "7"])
def test_thousands_of_billions_beside_a_target_in_billions(typed: str, tmp_path: Path) -> None:
    changes = {"SO": {("muc-tieu/01", "actual"): typed}}
    one = run(tmp_path, DEPARTMENT, "sap-xep-bo-may", "2020", changes)
    (found,) = [item for own in one.findings().values() for item in own]
    assert (found.code, found.severity, found.params["rule"], found.location.cell) == (
        "XR401", Severity.WARNING, "KT2", "G12",
    )  # fmt: skip
    assert "Hãy kiểm tra đơn vị tính" in message(found, texts("vi"))
    assert [item.file.outcome for item in one.result.received.files if item.file.findings] == ["accepted"]


def test_a_unit_of_measure_typed_into_the_cell_is_returned(tmp_path: Path) -> None:
    changes = {"SO": {("muc-tieu/01", "actual"): "7,4 nghìn tỷ"}}
    one = run(tmp_path, DEPARTMENT, "sap-xep-bo-may", "2020", changes)
    assert [(item.code, item.location.cell) for own in one.findings().values() for item in own] == [("XR201", "G12")]


def test_exports_of_nine_months(runs: Runs) -> None:
    one = runs["xuat-khau-9-thang", "2019-9M"]
    found = [one.total("SO", f"xuat-khau/01:{code}") for code in ("actual", "same_period", "index", "growth")]
    assert found == [Decimal("20.7"), Decimal("18.6"), Decimal("111.3"), Decimal("11.3")]
    assert one.cell("SO", "02-XK-9T", "01", "% tăng, giảm") == 11.3
    book = openpyxl.load_workbook(one.report("SO"), data_only=True)
    assert "(9 tháng năm 2019)" in {cell.value for row in book["02-XK-9T"].iter_rows(max_row=8) for cell in row}


def test_a_whole_year_is_not_compared_with_nine_months() -> None:
    written = standard_form_file("xuat-khau-9-thang").read_text(encoding="utf-8")
    column = "- {measure: same_period, name: {vi: 9 tháng năm trước"
    assert column in written
    year = written.replace(column, column.replace("same_period, name", "same_period, span: year, name"))
    _, found = read_form(year.encode(), "xuat-khau.yaml")
    assert {item.code for item in found} == {"XR709"}
    assert {item.params["column"] for item in found} == {"index", "growth"}


def test_a_division_has_nothing_to_say_about_public_units(runs: Runs) -> None:
    workspace = runs["sap-xep-bo-may", "2021"].workspace
    issued = workspace.issued_folder("2021", "sap-xep-bo-may")
    sheets = {unit: openpyxl.load_workbook(issued / f"{unit}.xlsx").sheetnames[1:-2] for unit in ("PH-A", "SN-A")}
    assert sheets == {
        "PH-A": ["01a-SXBM-N", "01b-SXBM-N"],
        "SN-A": ["01a-SXBM-N", "01b-SXBM-N", "01c-SXBM-N"],
    }


def test_units_that_are_not_asked_are_not_missed(runs: Runs) -> None:
    """Of four public units all four answered: their total is not said to hold only 4 of 13."""
    one = runs["sap-xep-bo-may", "2021"]
    for sheet, code, heading in (("01b-SXBM-N", "03", "Số có đến 31/12"), ("01c-SXBM-N", "04", "Có đến 31/12")):
        assert "/" not in one.number_format("SO", sheet, code, heading)


# S2: the quarterly briefing


REFERENCE = {"01": 20, "02": 25, "03": 19, "04": 71.5, "05": 54.2, "06": 52.9, "07": 51.2}


def test_reference_figures_stand_beside_and_are_never_added_up(runs: Runs) -> None:
    one = runs["cum-quy", "2024-Q1"]
    assert {code: one.cell("KHOI", "01c-CUM-Q", code, "Số liệu") for code in REFERENCE} == REFERENCE
    for code in REFERENCE:
        assert one.total("CUM-07", f"tham-khao/{code}") is None
    assert not [name for name in openpyxl.load_workbook(one.report("CUM-07")).sheetnames if name.startswith("01c")]
    issued = one.workspace.issued_folder("2024-Q1", "cum-quy")
    sheets = {unit: openpyxl.load_workbook(issued / f"{unit}.xlsx").sheetnames[1:-2] for unit in ("C7-01", "KHOI")}
    assert sheets == {"C7-01": ["01a-CUM-Q", "01b-CUM-Q"], "KHOI": ["01c-CUM-Q"]}


def test_clusters_are_those_of_the_day(runs: Runs) -> None:
    register = load_organisation(runs["cum-quy", "2024-Q1"].workspace)
    before, after = at(register, date(2024, 3, 7)), at(register, date(2024, 3, 8))
    assert [tree.parent("C7-16") for tree in (before, after)] == ["CUM-08", "CUM-07"]
    assert [len(tree.children("CUM-07")) for tree in (before, after)] == [15, 17]
    notices = {one.document for one in register.memberships if one.document}
    assert notices == {"475-TB/ĐUK"}


def test_one_file_missing_is_16_of_17(tmp_path: Path) -> None:
    one = run(tmp_path, CLUSTERS, "cum-quy", "2024-Q1", without=["C7-05"])
    book = openpyxl.load_workbook(one.report("CUM-07"), data_only=True)
    for sheet in ("01a-CUM-Q", "01b-CUM-Q"):
        lines = [str(cell.value) for row in book[sheet].iter_rows(max_row=9) for cell in row if cell.value]
        assert any(line.startswith("SỐ TỔNG HỢP CHƯA ĐẦY ĐỦ: đã nhận 16/17 đơn vị.") for line in lines)
    assert one.total("CUM-07", "sxkd/01") == Decimal("9605.38") - Decimal("104.67")


def test_official_figures_replace_the_estimates(tmp_path: Path) -> None:
    one = run(tmp_path, CLUSTERS, "cum-quy", "2024-Q1")
    (report,) = example_reports(CLUSTERS)
    official = {unit: replace(own, statuses={}) for unit, own in read_typed(report.path).items() if unit[:2] == "C7"}
    for unit, data in filled_workbooks(one.workspace, one.form, one.period, official, "vi"):
        write_whole(one.workspace.inbox / "2026-01-06" / f"{unit}.xlsx", data)
    consolidate(one.workspace, one.period, language="vi", today=TODAY, form=one.form)
    after = Run(one.workspace, one.form, one.period, one.result)
    for found, status in ((one, "E"), (after, "A")):
        row = found.totals.filter((pl.col("node") == "CUM-07") & (pl.col("indicator") == "01"))
        (revenue,) = row.filter((pl.col("table") == "sxkd") & (pl.col("measure") == "actual")).to_dicts()
        assert (revenue["value"], revenue["status"]) == (Decimal("9605.38"), status)


def test_status_of_the_briefing_is_estimated(runs: Runs) -> None:
    one = runs["cum-quy", "2024-Q1"]
    page = openpyxl.load_workbook(one.report("CUM-07"), data_only=True)["01a-CUM-Q"]
    assert "Ước" in {cell.value for row in page.iter_rows(max_row=9) for cell in row}
    assert one.cell("CUM-07", "01b-CUM-Q", "05", "Thực hiện trong kỳ") == 124


# The loader


def test_tables_of_examples_name_points_that_exist() -> None:
    forms = {form.form: form for form in standard_forms()}
    for name in EXAMPLES:
        for report in example_reports(name):
            with report.path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            seen = [(row["unit"], row["table"], row["indicator"], row["measure"]) for row in rows]
            assert len(set(seen)) == len(seen)
            for row in rows:
                table = forms[report.form].table(row["table"])
                assert table is not None, row
                assert not row["indicator"] or table.indicator(row["indicator"]), row
                assert not row["indicator"] or table.measure(row["measure"]), row


# The workbook twins


@pytest.mark.parametrize("path", standard_form_files(), ids=lambda path: path.stem)
def test_every_standard_form_has_a_twin_in_excel_that_says_the_same(path: Path) -> None:
    twin = path.with_suffix(".xlsx")
    assert twin.is_file(), f"xlreport form convert {path} {twin}"
    read, findings = read_form(twin.read_bytes(), twin.name)
    assert findings == ()
    assert read == load_form(path), f"xlreport form convert --force {path} {twin}"
