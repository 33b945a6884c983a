"""The whole loop on the built-in example: Cluster 7, first quarter of 2024."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from xlreport.aggregation import Status, filler_of
from xlreport.datapoints import DataPoint
from xlreport.errors import UsageError
from xlreport.forms.expressions import bind
from xlreport.forms.model import Form
from xlreport.language import LANGUAGES, texts
from xlreport.organisation.load import load_register
from xlreport.organisation.tree import at
from xlreport.periods import Period, parse_period
from xlreport.sheets.entries import Entry, UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.consolidate import ConsolidateResult, consolidate
from xlreport.usecases.definitions import form_for
from xlreport.usecases.init import FOLDERS, build_workspace
from xlreport.usecases.issue import Issued, issue, unit_book
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import SETTINGS_FILE, Workspace, load_forms, load_organisation, open_workspace, write_whole

EXAMPLE, FORM, PERIOD = "cum7-2024-q1", "cum-quy", "2024-Q1"
#: Marks a folder as one that the demonstration made and may make anew.
_MARK = "DEMO.txt"
#: The example's own calendar: the briefing met on 30 March 2024; one unit was late.
_IN_TIME, _LATE = "2024-03-28", "2024-04-02"
_LATE_UNITS = ("C8-06",)
_UNIT_FILES = ("cum7_2024_q1_units.csv", "cum8_2024_q1_units.csv")
_CULTURE = DataPoint("xdd", "07", "actual")
_COLUMNS: Mapping[str, DataPoint] = {
    "doanh_thu_ty": DataPoint("sxkd", "01", "actual"),
    "nop_ns_ty": DataPoint("sxkd", "02", "actual"),
    "quy_thu_nhap_trieu_quy": DataPoint("sxkd", "03", "actual"),
    "lao_dong_bq": DataPoint("sxkd", "04", "actual"),
    "asxh_ty": DataPoint("sxkd", "06", "actual"),
    "chi_bo_truc_thuoc": DataPoint("xdd", "04", "actual"),
    "dang_vien": DataPoint("xdd", "06", "actual"),
    "doanh_nghiep_van_hoa": _CULTURE,
    "ho_so_ket_nap": DataPoint("xdd", "12", "actual"),
    "chuyen_chinh_thuc": DataPoint("xdd", "13", "actual"),
    "boi_duong_nhan_thuc": DataPoint("xdd", "14", "actual"),
    "huy_hieu_30": DataPoint("xdd", "15", "actual"),
    "kiem_tra_giam_sat_chuyen_de": DataPoint("xdd", "16", "actual"),
}
#: The options that the example's source means by its words.
_ANSWERS = {
    "đạt chuẩn; kiểu mẫu": "kieu-mau",
    "đạt chuẩn": "dat-chuan",
    "đăng ký": "dang-ky",
    "chưa": "chua",
}


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration did."""

    workspace: Workspace
    period: Period
    issued: tuple[Issued, ...]
    consolidated: ConsolidateResult


def run_demo(folder: Path, language: str, progress: Progress = silent) -> DemoResult:
    """Build the example's workspace and run the loop, from the beginning if the folder holds an earlier run.

    Raises UsageError, and touches nothing, if the folder holds anything else.
    """
    _clear(folder)
    source = example_folder(EXAMPLE)
    notice = {one: texts(one)("demo.notice") for one in LANGUAGES}
    register, name = load_register(source / "organisation.yaml"), texts(language)("demo.name")
    build_workspace(folder, standard_form_file(FORM), register, language, name=name, notice=notice)
    write_whole(folder / _MARK, texts(language)("demo.mark").encode() + b"\n")
    workspace, period = open_workspace(folder), parse_period(PERIOD)
    issued = issue(workspace, FORM, period, language=language, progress=progress)
    for path, data in _filled(workspace, source, period, language):
        write_whole(path, data)
    result = consolidate(workspace, period, language=language, today=date.fromisoformat(_LATE), progress=progress)
    return DemoResult(workspace, period, tuple(issued), result)


def _clear(folder: Path) -> None:
    """Remove an earlier run of the demonstration: only what it made, only where its mark is."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder.is_dir() and (folder / _MARK).is_file()):
        raise UsageError("demo-folder-not-empty", path=folder)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (SETTINGS_FILE, "organisation.xlsx", "ledger.sqlite", _MARK):
        (folder / name).unlink(missing_ok=True)


def _filled(workspace: Workspace, source: Path, period: Period, language: str) -> Iterator[tuple[Path, bytes]]:
    """The issued workbooks as clerks send them back."""
    form = form_for(load_forms(workspace), FORM, period)
    tree = at(load_organisation(workspace), form.last_day(period))
    for unit, entries in _entries(source).items():
        entries[_CULTURE] = _chosen(form, entries[_CULTURE], language)
        bound = bind(form, period, filler_of(form, tree, unit))
        blank: UnitBook = unit_book(workspace, bound, tree, unit, language)
        book = replace(blank, entries=entries, statuses={"sxkd": Status.ESTIMATED})
        day = _LATE if unit in _LATE_UNITS else _IN_TIME
        yield workspace.inbox / day / f"{unit}.xlsx", unit_workbook(book)


def _chosen(form: Form, answer: Entry, language: str) -> str:
    """An answer as the drop-down of a workbook in this language words it."""
    table = form.table(_CULTURE.table)
    indicator = table.indicator(_CULTURE.indicator) if table else None
    option = indicator.option(_ANSWERS.get(str(answer), "")) if indicator else None
    return option.name.pick(language) if option else str(answer)


def _entries(source: Path) -> dict[str, dict[DataPoint, Entry]]:
    """What each unit types, from the example's tables."""
    entries: dict[str, dict[DataPoint, Entry]] = {}
    for name in _UNIT_FILES:
        for row in _rows(source / name):
            typed = {point: row[column] for column, point in _COLUMNS.items() if row[column]}
            entries[row["ma_don_vi"]] = {point: _entry(text) for point, text in typed.items()}
    for row in _rows(source / "plans_2024.csv"):
        point = DataPoint(row["table"], row["indicator"], row["measure"])
        entries[row["unit"]][point] = _entry(row["value"])
    return entries


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _entry(text: str) -> Entry:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
