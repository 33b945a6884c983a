"""Issuing: one workbook per unit, cast together, and the index of the folder."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from parcels import told

from xlreport.language import LANGUAGES, texts
from xlreport.organisation.load import load_register
from xlreport.outputs.issue_index import INDEX_FILE, IndexRow, index_workbook, read_index
from xlreport.outputs.register_book import register_workbook
from xlreport.periods import parse_period
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.files import found_files
from xlreport.usecases.init import initialise
from xlreport.usecases.issue import Issued, books, issue
from xlreport.usecases.receive import receive
from xlreport.workspace import Workspace, open_workspace

PERIOD = parse_period("2024-Q1")
#: Names that a spreadsheet would run, take for a code, or cut.
NAMES = {"DV-001": '=HYPERLINK("http://x","Đơn vị & <một>")', "DV-002": "_x0041_" + " Tên dài" * 14}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace whose units have odd names."""
    initialise(tmp_path / "w", None, "vi")
    path = tmp_path / "w" / "organisation.xlsx"
    register = load_register(path)
    units = tuple(replace(node, name=NAMES.get(node.code, node.name)) for node in register.memberships)
    path.write_bytes(register_workbook(replace(register, memberships=units), "vi"))
    return open_workspace(tmp_path / "w")


def issued(workspace: Workspace, *units: str, language: str = "vi", out: Path | None = None) -> list[Issued]:
    return issue(workspace, "cum-quy", PERIOD, language=language, units=units, out=out)


def test_what_is_issued_is_what_the_writer_writes_whoever_it_is_issued_with(workspace: Workspace) -> None:
    together = issued(workspace)
    for one, book in zip(together, books(workspace, "cum-quy", PERIOD, language="vi"), strict=True):
        data = one.path.read_bytes()
        assert told(data) == told(unit_workbook(book))
        assert one.sha256 == hashlib.sha256(data).hexdigest()
        assert issued(workspace, one.unit, out=workspace.root / "one")[0].sha256 == one.sha256


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_lists_what_was_issued(workspace: Workspace, language: str) -> None:
    made = issued(workspace, language=language)
    path = made[0].path.parent / INDEX_FILE
    sheet = openpyxl.load_workbook(path).worksheets[0]
    headings, *rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert headings == tuple(texts(language)(f"issued.{key}") for key in ("number", *IndexRow._fields))
    assert [row[1:5] for row in rows[1:]] == [
        (one.unit, NAMES[one.unit], f"{one.unit}.xlsx", one.sha256) for one in made[1:]
    ]
    assert rows[1][5:8] == ("cum-quy", "1", PERIOD.label(language))
    assert [row[8] for row in rows] == ["30/03/2024"] * 3
    assert {cell.data_type for row in sheet.iter_rows(min_row=5, min_col=2) for cell in row} <= {"s", "n"}
    assert all(
        cell.value is None for row in sheet.iter_rows(min_row=5, min_col=2) for cell in row if cell.data_type == "n"
    )
    again = path.read_bytes()
    issued(workspace, language=language)
    assert path.read_bytes() == again


def test_issuing_to_one_unit_keeps_what_the_index_says_of_the_others(workspace: Workspace) -> None:
    folder = issued(workspace)[0].path.parent
    before = read_index(folder / INDEX_FILE)
    assert before is not None
    (folder / "KHOI.xlsx").unlink()
    (again,) = issued(workspace, "DV-002", language="en")
    first, second = read_index(folder / INDEX_FILE) or []
    assert first == before[1]
    assert (second.code, second.sha256, second.period) == ("DV-002", again.sha256, "Quarter I of 2024")
    assert second.sha256 != before[2].sha256


@pytest.mark.parametrize("content", [b"", b"no workbook", index_workbook([], "vi")[:-40]])
def test_an_index_that_cannot_be_read_is_written_anew(workspace: Workspace, content: bytes) -> None:
    path = workspace.issued_folder("2024-Q1", "cum-quy") / INDEX_FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    issued(workspace, "DV-001")
    assert [row.code for row in read_index(path) or []] == ["DV-001"]


def test_an_index_is_no_submission_and_what_only_bears_its_name_is_one(workspace: Workspace) -> None:
    folder = issued(workspace)[0].path.parent
    shutil.copytree(folder, workspace.inbox / "phat-hanh")
    shutil.make_archive(str(workspace.inbox / "gui"), "zip", folder)
    (workspace.inbox / "_index (2).xlsx").write_bytes(index_workbook([], "en"))
    result = receive(workspace, [], today=date(2024, 4, 1))
    sent = ["DV-001.xlsx", "DV-002.xlsx", "KHOI.xlsx"]
    assert sorted(one.file.path.name for one in result.files) == sorted(2 * sent)
    (workspace.inbox / INDEX_FILE).write_bytes((folder / "DV-001.xlsx").read_bytes())
    assert INDEX_FILE in [name.rpartition("/")[2] for _, name in found_files([workspace.inbox])]
