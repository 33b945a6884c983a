"""Nothing hostile works: not on the machine that reads, not in what is written, and nothing goes over a network."""

from __future__ import annotations

import ast
import csv
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from test_receive import PERIOD, filled, outcomes, put, workspace
from workbooks import RIGHT_ENTRIES, checked, standard_book, with_parts

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.organisation.tree import at
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.export import tidy_table
from xlreport.usecases.files import found_files
from xlreport.usecases.issue import unit_book
from xlreport.usecases.receive import receive
from xlreport.workspace import Workspace, archive_original, load_forms, load_organisation

__all__ = ["workspace"]

ROOT = Path(__file__).parent.parent
GOOD = unit_workbook(standard_book(RIGHT_ENTRIES))
TODAY = date(2024, 4, 1)
STRINGS = "xl/sharedStrings.xml"


def content(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def with_strings(declaration: str, inserted: str) -> bytes:
    """A good workbook whose texts begin with a declaration, and use it."""
    start, rest = content(GOOD, STRINGS).split(b"?>", 1)
    used = rest.replace(b"<t>", b"<t>" + inserted.encode(), 1)
    return with_parts(GOOD, {STRINGS: start + b"?>" + declaration.encode() + used})


def added(data: bytes, parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
HOSTILE = {
    "zip bomb": added(GOOD, {"xl/media/image1.png": bytes(40 * 1024**2)}),
    "billion laughs": with_strings(f"<!DOCTYPE sst [{LAUGHS}]>", "&a11;"),
    "external entity": with_strings('<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    "external type": with_strings('<!DOCTYPE sst SYSTEM "http://example.invalid/a.dtd">', ""),
    "parameter entity": with_strings('<!DOCTYPE sst [<!ENTITY % p SYSTEM "http://example.invalid/"> %p;]>', ""),
    "member that leaves": added(GOOD, {"../../evil.xml": b"<a/>"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_workbooks_are_refused_before_any_reader_opens_them(kind: str, tmp_path: Path) -> None:
    file = checked(HOSTILE[kind], tmp_path)
    assert (file.outcome, [item.code for item in file.findings]) == ("refused", ["XR104"])
    assert file.facts == ()
    assert [path.name for path in tmp_path.iterdir()] == ["C7-01.xlsx"]


def test_links_to_other_workbooks_are_told_and_not_followed(tmp_path: Path) -> None:
    link = b'<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>'
    target = b'<Relationships><Relationship Id="rId1" Target="http://example.invalid/a.xlsx" TargetMode="External"/>'
    parts = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": target + b"</Relationships>",
    }
    file = checked(added(GOOD, parts), tmp_path)
    assert file.outcome == "accepted"
    assert [item.code for item in file.findings if item.code.startswith("XR1")] == ["XR149"]
    assert "XR149" not in [item.code for item in checked(GOOD, tmp_path).findings]


class TestPlaces:
    @pytest.mark.parametrize("unit", ["../../evil", "..\\..\\evil", "/evil", "CON", "C7-01/../../x", "x\x00y"])
    def test_a_unit_s_code_that_is_a_path_leads_nowhere(self, workspace: Workspace, unit: str) -> None:
        (form,) = load_forms(workspace)["cum-quy"]
        tree = at(load_organisation(workspace), PERIOD.end)
        book = unit_book(workspace, bind(form, PERIOD), tree, "C7-01", "vi")
        put(workspace, "a.xlsx", unit_workbook(replace(book, unit=unit)))
        before = everything(workspace.root.parent)
        assert outcomes(receive(workspace, [], today=TODAY))["inbox/a.xlsx"][0] == "refused"
        consolidate(workspace, PERIOD, language="vi", today=TODAY)
        new = everything(workspace.root.parent) - before
        assert all(path.is_relative_to(workspace.root) for path in new)
        assert not any("evil" in path.name or path.stem == "CON" for path in new)

    @pytest.mark.parametrize("suffix", [".x:y", ".a/../../b", ".", ".xl sx", ".\u202exslx", ".averylongsuffix"])
    def test_an_original_is_archived_by_its_hash_whatever_its_name(self, workspace: Workspace, suffix: str) -> None:
        assert archive_original(workspace, "ab" * 32, b"x", suffix) == f"archive/ab/{'ab' * 32}"
        assert archive_original(workspace, "cd" * 32, b"x", ".XLSX") == f"archive/cd/{'cd' * 32}.xlsx"

    @pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
    def test_a_file_name_cannot_rule_a_terminal(self, tmp_path: Path) -> None:
        (tmp_path / "a\x1b[2J\nb.xlsx").write_bytes(GOOD)
        ((_, name),) = found_files([tmp_path], tmp_path)
        assert name == "a\\x1b[2J\\x0ab.xlsx"


def everything(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", '=HYPERLINK("http://example.invalid")')


def test_what_somebody_typed_never_runs_in_what_is_written(workspace: Workspace, tmp_path: Path) -> None:
    (form,) = load_forms(workspace)["cum-quy"]
    tree = at(load_organisation(workspace), PERIOD.end)
    book = unit_book(workspace, bind(form, PERIOD), tree, "C7-02", "vi")
    entries = {point: value for point, value in RIGHT_ENTRIES.items() if point.measure == "actual"}
    notes = dict(zip(("01", "02", "03", "04", "05", "06"), FORMULAS, strict=True))
    entries |= {DataPoint("sxkd", code, "note"): text for code, text in notes.items()}
    put(workspace, "=HYPERLINK(1).xlsx", unit_workbook(replace(book, entries=entries)))
    result = receive(workspace, [workspace.inbox / "=HYPERLINK(1).xlsx"], today=TODAY)
    assert result.checked.count("accepted") == 1
    facts = tidy_table(workspace, PERIOD, "facts").filter(measure="note")
    assert dict(facts.select("indicator", "text").rows()) == notes
    for published in consolidate(workspace, PERIOD, language="vi", today=TODAY).published:
        assert_no_formula_from(published.path)
    out = tmp_path / "facts.csv"
    assert exported(workspace, out) == 0
    cells = [cell for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell in FORMULAS] == []
    assert {f"'{text}" for text in FORMULAS} <= set(cells)


def assert_no_formula_from(path: Path) -> None:
    typed = [text.strip().lstrip("=+-@") for text in FORMULAS]
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not any(text in str(cell.value) for text in typed[:1] + typed[3:4] + typed[5:]), cell


def exported(workspace: Workspace, out: Path) -> int:
    command = ["export", "--period", "2024-Q1", "--table", "facts", "--format", "csv", "--out", str(out)]
    run = run_offline(*command, "--workspace", str(workspace.root))
    return run.returncode


def test_macros_are_never_carried_over(workspace: Workspace) -> None:
    macro = b"Attribute VB_Name"
    data = added(filled(workspace, "C7-01", Decimal("10.5")), {"xl/vbaProject.bin": macro})
    put(workspace, "2024-03-28/C7-01.xlsm", data)
    result = receive(workspace, [], today=TODAY)
    assert outcomes(result) == {"inbox/2024-03-28/C7-01.xlsm": ("accepted", ["XR116"])}
    for published in consolidate(workspace, PERIOD, language="vi", today=TODAY).published:
        with zipfile.ZipFile(published.path) as archive:
            assert not [name for name in archive.namelist() if "vba" in name.lower()]
            assert not any(macro in archive.read(name) for name in archive.namelist())


#: Loaded by every Python process beneath: whoever only tries to use the network is stopped, and found out.
OFFLINE = """
import os, sys
def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.client", "smtplib", "ftplib", "imaplib")):
        os.write(2, f"NETWORK {event} {arguments}".encode())
        os._exit(77)
sys.addaudithook(refuse)
"""


def run_offline(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command with the network taken away from it and from all its processes."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sitecustomize.py").write_text(OFFLINE)
        command = [sys.executable, *(["-c", code] if code else ["-m", "xlreport"]), *arguments]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT)])}
        return subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def test_no_command_uses_the_network(tmp_path: Path) -> None:
    tried = run_offline(code="import socket; socket.create_connection(('127.0.0.1', 9))")
    assert tried.returncode == 77
    work = tmp_path / "demo"
    demo = run_offline("demo", str(work))
    assert demo.returncode == 0, demo.stderr
    put_beside = work / "inbox" / "links.xlsx"
    put_beside.write_bytes(HOSTILE["external entity"])
    for arguments in (
        ("check", str(work / "inbox"), "--workspace", str(work)),
        ("receive", "--workspace", str(work)),
        ("consolidate", "--period", "2024-Q1", "--workspace", str(work)),
        ("status", "--period", "2024-Q1", "--workspace", str(work)),
    ):
        run = run_offline(*arguments)
        assert run.returncode in (0, 1), run.stderr
        assert "NETWORK" not in run.stderr
        assert "XR140" not in run.stdout


NETWORK = {
    *("asyncio", "ftplib", "http", "imaplib", "nntplib", "poplib", "requests", "smtplib", "socket", "socketserver"),
    *("ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "xmlrpc", "httpx", "aiohttp"),
}


def test_no_module_of_the_network_is_imported_anywhere() -> None:
    for path in (ROOT / "xlreport").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not {name.partition(".")[0] for name in names} & NETWORK, path
