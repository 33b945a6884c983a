"""`import xlreport`: few names, loaded when used, and a page of recipes that runs."""

from __future__ import annotations

import doctest
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from offices import Office, office

import xlreport
from xlreport import api
from xlreport.findings import Finding
from xlreport.frames import FACTS, TOTALS

ROOT = Path(__file__).parent.parent
RECIPES = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
FORM = """
form: f
title: Biểu F
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: Kết quả
    measures: [actual]
    indicators: [{code: "01", name: Doanh thu, decimals: 2}]
"""


@pytest.fixture
def at_work(tmp_path: Path) -> Office:
    found = office(tmp_path / "office", FORM)
    found.send("f", "2030-Q1", {"A": {"t/01": 9605.38}, "B": {"t/01": 0.1}})
    return found


# The names


def test_public_names_stand_in_one_list() -> None:
    assert sorted(xlreport.__all__) == sorted([*api.__all__, "__version__"])
    assert sorted(name for name in vars(api) if name in xlreport.__all__) == sorted(api.__all__)
    for name in xlreport.__all__:
        assert getattr(xlreport, name) is getattr(xlreport if name == "__version__" else api, name)
    assert set(xlreport.__all__) <= set(dir(xlreport))
    with pytest.raises(AttributeError):
        xlreport.nothing_of_the_kind  # noqa: B018


def test_every_public_name_is_documented() -> None:
    section = RECIPES.split("\n## ")[1]
    assert [name for name in api.__all__ if f"`{name}`" not in section] == []
    assert [name for name in api.__all__ if not getattr(api, name).__doc__] == []


def python(script: str) -> str:
    """What a script prints in an interpreter of its own."""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout


def test_importing_loads_nothing_heavy() -> None:
    loaded = python("import sys, xlreport; print(*{name.partition('.')[0] for name in sys.modules})").split()
    heavy = {
        "click",
        "lark",
        "openpyxl",
        "pandera",
        "polars",
        "pydantic",
        "python_calamine",
        "sqlalchemy",
        "xlsxwriter",
    }
    assert set(loaded) & heavy == set()
    assert {
        name for name in python("import sys, xlreport; print(*sys.modules)").split() if "xlreport." in name
    } == set()


def test_importing_takes_less_than_the_command_line_library() -> None:
    """As a ratio within one run, so that a slow computer makes no difference."""
    script = (
        "import time, typing; start = time.perf_counter(); import xlreport; middle = time.perf_counter(); import click;"
        "print((middle - start) / (time.perf_counter() - middle))"
    )
    assert statistics.median(float(python(script)) for _ in range(5)) < 1


# The use cases


def test_from_a_folder_to_totals(at_work: Office, tmp_path: Path) -> None:
    folder = str(at_work.workspace.root)
    assert xlreport.open_workspace(at_work.workspace.root) == at_work.workspace
    assert [one.unit for one in xlreport.issue(folder, "f", "2030-Q1", units=["A"], out=tmp_path / "x")] == ["A"]
    assert xlreport.check(at_work.workspace.inbox).count("accepted") == 2
    assert xlreport.facts(folder).is_empty()
    assert xlreport.receive(at_work.workspace).checked.count("accepted") == 2
    result = xlreport.consolidate(folder, xlreport.parse_period("2030-Q1"), form="f", nodes=["C1"])
    assert [one.node for one in result.published] == ["C1"]
    (status,) = xlreport.status(folder, "2030-Q1")
    assert status.coverage["KHOI"].missing == ("C",)
    facts, totals = xlreport.facts(folder, "2030-Q1"), xlreport.totals(folder)
    assert (facts.schema, totals.schema) == (pl.Schema(FACTS), pl.Schema(TOTALS))
    assert totals.filter(node="KHOI")["value"].to_list() == [Decimal("9605.48")]
    assert xlreport.totals(folder, form="f", labels="en")["form_title"].unique().to_list() == ["Biểu F"]
    out = tmp_path / "totals.parquet"
    assert xlreport.export(folder, "2030-Q1", "totals", "parquet", out).rows == totals.height
    assert pl.read_parquet(out).equals(totals)


def test_wrong_usage_is_an_error_that_can_be_caught(at_work: Office, tmp_path: Path) -> None:
    for call in (
        lambda: xlreport.facts(tmp_path / "nowhere"),
        lambda: xlreport.totals(at_work.workspace, "Q1/2030"),
        lambda: xlreport.totals(at_work.workspace, form="nix"),
        lambda: xlreport.export(at_work.workspace, None, "totals", "nix", tmp_path / "x"),
        lambda: xlreport.issue(at_work.workspace, "f", "2030-Q1", units=["Z"]),
    ):
        with pytest.raises(xlreport.UsageError):
            call()


# Checks of an office's own


def too_small(facts: pl.DataFrame) -> Iterator[Finding]:
    for row in facts.filter(pl.col("value") < 1).iter_rows(named=True):
        yield xlreport.own_finding(row, vi="quá nhỏ", en="too small", severity=xlreport.Severity.ERROR)


def test_an_own_check_sends_exactly_the_wrong_cell_back(at_work: Office) -> None:
    result = xlreport.check([at_work.workspace.inbox], at_work.workspace, checks=[too_small])
    found = {
        (file.path.stem, file.outcome, item.code, item.location.cell, item.location.unit)
        for file in result.files
        for item in file.findings
    }
    assert found == {("f-2030-Q1-B", "rejected", "XR770", "F12", "B")}
    assert [file.outcome for file in result.files] == ["accepted", "rejected"]
    (item,) = [item for file in result.files for item in file.findings]
    assert xlreport.message(item) == "Kiểm tra riêng: quá nhỏ."
    assert xlreport.message(item, "en") == "Own check: too small."


def test_own_findings_stand_by_severity_and_warnings_send_nothing_back(at_work: Office) -> None:
    def look(facts: pl.DataFrame) -> Iterator[Finding]:
        for severity in ("info", "warning"):
            yield xlreport.own_finding(facts.row(0, named=True), vi="xem lại", severity=severity)

    first, second = xlreport.check(at_work.workspace.inbox, at_work.workspace, checks=[look]).files
    assert [item.severity for item in first.findings] == ["warning", "info"]
    assert (first.outcome, second.findings) == ("accepted", ())


def test_an_own_check_that_names_no_file_is_a_fault_of_its_author(at_work: Office) -> None:
    def wrong(facts: pl.DataFrame) -> Iterator[Finding]:
        row: Mapping[str, object] = {**facts.row(0, named=True), "source_file": "elsewhere.xlsx"}
        yield xlreport.own_finding(row, vi="sai")

    with pytest.raises(ValueError, match=r"elsewhere\.xlsx"):
        xlreport.check(at_work.workspace.inbox, at_work.workspace, checks=[wrong])
    with pytest.raises(ValueError, match="nix"):
        xlreport.own_finding(dict.fromkeys(FACTS), vi="sai", severity="nix")


# The recipes


def test_recipes_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlreport.usecases.demo import run_demo

    monkeypatch.chdir(tmp_path)
    run_demo(tmp_path / "khoi", "vi")
    blocks = re.findall(r"^```python\n(.*?)^```$", RECIPES, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/recipes.md", None, 0)
    report: list[str] = []
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append).failed == 0, "".join(report)
