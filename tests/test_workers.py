"""Reading in processes that may die: the killer is named, the others are read, and the order is that of the files."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
from workbooks import RIGHT_ENTRIES, standard_book

from xlreport.grid import workers
from xlreport.grid.read import read_file, read_workbook
from xlreport.grid.safely import SafeReader
from xlreport.grid.transport import dumped, loaded, packed, unpacked
from xlreport.grid.workers import Limits
from xlreport.intake.identify import Definitions
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import check_files

GOOD = unit_workbook(standard_book(RIGHT_ENTRIES))
QUICK = Limits(seconds=2, megabytes=512, workers=2)
READER = SafeReader(QUICK, "killers")
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals of POSIX systems")

KILLERS = {
    "segfault": "XR140",
    "abort": "XR140",
    "exit": "XR140",
    "panic": "XR140",
    "noise": None,
    "hang": "XR141",
    "spin": "XR141",
    "memory": "XR142",
}


def put(folder: Path, *names: str) -> list[tuple[Path | bytes, str]]:
    files: list[tuple[Path | bytes, str]] = []
    for name in names:
        path = folder / f"{name}.xlsx"
        path.write_bytes(GOOD)
        files.append((path, f"{name}.xlsx"))
    return files


def codes(reader: SafeReader, files: list[tuple[Path | bytes, str]]) -> list[str | None]:
    """The code of the refusal of each file; None for one that was read."""
    found = []
    for sha256, reading in reader.read(files):
        assert sha256 == hashlib.sha256(GOOD).hexdigest()
        found.append(reading.findings[0].code if reading.workbook is None else None)
    return found


@posix
@pytest.mark.parametrize("killer", KILLERS)
def test_a_killer_is_refused_by_name_and_the_others_are_read(killer: str, tmp_path: Path) -> None:
    names = [f"good-{number:02}" for number in range(20)]
    names.insert(7, f"{killer}-7")
    files = put(tmp_path, *names)
    found = codes(READER, files)
    assert found == [KILLERS[killer] if name.startswith(killer) else None for name in names]
    (refused,) = [reading for _, reading in READER.read(files[7:8])]
    if KILLERS[killer] is not None:
        assert [item.location.file for item in refused.findings] == [f"{killer}-7.xlsx"]
        assert refused.findings[0].is_error


@posix
def test_many_killers_at_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    names = [f"{['segfault', 'good', 'abort', 'panic', 'good', 'memory'][number % 6]}-{number}" for number in range(18)]
    expected = [KILLERS.get(name.partition("-")[0]) for name in names]
    assert codes(READER, put(tmp_path, *names)) == expected


@posix
def test_a_killer_among_checked_files_does_not_stop_the_batch(tmp_path: Path) -> None:
    files = [(Path(str(path)), name) for path, name in put(tmp_path, "a", "segfault-1", "b")]
    files[1][0].write_bytes(GOOD[:-1])
    files[2][0].write_bytes(unit_workbook(standard_book()))
    result = check_files(files, Definitions(), reader=READER)
    assert [file.outcome for file in result.files] == ["accepted", "refused", "rejected"]
    assert [item.code for item in result.files[1].findings] == ["XR140"]
    assert sum(map(result.count, ("accepted", "rejected", "refused"))) == len(result.files)


@posix
def test_a_worker_can_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "file-1.xlsx"
    ((_, reading),) = READER.read([(GOOD, str(target))])
    assert [item.code for item in reading.findings] == ["XR140"]
    assert not target.exists() or target.stat().st_size == 0


def test_what_workers_read_is_what_is_read_here(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(GOOD[:3000])
    files = [*put(tmp_path, "a", "b"), (broken, "broken.xlsx"), (tmp_path / "none.xlsx", "none.xlsx"), (GOOD, "c")]
    here = [
        (hashlib.sha256(content).hexdigest(), read_workbook(content, name))
        if isinstance(content, bytes)
        else read_file(content, name)
        for content, name in files
    ]
    assert list(SafeReader(QUICK).read(files)) == here
    assert [reading.workbook is None for _, reading in here] == [False, False, True, True, False]


def test_readings_come_back_whole_from_the_way() -> None:
    reading = read_workbook(GOOD, "x.xlsx")
    assert unpacked(loaded(dumped(packed(reading)))) == reading


def test_no_files_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_START", "raise SystemExit(1)")
    assert list(SafeReader().read([])) == []


def test_a_worker_that_cannot_start_is_our_fault_and_not_the_files(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="could not be started"):
        list(SafeReader(QUICK, "no_such_module").read(put(tmp_path, "a")))


def test_modules_in_the_current_folder_are_not_run(tmp_path: Path) -> None:
    """Workbooks are checked in folders where others' files lie."""
    (tmp_path / "hashlib.py").write_text("raise SystemExit('run')")
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    script = textwrap.dedent("""
        from pathlib import Path
        from xlreport.grid.safely import SafeReader
        ((sha256, reading),) = SafeReader().read([(Path("a.xlsx"), "a.xlsx")])
        print(sha256, reading.workbook is not None)
    """)
    root = Path(__file__).parent.parent
    run = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == [hashlib.sha256(GOOD).hexdigest(), "True"], run.stderr


def running() -> set[int]:
    """The processes that this one has started, by whichever of its threads."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(number) for children in lists for number in children.read_text().split()}


@pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="needs Linux")
class TestEnd:
    def test_no_worker_is_left_when_all_is_read(self, tmp_path: Path) -> None:
        before = running()
        codes(READER, put(tmp_path, "a", "segfault-1", "b"))
        assert running() <= before

    def test_no_worker_is_left_when_the_reading_is_given_up(self, tmp_path: Path) -> None:
        before = running()
        files = put(tmp_path, *(f"good-{number}" for number in range(20)), "hang-1")
        with closing(READER.read(files)) as readings:
            next(readings)
            assert running() - before
        assert running() <= before

    def test_ctrl_c_ends_a_run_whose_file_hangs_at_once(self, tmp_path: Path) -> None:
        before = running()
        slow = SafeReader(Limits(seconds=600, workers=1), "killers")
        with pytest.raises(KeyboardInterrupt), interrupted_after(1.0):
            list(slow.read(put(tmp_path, "hang-1")))
        assert running() <= before

    def test_a_worker_ends_itself_when_nobody_asks_any_more(self) -> None:
        command = [sys.executable, "-c", "from xlreport.grid.worker import serve; serve()"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(timeout=30) == 0


class interrupted_after:  # noqa: N801 - reads as a condition
    """Ctrl-C after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.start = time.monotonic()

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _tests_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find modules where we do, the one with the killers too."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
