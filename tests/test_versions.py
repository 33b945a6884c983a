"""A new version of a form: which code replaced which, and reports that still come on the old one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from offices import Office, office, wrong_formulas

from xlreport.findings import Finding
from xlreport.findings.catalogue import message
from xlreport.forms.load import read_form
from xlreport.forms.model import Form
from xlreport.forms.succession import succession
from xlreport.intake.identify import Definitions
from xlreport.language import texts
from xlreport.usecases.check import check_files
from xlreport.usecases.forms import check_forms
from xlreport.workspace import load_forms, load_organisation

HEAD = "form: quy\ntitle: Báo cáo quý\nfrequency: quarter\nfilled_by: [don-vi]\n"
OLD = (
    HEAD
    + """version: 1
tables:
  - table: t
    title: Bảng
    measures: [actual, note]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, unit_measure: tỷ đồng}
      - {code: "02", name: Nộp ngân sách, decimals: 1, unit_measure: tỷ đồng}
      - {code: "03", name: Lao động}
      - {code: "04", name: An sinh, unit_measure: triệu đồng}
      - {code: "05", name: Bỏ đi}
"""
)
NEW = (
    HEAD
    + """version: 2
valid_from: 2025-Q1
tables:
  - table: t
    title: Bảng
    measures: [actual, note]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 2, unit_measure: tỷ đồng}
      - {code: "04", name: An sinh, unit_measure: tỷ đồng}
      - {code: "06", name: Chỉ tiêu mới}
    rules:
      - {code: KT1, assert: "[01] >= [01]@previous", severity: warning}
  - table: u
    title: Bảng hai
    measures: [actual]
    indicators:
      - {code: "03", name: Nộp ngân sách, decimals: 0, unit_measure: tỷ đồng, replaces: t/02}
      - {code: "07", name: Lao động, replaces: t/03}
      - {code: "08", name: Tăng so với kỳ trước, measures: [actual], formula: "[03] - [03]@previous"}
"""
)


def form(text: str) -> Form:
    read, findings = read_form(text.encode(), "f.yaml")
    assert read is not None, findings
    return read


def test_codes_lead_from_the_old_version_to_the_new() -> None:
    way = succession(form(OLD), form(NEW))
    assert way.codes == {("t", "01"): ("t", "01"), ("t", "02"): ("u", "03"), ("t", "03"): ("u", "07")}
    # Triệu became tỷ under the same code: the figures cannot stand for each other.
    assert way.ended == (("t", "04"), ("t", "05"))
    assert way.added == (("t", "04"), ("t", "06"), ("u", "08"))


def test_the_way_leads_through_versions_in_between() -> None:
    third = form(
        NEW.replace("version: 2", "version: 3")
        .replace(", replaces: t/02", "")
        .replace('"07", name: Lao động, replaces: t/03', '"09", name: Lao động, replaces: "07"')
    )
    way = succession(form(OLD), third, [form(OLD), form(NEW), third])
    assert way.codes["t", "03"] == ("u", "09")
    assert way.codes["t", "02"] == ("u", "03")


def test_a_code_that_was_given_to_another_row_does_not_go_on() -> None:
    swapped = form(NEW.replace('{code: "06", name: Chỉ tiêu mới}', '{code: "03", name: Chỉ tiêu mới}'))
    way = succession(form(OLD), swapped)
    # u/07 says that it replaces t/03; the new t/03 is another matter.
    assert way.codes["t", "03"] == ("u", "07")
    assert ("t", "03") in way.added


@pytest.fixture
def two_versions(tmp_path: Path) -> Office:
    made = office(tmp_path, OLD)
    made.send("quy", "2024-Q4", {"A": old_report(10, 2.5, 30), "B": old_report(5, 1.0, 9)}, day="2024-12-30")
    made.receive()
    # Issued while the old version was the only one.
    made.send("quy", "2025-Q1", {"A": old_report(12, 3.4, 31)}, day="2025-03-30")
    (made.workspace.root / "forms" / "1.yaml").write_text(NEW, encoding="utf-8")
    return made


def old_report(revenue: object, tax: object, workers: object) -> dict[str, object]:
    return {"t/01": revenue, "t/02": tax, "t/03": workers, "t/04": 700, "t/05": 1}


def test_a_report_on_the_old_version_is_mapped_forward_and_says_so(two_versions: Office) -> None:
    assert two_versions.receive()["quy-2025-Q1-A"] == ("accepted", ["XR126", "XR127", "XR125"])
    two_versions.consolidate("2025-Q1")
    totals = two_versions.totals("2025-Q1")
    # Quantised once more, to the decimals of the new version.
    assert totals["u/03:actual"] == Decimal(3)
    assert totals["u/07:actual"] == 31
    # In million then, in billion now: not taken over, and said so.
    assert totals["t/04:actual"] is None


def test_what_is_left_behind_and_what_is_not_asked_yet_is_named(two_versions: Office) -> None:
    findings = {item.code: item for item in mapped_findings(two_versions)}
    assert findings["XR125"].params == {"version": 1, "current": 2}
    assert "[04] An sinh; [05] Bỏ đi" in message(findings["XR126"], texts("vi"))
    assert "[04] An sinh; [06] Chỉ tiêu mới" in message(findings["XR127"], texts("vi"))


def mapped_findings(made: Office) -> tuple[Finding, ...]:
    definitions = Definitions(load_forms(made.workspace), load_organisation(made.workspace))
    path = made.workspace.inbox / "2025-03-30" / "quy-2025-Q1-A.xlsx"
    (file,) = check_files([(path, path.name)], definitions).files
    return file.findings


def test_history_is_compared_by_code_across_versions(two_versions: Office) -> None:
    two_versions.send("quy", "2025-Q1", {"B": {"t/01": 4, "t/04": 1, "t/06": 1, "u/03": 3, "u/07": 8}})
    # 4 is less than the 5 of the old version's last quarter.
    assert two_versions.receive()["quy-2025-Q1-B"] == ("accepted", ["XR401"])
    result = two_versions.consolidate("2025-Q1")
    # A: 3 - 2.5, B: 3 - 1.0, rounded as the new version keeps the figures: 3 - 3 and 3 - 1.
    assert two_versions.totals("2025-Q1")["u/08:actual"] == 2
    assert wrong_formulas(two_versions.workbook(result, "KHOI")) == []


def test_a_report_on_a_newer_version_than_the_period_is_refused(two_versions: Office) -> None:
    book = two_versions.book("quy", "2025-Q1", "B", {"t/01": 4})
    (two_versions.workspace.root / "forms" / "1.yaml").write_text(
        NEW.replace("valid_from: 2025-Q1", "valid_from: 2026-Q1"), encoding="utf-8"
    )
    path = two_versions.workspace.inbox / "2025-04-01" / "new.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(book)
    assert two_versions.receive()["new"] == ("refused", ["XR108"])


def test_a_code_that_the_version_before_lacks_is_named_in_its_line(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    new = tmp_path / "new.yaml"
    new.write_text(NEW.replace("replaces: t/03", "replaces: t/33"), encoding="utf-8")
    ((_, usable, (wrong,)),) = check_forms([new])
    assert usable is None
    assert (wrong.code, wrong.location.cell) == ("XR703", "22")
    assert (wrong.params["reference"], wrong.params["suggestion"]) == ("t/33", "t/03")
    new.write_text(NEW, encoding="utf-8")
    assert [(path.name, found) for path, _, found in check_forms([tmp_path])] == [("new.yaml", ()), ("old.yaml", ())]


def test_two_rows_cannot_continue_the_same_one() -> None:
    text = NEW.replace("replaces: t/02", "replaces: t/03")
    read, (wrong,) = read_form(text.encode(), "f.yaml")
    assert read is None
    assert (wrong.code, wrong.location.cell, wrong.related[0].cell) == ("XR720", "22", "21")
