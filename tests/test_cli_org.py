"""`xlreport org`: what the office sees of its register."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from registers import changes, grid, usable

from xlreport.cli.application import application
from xlreport.grid.styles import PLAIN
from xlreport.grid.writing import Book
from xlreport.language import LANGUAGES, texts
from xlreport.organisation.load import read_register_file
from xlreport.organisation.tree import at
from xlreport.usecases.init import initialise
from xlreport.usecases.organisation import nodes_by_level

EXAMPLE = Path(__file__).parent.parent / "examples" / "to-chuc-lai" / "organisation.yaml"


@pytest.fixture(autouse=True)
def workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A new workspace, in which the commands run."""
    monkeypatch.delenv("XLREPORT_LANG", raising=False)
    initialise(tmp_path / "w", None, "vi")
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path / "w"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(application, [str(argument) for argument in arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def test_a_new_workspace_s_register_is_right_and_counted() -> None:
    for language, counts in (("vi", "Khối 1 · Cụm 1 · Đơn vị 2"), ("en", "Bloc 1 · Cluster 1 · Unit 2")):
        result = run("org", "check", "--lang", language)
        assert result.exit_code == 0
        first, last = result.stdout.splitlines()
        assert first.startswith("organisation.xlsx: ")
        assert counts in last
        assert " 4 " in last


def test_nodes_are_counted_on_the_day() -> None:
    register = usable(read_register_file(EXAMPLE))
    for day in (date(2024, 6, 30), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)):
        counted = {level.code: count for level, count in nodes_by_level(register, day)}
        assert sum(counted.values()) == len(at(register, day))
    assert [count for _, count in nodes_by_level(register, date(2024, 6, 30))] == [1, 2, 10]
    assert [count for _, count in nodes_by_level(register, date(2024, 7, 1))] == [1, 2, 9]


def written(path: Path, units: str) -> None:
    """The workspace's register with other units: text in every cell."""
    book = Book(title="x")
    sheets = {
        "Đơn vị": units,
        "Cấp": "| Mã | Tên |\n| khoi | Khối |\n| cum | Cụm |\n| don-vi | Đơn vị |",
    }
    for name, text in sheets.items():
        page = book.page(name)
        for row, line in enumerate(grid(text)):
            for column, value in enumerate(line):
                page.write(row, column, str(value or ""), PLAIN)
    path.write_bytes(book.data())


def test_everything_is_said_at_once_with_cell_hint_and_suggestion(workspace: Path) -> None:
    lines = (
        "| C7-05 | A | don-vi | C | | | 2024-06-30 | | |",
        "| C7-18 | B | don-vi | C | | 2024-07-01 | | C7-5; C7-06 | |",
        "| C7-06 | D | don-vi | C | | | | | |",
        "| E | E | don-vi | X | | 30/2/2024 | | | |",
    )
    written(workspace / "organisation.xlsx", changes(*lines))
    result = run("org", "check")
    assert result.exit_code == 2
    shown = re.findall(r"(XR\d+)  organisation\.xlsx, Đơn vị!([A-Z]+\d+): ", result.stdout)
    assert shown == [("XR740", "H5"), ("XR742", "H5"), ("XR746", "I5"), ("XR727", "F7"), ("XR722", "D7")]
    assert "Gợi ý gần nhất: C7-05" in result.stdout
    assert "từ ngày 01/7/2024" in result.stdout
    assert "đầu mối" not in result.stdout
    assert run("status", "--period", "2024-Q1").exit_code == 2


def test_warnings_leave_the_register_usable(workspace: Path) -> None:
    # A register without types of units does not do for the form of the workspace.
    (workspace / "forms" / "cum-quy.yaml").unlink()
    written(workspace / "organisation.xlsx", changes("| U | U | don-vi | K | | | | | |"))
    result = run("org", "check", "--lang", "en")
    assert result.exit_code == 0
    assert "! warning XR748  organisation.xlsx, Đơn vị!A3: Cụm C has no unit under it (at any time)." in result.stdout
    assert result.stdout.splitlines()[-1].endswith("there are 3 nodes: Khối 1 · Cụm 1 · Đơn vị 1.")


def test_a_register_beside_the_register_is_not_overlooked(workspace: Path) -> None:
    assert run("org", "convert", "organisation.xlsx", "organisation.yaml").exit_code == 0
    result = run("org", "check")
    assert result.exit_code == 0
    assert "XR749" in result.stdout
    assert "organisation.yaml" in result.stdout
    (workspace / "organisation.xlsx").unlink()
    assert "XR749" not in run("org", "check").stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_and_back(language: str, tmp_path: Path) -> None:
    steps = [EXAMPLE, tmp_path / "a.xlsx", tmp_path / "b.YML", tmp_path / "c.xlsx"]
    for source, target in pairwise(steps):
        result = run("org", "convert", source, target, "--lang", language)
        assert (result.exit_code, result.stderr) == (0, "")
        assert texts(language)("cli.org.convert.written", path=target, rows=22) in result.stdout
    assert usable(read_register_file(steps[-1])) == usable(read_register_file(EXAMPLE))
    assert steps[1].read_bytes() == steps[3].read_bytes()


def test_nothing_is_overwritten_or_written_of_what_is_wrong(tmp_path: Path) -> None:
    target = tmp_path / "a.yaml"
    target.write_text("mine", "utf-8")
    result = run("org", "convert", EXAMPLE, target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "không ghi đè" in result.stderr
    assert target.read_text("utf-8") == "mine"
    assert run("org", "convert", EXAMPLE, tmp_path / "forced.yaml", "--force").exit_code == 0
    assert run("org", "convert", EXAMPLE, tmp_path / "forced.yaml", "--force").exit_code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(EXAMPLE.read_text("utf-8").replace("parent: CUM-08", "parent: CUM-8"), "utf-8")
    result = run("org", "convert", wrong, tmp_path / "b.xlsx")
    assert result.exit_code == 2
    assert "XR722  wrong.yaml:" in result.stdout
    assert run("org", "convert", wrong, target, "--force").exit_code == 2
    assert target.read_text("utf-8") == "mine"
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (EXAMPLE, "a.csv", ".xlsx, .yaml, .yml"),
        (EXAMPLE, "a", ".xlsx, .yaml, .yml"),
        ("missing.yaml", "a.xlsx", "XR101"),
        ("missing.xlsx", "a.yaml", "XR101"),
        (EXAMPLE.parent, "a.yaml", "XR101"),
        (EXAMPLE, "organisation.xlsx", "organisation.xlsx"),
    ],
)
def test_what_cannot_be_converted(source: object, target: str, said: str, workspace: Path) -> None:
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    result = run("org", "convert", source, target)
    assert result.exit_code == 2
    assert said in result.output
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before


def test_warnings_of_what_is_converted_are_shown(tmp_path: Path) -> None:
    source = tmp_path / "a.yaml"
    source.write_text(
        EXAMPLE.read_text("utf-8").replace(", document: 12-QĐ/ĐUK", "").replace(", document: 21-QĐ/ĐUK", "")
    )
    result = run("org", "convert", source, tmp_path / "b.xlsx")
    assert result.exit_code == 0
    assert re.findall(r"XR\d+", result.stdout) == ["XR746"]
