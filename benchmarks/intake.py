"""What safety costs: safe intake of good workbooks against reading the same files with python-calamine alone.

    python benchmarks/intake.py [FILES] [ROUNDS]

Both use as many processes as there are processors, and start them within the time measured. The raw side reads every
cell and hands nothing on; the safe side guards, hashes, proves checksums, looks at the raw parts, reads every cell
and hands the cells to the process that asked. The two take turns, and the median of the ratios counts.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.grid.safely import SafeReader
from xlreport.grid.workers import processors
from xlreport.organisation.load import load_register
from xlreport.organisation.tree import at
from xlreport.periods import parse_period
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.init import build_workspace
from xlreport.usecases.issue import unit_book
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import load_forms, load_organisation, open_workspace

_SHEETS = "xl/worksheets/sheet"
_FIGURE = 12345

#: Reads its share and says how many cells it saw: a baseline must not be able to skip the work.
_RAW = """
import sys
from python_calamine import CalamineWorkbook
seen = 0
for path in sys.stdin.read().splitlines():
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        seen += sum(len(row) - row.count("") for row in workbook.get_sheet_by_name(name).to_python())
print(seen)
"""


def made(folder: Path, count: int) -> list[Path]:
    """Filled workbooks of the standard form, no two with the same content."""
    register = load_register(example_folder("cum7-2024-q1") / "organisation.yaml")
    build_workspace(folder / "w", [standard_form_file("cum-quy")], register, "vi", name="w")
    workspace = open_workspace(folder / "w")
    (form,) = load_forms(workspace)["cum-quy"]
    period = parse_period("2024-Q1")
    tree = at(load_organisation(workspace), period.end)
    points = [DataPoint("sxkd", code, "actual") for code in ("01", "02", "03", "04", "06")]
    book = unit_book(workspace, bind(form, period), tree, "C7-01", "vi")
    data = unit_workbook(replace(book, entries={point: Decimal(_FIGURE) for point in points}))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    paths = [folder / f"{number:04}.xlsx" for number in range(count)]
    for number, path in enumerate(paths):
        _write(path, parts, number)
    return paths


def _write(path: Path, parts: dict[str, bytes], number: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            changed = content.replace(str(_FIGURE).encode(), str(_FIGURE + number).encode())
            archive.writestr(name, changed if name.startswith(_SHEETS) else content)


def read_raw(paths: list[Path], processes: int) -> None:
    """Read all files with python-calamine in so many processes."""
    running = [
        subprocess.Popen([sys.executable, "-c", _RAW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for index, process in enumerate(running):
        assert process.stdin is not None
        process.stdin.write("\n".join(map(str, paths[index::processes])))
        process.stdin.close()
    for process in running:
        assert process.stdout is not None
        assert int(process.stdout.read()) > 0
        assert process.wait() == 0
        process.stdout.close()


def read_safely(paths: list[Path]) -> None:
    """Take in all files safely."""
    for _, reading in SafeReader().read([(path, path.name) for path in paths]):
        assert reading.workbook is not None


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and seconds of processor time of this process and its children."""
    before, start = os.times(), time.perf_counter()
    work()
    passed, after = time.perf_counter() - start, os.times()
    return passed, sum(after[:4]) - sum(before[:4])


def main(count: int = 1000, rounds: int = 7) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        paths = made(Path(folder), count)
        read_raw(paths, processors())
        pairs = [
            (measured(lambda: read_raw(paths, processors())), measured(lambda: read_safely(paths)))
            for _ in range(rounds)
        ]
    print(f"{count} workbooks, {processors()} processes, median of {rounds} rounds")
    for what, index in (("time", 0), ("processor time", 1)):
        ratios = sorted(safe[index] / raw[index] for raw, safe in pairs)
        raw, safe = (statistics.median(one[index] for one in side) for side in zip(*pairs, strict=True))
        print(
            f"{what}: python-calamine alone {raw:.2f} s, safe intake {safe:.2f} s, "
            f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
