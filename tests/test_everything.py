"""One form that has everything there is, filled by everybody: nothing found, and two engines see what we see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from loop import Run, run
from oracles import differences, recalculate_libreoffice

from xlreport.aggregation import Status
from xlreport.sheets.entries import Entry

D = Decimal
FORM = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")
ENTRIES: Mapping[str, Mapping[str, Entry]] = {
    "A": {
        "01:plan": D(900), "01:own_plan": D(1000), "01": D("1234.56"), "01:same_period": D("1020.3"), "02": D("246.91"),
        "02:plan": D(180), "02:same_period": D(214), "04": D(5), "05:base": D(12), "05": D(9), "05:same_period": D(12),
        "06:base": D(13), "06": D(10), "07": D(1), "08": D(18), "08:same_period": D(30), "09": D("78.78"),
        "09:same_period": D("77.5"), "01:status": "Ước", "01:note": "=tăng do giá + lượng",
        "ho-so/01": "Có", "ho-so/03": date(2024, 4, 22), "ho-so/04": date(2024, 5, 4), "ho-so/05": date(2024, 5, 6),
        "ho-so/06": "44-KH/ĐUK", "ho-so/07": "Thiếu kinh phí tổ chức lớp tập huấn cho cán bộ cấp ủy cơ sở",
        "ho-so/08": "Hoàn thành tốt nhiệm vụ",
    },
    "B": {
        "01:plan": D(500), "01": D(400), "01:same_period": D(500), "02": D(100), "04": D(6), "05:base": D(12),
        "05": D(8), "06:base": D(20), "06": D(9), "07": "-", "08": D(20), "08:same_period": D(18), "04:status": "Sơ bộ",
        "ho-so/01": "Không", "ho-so/03": date(2024, 2, 7), "ho-so/06": "33/KH-TTKC&XTTM",
        "ho-so/08": "Không hoàn thành", "ho-so/10": D(4),
    },
    "D": {
        "01": D(150), "02": D(20), "04": D(3), "05:base": D(12), "05": D(10), "06:base": D(0), "06": D(0), "07": D(5),
        "ho-so/01": "Có", "ho-so/03": date(2024, 3, 8), "ho-so/06": "x", "ho-so/08": "Hoàn thành tốt nhiệm vụ",
    },
    "K": {"10": D(3), "10:status": "Ước", "10:note": "Còn 01 chương trình chuyển sang năm 2025"},
}  # fmt: skip


def everything(folder: Path, language: str = "vi") -> Run:
    """The form, filled by three units and by the bloc, for 2024."""
    words = {"Có": "Yes", "Không": "No", "Hoàn thành tốt nhiệm vụ": "Good", "Không hoàn thành": "Poor"}
    entries = ENTRIES if language == "vi" else {
        node: {point: words.get(entry, entry) if isinstance(entry, str) else entry for point, entry in typed.items()}
        for node, typed in ENTRIES.items()
    }  # fmt: skip
    statuses = {"A": {"ho-so": Status.PROVISIONAL}}
    return run(FORM, "2024", entries, folder, language=language, statuses=statuses)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_found_in_a_right_filling(language: str, tmp_path: Path) -> None:
    got = everything(tmp_path, language)
    assert {node: file.findings for node, file in got.files.items()} == dict.fromkeys(ENTRIES, ())


@pytest.mark.libreoffice
@pytest.mark.parametrize("language", ["vi", "en"])
def test_libreoffice_sees_what_we_see(language: str, tmp_path: Path) -> None:
    got = everything(tmp_path, language)
    books = {**got.data, **{f"{node}-total": got.consolidated(node, language) for node in got.outcome.nodes}}
    paths = {name: tmp_path / f"{name}.out.xlsx" for name in books}
    for name, data in books.items():
        paths[name].write_bytes(data)
    seen = recalculate_libreoffice(list(paths.values()), tmp_path)
    assert {name: differences(books[name], seen[path]) for name, path in paths.items()} == {name: [] for name in books}
