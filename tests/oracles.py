"""Two spreadsheet engines that know nothing of us: they recalculate a workbook, and we compare.

A workbook proves itself when every formula's stored value equals what an engine makes of the formula:

    differences(data, recalculate_formualizer(data)) == []
    differences(data, recalculate_libreoffice([path], tmp_path)[path]) == []
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple

import formualizer
import openpyxl
from defusedxml.ElementTree import fromstring

REQUIRE_LIBREOFFICE = "XLREPORT_REQUIRE_LIBREOFFICE"
LIBREOFFICE_SECONDS = 300

Values = dict[str, dict[str, object]]
"""What a workbook's formula cells show: sheet → A1 → value."""


class FormulaCell(NamedTuple):
    """A formula as written, and the value stored with it; `has_value` is False when none is stored."""

    formula: str
    stored: object
    has_value: bool


class Difference(NamedTuple):
    """A cell whose stored value is not what the engine calculates."""

    sheet: str
    cell: str
    formula: str
    stored: object
    recalculated: object


def differences(data: bytes, recalculated: Mapping[str, Mapping[str, object]]) -> list[Difference]:
    """The formula cells of an xlsx workbook that an engine recalculates to something else."""
    return compare(formula_cells(data), recalculated)


def compare(
    stored: Mapping[tuple[str, str], FormulaCell], recalculated: Mapping[str, Mapping[str, object]]
) -> list[Difference]:
    """Where stored and recalculated values differ, in the order of `stored`.

    Numbers are equal when their 15 significant digits are, which is all that a spreadsheet shows. Texts are
    equal to the letter. An empty text is what a cell without a text shows. A formula without a stored value
    differs, and so does one that the engine does not know.
    """
    found = []
    for (sheet, cell), known in stored.items():
        results = recalculated.get(sheet, {})
        result = results.get(cell)
        if not known.has_value or cell not in results or _shown(known.stored) != _shown(result):
            found.append(Difference(sheet, cell, known.formula, known.stored, result))
    return found


def formula_cells(data: bytes) -> dict[tuple[str, str], FormulaCell]:
    """(sheet, A1) → formula and stored value, for every formula of an xlsx workbook."""
    formulas, values = _open(data, data_only=False), _open(data, data_only=True)
    without_value = set(_formulas_without_value(data))
    cells = {}
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    place = (sheet.title, cell.coordinate)
                    stored = values[sheet.title][cell.coordinate].value
                    cells[place] = FormulaCell(str(cell.value), stored, place not in without_value)
    return cells


def recalculate_formualizer(data: bytes) -> Values:
    """What formualizer, in this process, makes of the formulas of an xlsx workbook."""
    return _values(formualizer.recalculate_xlsx_bytes(data)["bytes"])


def recalculate_libreoffice(paths: Sequence[Path], folder: Path) -> dict[Path, Values]:
    """What LibreOffice Calc makes of the formulas of many xlsx files, in one start."""
    return {path: _values(data) for path, data in resave_libreoffice(paths, folder).items()}


def resave_libreoffice(paths: Sequence[Path], folder: Path) -> dict[Path, bytes]:
    """Many xlsx files as LibreOffice Calc saves them after it has recalculated every formula, in one start.

    `folder` is scratch space. It gets a user profile of its own, so that a running LibreOffice does not
    interfere and recalculation on load can be forced: by default the stored values would be believed.
    """
    profile, sources, results = folder / "profile", folder / "sources", folder / "results"
    _write_profile(profile)
    sources.mkdir()
    copies = {path: sources / f"{number}.xlsx" for number, path in enumerate(paths)}
    for path, copy in copies.items():
        shutil.copyfile(path, copy)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(results), *map(str, copies.values())]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LIBREOFFICE_SECONDS, check=False)
    missing = [str(path) for path, copy in copies.items() if not (results / copy.name).exists()]
    if missing:
        raise AssertionError(f"LibreOffice did not convert {missing}: {run.stdout}{run.stderr}")
    return {path: (results / copy.name).read_bytes() for path, copy in copies.items()}


def libreoffice_available() -> bool:
    """Whether LibreOffice can be started here. Where it is required, the tests are not skipped but fail."""
    return shutil.which("soffice") is not None or bool(os.environ.get(REQUIRE_LIBREOFFICE))


def falsify(data: bytes, sheet: str, cell: str, stored: str) -> bytes:
    """The xlsx workbook with another value stored in one formula cell, and nothing else changed.

    `stored` is the value as the file has it; it stays of the type it was. Shows that a comparison can fail.
    """
    part = _sheet_parts(data)[sheet]
    pattern = rf'(<c r="{cell}"[^>]*><f[^>]*>[^<]*</f><v>)[^<]*(</v>)'
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        entries = {name: source.read(name) for name in source.namelist()}
    changed, count = re.subn(pattern, rf"\g<1>{stored}\g<2>", entries[part].decode())
    if count != 1:
        raise ValueError(f"{sheet}!{cell} has no formula with a stored value")
    entries[part] = changed.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return ("truth value", value)
    if isinstance(value, (int, float)):
        return ("number", format(float(value) + 0.0, ".15g"))
    return None if value == "" else value


def _values(data: bytes) -> Values:
    shown: Values = {}
    for (sheet, cell), known in formula_cells(data).items():
        if known.has_value:
            shown.setdefault(sheet, {})[cell] = known.stored
    return shown


def _open(data: bytes, *, data_only: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # openpyxl says what it would lose in writing, such as data bars; here it only reads.
        warnings.filterwarnings("ignore", ".* extension is not supported")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _formulas_without_value(data: bytes) -> Iterator[tuple[str, str]]:
    """openpyxl reads a missing value and an empty text alike, so this looks at the parts themselves."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for sheet, part in _sheet_parts(data).items():
            for cell in fromstring(archive.read(part)).iter(f"{_MAIN}c"):
                if cell.find(f"{_MAIN}f") is not None and cell.find(f"{_MAIN}v") is None:
                    yield sheet, cell.attrib["r"]


def _sheet_parts(data: bytes) -> dict[str, str]:
    """Sheet name → name of its part in the archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}
        sheets = fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
        parts = {sheet.attrib["name"]: targets[sheet.attrib[_RELATION]] for sheet in sheets}
    return {name: normpath(f"/xl/{target}" if target[0] != "/" else target)[1:] for name, target in parts.items()}


_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
    <prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
    <prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
  </item>
</oor:items>
"""


def _write_profile(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
