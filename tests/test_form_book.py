"""Reading form workbooks: small grids with mistakes, each found at its sheet and cell; nothing ever a traceback."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlreport.errors import UsageError
from xlreport.findings import Finding, message
from xlreport.findings.catalogue import hint
from xlreport.forms.base import CODE_PATTERN, MEASURE_PATTERN, NAME_PATTERN
from xlreport.forms.load import load_form, read_form
from xlreport.forms.model import Form
from xlreport.forms.suggestions import suggested_code
from xlreport.language import LANGUAGES, texts
from xlreport.outputs.form_book import form_workbook
from xlreport.workspace import load_forms, open_workspace

ROOT = Path(__file__).parent.parent

GOOD = """
# Biểu mẫu
Mục | Giá trị
Mã biểu mẫu | vi-du
Tên biểu mẫu | Báo cáo
Định kỳ | quý
Cấp lập biểu | don-vi
Hạn gửi, số ngày sau kỳ | 5
# Biểu
Mã biểu | Tên biểu
sxkd | Sản xuất
vh | Văn hóa
# Cột số liệu
Mã biểu | Mã cột | Thời gian | Bắt buộc điền
sxkd | plan | |
sxkd | Thực hiện trong kỳ | | có
sxkd | note | |
vh | actual | |
# Chỉ tiêu
Mã biểu | Mã số | Tên chỉ tiêu | Loại | Số thập phân | Công thức | Chỉ các cột | Mục tiêu theo năm
sxkd | 01 | Doanh thu | số | 2 | | | 2023: 15; 2024: 20
sxkd | 02 | Xuất khẩu | | 2 | | actual | |
sxkd | 03 | Tỷ trọng | | 1 | [02:actual] / [01:actual] | actual | |
vh | 01 | Danh hiệu | Lựa chọn | | | | |
# Lựa chọn
Mã biểu | Mã chỉ tiêu | Mã lựa chọn | Tên lựa chọn
vh | 01 | dat | Đạt
vh | 01 | chua | Chưa
# Quy tắc
Mã biểu | Mã quy tắc | Điều kiện | Mức độ
sxkd | KT1 | [02] <= [01] | cảnh báo
# Chữ ký
Nhóm | Cho các cấp | Dòng chữ
1 | cum | TRƯỞNG CỤM
2 | | T/M ĐẢNG ỦY
2 | | BÍ THƯ
"""

Grid = dict[str, list[list[Any]]]


def grid(text: str) -> Grid:
    """Sheets of a workbook from lines: `# name`, then the rows with bars between the cells."""
    sheets: Grid = {}
    for line in text.strip().splitlines():
        if line.startswith("# "):
            rows = sheets.setdefault(line.removeprefix("# "), [])
        else:
            rows.append([cell.strip() or None for cell in line.split("|")])
    return sheets


def book(sheets: Grid, changes: Mapping[str, object] | None = None) -> bytes:
    """A workbook of the sheets; changes are by place: "Biểu!A2"."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for place, value in (changes or {}).items():
        name, _, cell = place.rpartition("!")
        workbook[name][cell] = value
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def read(text: str = GOOD, /, **changes: object) -> tuple[Form | None, tuple[Finding, ...]]:
    return read_form(book(grid(text), changes), "bieu.xlsx")


def seen(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(item.code, f"{item.location.sheet}!{item.location.cell}") for item in found]


def usable(text: str = GOOD, /, **changes: object) -> Form:
    form, found = read(text, **changes)
    assert form is not None, found
    return form


def test_good_workbook() -> None:
    form, found = read()
    assert found == ()
    assert form is not None
    first, second = form.tables
    assert [measure.measure for measure in first.measures] == ["plan", "actual", "note"]
    assert first.measures[1].required is True
    assert [indicator.code for indicator in first.indicators] == ["01", "02", "03"]
    assert [option.option for option in second.indicators[0].options] == ["dat", "chua"]
    assert form.deadline is not None
    assert form.deadline.days_after_period == 5
    assert [[line.vi for line in one.lines] for one in form.signatures] == [["TRƯỞNG CỤM"], ["T/M ĐẢNG ỦY", "BÍ THƯ"]]


def test_english_headings_in_any_order_and_case_do_as_well() -> None:
    replaced = GOOD
    for vi, en in (("# Chỉ tiêu", "# INDICATORS"), ("Mã số", "code"), ("Tên chỉ tiêu", "Indicator  Name"),
                   ("| số |", "| NUMBER |"), ("Lựa chọn |", "choice |"), ("# Biểu mẫu", "# form")):  # fmt: skip
        replaced = replaced.replace(vi, en, 1)
    assert usable(replaced) == usable()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Sheets and headings
        ({"Chỉ tiêu!E1": "Số thập phâm"}, [("XR712", "Chỉ tiêu!E1")]),
        ({"Chỉ tiêu!B1": "Mã sô"}, [("XR712", "Chỉ tiêu!B1")]),
        ({"Chỉ tiêu!B1": "Nhóm theo dõi"}, [("XR729", "Chỉ tiêu!A1"), ("XR712", "Chỉ tiêu!B1")]),
        ({"Biểu mẫu!A5": "Cấp lập biêu"}, [("XR712", "Biểu mẫu!A5")]),
        ({"Biểu mẫu!A8": "Mã biểu mẫu", "Biểu mẫu!B8": "x"}, [("XR705", "Biểu mẫu!A8")]),
        # What rows belong to
        ({"Chỉ tiêu!A3": "sxkđ"}, [("XR703", "Chỉ tiêu!A3")]),
        ({"Chỉ tiêu!A3": None}, [("XR728", "Chỉ tiêu!A3")]),
        ({"Lựa chọn!B2": "07", "Lựa chọn!B3": "07"}, [("XR703", "Lựa chọn!B2")]),
        ({"Lựa chọn!A2": "vh2", "Lựa chọn!A3": "vh2", "Quy tắc!D2": "nặng"},
         [("XR703", "Lựa chọn!A2"), ("XR702", "Quy tắc!D2")]),
        ({"Chữ ký!A4": None}, [("XR728", "Chữ ký!A4")]),
        ({"Chữ ký!B4": "khoi"}, [("XR707", "Chữ ký!B4")]),
        # Values
        ({"Chỉ tiêu!D2": "sô"}, [("XR702", "Chỉ tiêu!D2")]),
        ({"Cột số liệu!D3": "chắc"}, [("XR702", "Cột số liệu!D3")]),
        ({"Chỉ tiêu!E2": "hai"}, [("XR702", "Chỉ tiêu!E2")]),
        ({"Chỉ tiêu!E2": 2.5}, [("XR702", "Chỉ tiêu!E2")]),
        ({"Chỉ tiêu!E2": "1.000"}, [("XR702", "Chỉ tiêu!E2")]),
        ({"Chỉ tiêu!H2": "2023"}, [("XR702", "Chỉ tiêu!H2")]),
        ({"Chỉ tiêu!H2": "2023: 15; 2023: 16"}, [("XR702", "Chỉ tiêu!H2")]),
        ({"Chỉ tiêu!H2": "2023: 15.125"}, [("XR702", "Chỉ tiêu!H2")]),
        ({"Chỉ tiêu!H2": "2023: mười"}, [("XR702", "Chỉ tiêu!H2")]),
        ({"Chỉ tiêu!C3": None}, [("XR702", "Chỉ tiêu!C3")]),
        ({"Biểu mẫu!B3": None}, [("XR702", "Biểu mẫu!B3")]),
        ({"Biểu mẫu!B4": "qúy"}, [("XR702", "Biểu mẫu!B4")]),
        ({"Biểu!A2": "SẢN XUẤT"}, [("XR702", "Biểu!A2"), ("XR703", "Cột số liệu!A2")]),
        ({"Chỉ tiêu!B4": "1.1"}, [("XR702", "Chỉ tiêu!B4")]),
        ({"Biểu!A4": datetime(2024, 1, 1), "Biểu!B4": "Ngày"},
         [("XR737", "Biểu!A4"), ("XR702", "Biểu!A4"), ("XR702", "Biểu!A4")]),
        ({"Chỉ tiêu!B4": date(2024, 7, 6)}, [("XR737", "Chỉ tiêu!B4")]),
        ({"Chỉ tiêu!B4": time(1, 2)}, [("XR737", "Chỉ tiêu!B4")]),
        ({"Chỉ tiêu!E2": "#REF!"}, [("XR206", "Chỉ tiêu!E2")]),
        ({"Chỉ tiêu!E2": "=1+1"}, [("XR207", "Chỉ tiêu!E2")]),
        ({"Chỉ tiêu!C2": "a" * 1001}, [("XR702", "Chỉ tiêu!C2")]),
        # What the model and the consistency checks see
        ({"Chỉ tiêu!D5": "số"}, [("XR702", "Chỉ tiêu!D5")]),
        ({"Chỉ tiêu!F4": "[02:actual] / [09]"}, [("XR703", "Chỉ tiêu!F4")]),
        ({"Chỉ tiêu!F4": "[02:actual] / "}, [("XR706", "Chỉ tiêu!F4")]),
        ({"Chỉ tiêu!G3": "actual; plam"}, [("XR703", "Chỉ tiêu!G3")]),
        # Of the two rows 01 one was meant to be 02, which is what formula and rule say.
        ({"Chỉ tiêu!B3": "01"}, [("XR705", "Chỉ tiêu!B3")]),
        ({"Quy tắc!C2": "[02] <= [02]"}, [("XR715", "Quy tắc!C2")]),
        ({"Cột số liệu!B5": "plan"}, [("XR714", "Cột số liệu!B5")]),
        ({"Biểu mẫu!A8": "Áp dụng từ kỳ", "Biểu mẫu!B8": "2024-Q5"}, [("XR702", "Biểu mẫu!B8")]),
        ({"Biểu mẫu!B5": "don-vi; don-vi"}, [("XR705", "Biểu mẫu!B5")]),
        ({"Chữ ký!B2": "cum; cum"}, [("XR705", "Chữ ký!B2")]),
        ({"Chỉ tiêu!H2": "2023: 15.1255"}, [("XR711", "Chỉ tiêu!H2")]),
        ({"Lựa chọn!D3": "Đạt"}, [("XR705", "Lựa chọn!C3")]),
        # Several at once, in the order of sheets, rows and columns
        ({"Quy tắc!D2": "nặng", "Chỉ tiêu!E2": "hai", "Chỉ tiêu!D2": "sô", "Biểu!B2": None},
         [("XR702", "Biểu!B2"), ("XR702", "Chỉ tiêu!D2"), ("XR702", "Chỉ tiêu!E2"), ("XR702", "Quy tắc!D2")]),
        ({"Biểu mẫu!B4": "qúy", "Biểu mẫu!B5": "don-vi; don-vi", "Chỉ tiêu!B3": "01", "Chỉ tiêu!F4": "[01:actual",
          "Chỉ tiêu!E2": "hai", "Quy tắc!C2": "[07] <= [01]", "Cột số liệu!C3": "tháng"},
         [("XR702", "Biểu mẫu!B4"), ("XR705", "Biểu mẫu!B5"), ("XR702", "Cột số liệu!C3"), ("XR702", "Chỉ tiêu!E2"),
          ("XR705", "Chỉ tiêu!B3"), ("XR706", "Chỉ tiêu!F4"), ("XR703", "Quy tắc!C2")]),
    ],
)  # fmt: skip
def test_every_mistake_is_found_at_its_cell(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    form, found = read(**changes)
    assert seen(found) == expected
    assert (form is None) == any(item.is_error for item in found)
    for item in found:
        for language in LANGUAGES:
            assert message(item, texts(language))
            assert hint(item, texts(language))


def test_missing_sheets_are_named_and_misspelt_ones_recognised() -> None:
    sheets = grid(GOOD)
    without = {name: rows for name, rows in sheets.items() if name not in ("Cột số liệu", "Quy tắc")}
    form, found = read_form(book(without), "f.xlsx")
    assert form is None
    assert [(item.code, item.params["sheet"]) for item in found if item.code == "XR713"] == [
        ("XR713", {"vi": "Cột số liệu", "en": "Measures"})
    ]
    misspelt = {"Quy tăc" if name == "Quy tắc" else name: rows for name, rows in sheets.items()}
    form, found = read_form(book(misspelt), "f.xlsx")
    assert form is None
    assert [(item.code, item.location.sheet, item.params["suggestion"]) for item in found] == [
        ("XR712", "Quy tăc", {"vi": "Quy tắc", "en": "Rules"})
    ]


def test_own_notes_are_left_alone_and_told() -> None:
    form, found = read(**{"Chỉ tiêu!J1": "Theo dõi của văn phòng", "Chỉ tiêu!J2": "đã thống nhất"})
    assert form is not None
    assert [(item.code, item.severity.value, item.location.cell) for item in found] == [("XR712", "info", "J1")]


def test_suggestions() -> None:
    def only(**changes: object) -> str:
        item = next(item for item in read(**changes)[1])
        return f"{message(item, texts('vi'))} {hint(item, texts('vi'))}"

    assert "“Số thập phâm”" not in only(**{"Chỉ tiêu!E1": "Số thập phâm"})
    assert "Số thập phân" in only(**{"Chỉ tiêu!E1": "Số thập phâm"})
    assert '"1-1"' in only(**{"Chỉ tiêu!B4": "1.1"})
    assert '"san-xuat"' in only(**{"Biểu!A2": "SẢN XUẤT"})
    assert "sxkd" in only(**{"Chỉ tiêu!A3": "sxkđ"})
    assert "“cảnh báo”" in only(**{"Quy tắc!D2": "cảnh bao"})
    assert "“số”" in only(**{"Chỉ tiêu!D2": "sô"})
    assert "Loại" in only(**{"Chỉ tiêu!D2": "con số lớn"})
    (item,) = read(**{"Lựa chọn!B2": "07", "Lựa chọn!B3": "07"})[1]
    assert [place.cell for place in item.related] == ["B3"]
    assert "trang “Lựa chọn”" in only(**{"Chỉ tiêu!D5": "số"})


@pytest.mark.parametrize(
    ("text", "pattern", "code"),
    [
        ("1.1", CODE_PATTERN, "1-1"),
        ("SẢN XUẤT", NAME_PATTERN, "san-xuat"),
        ("CHỈ TIÊU", CODE_PATTERN, "CHI-TIEU"),
        (unicodedata.normalize("NFD", "Đảng viên"), NAME_PATTERN, "dang-vien"),
        ("Kế hoạch (năm)", MEASURE_PATTERN, "ke_hoach_nam"),
        ("1. Sản xuất", NAME_PATTERN, ""),
        ("???", CODE_PATTERN, ""),
        ("a" * 40, CODE_PATTERN, "a" * 16),
    ],
)
def test_code_that_was_meant(text: str, pattern: str, code: str) -> None:
    assert suggested_code(text, pattern) == code


# The same mistakes in YAML

YAML = """form: vi-du
title: Báo cáo
frequency: quarter
filled_by: [don-vi]
tables:
  - table: sxkd
    title: Sản xuất
    measures: [plan, actual]
    indicators:
      - {code: "01", name: A}
      - {code: "02", name: B}
    rules:
      - {code: KT1, assert: "[02] <= [01]"}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "suggestion"),
    [
        ('code: "02"', 'code: "1.1"', 11, "XR702", '"1-1"'),
        ("table: sxkd", "table: SẢN XUẤT", 6, "XR702", '"san-xuat"'),
        ('code: "02"', 'code: "CHỈ TIÊU"', 11, "XR702", '"CHI-TIEU"'),
        ("frequency: quarter", "frequency: quarter\nvalid_from: Q1/2024", 4, "XR702", "2024-Q1"),
        ("[plan, actual]", "[plan, plan_to, actual]", 8, "XR714", "plan_to"),
        ("[02] <= [01]", "[02] <= [02]", 13, "XR715", "KT1"),
        ("[02] <= [01]", "[02] / 0 <= [01]", 13, "XR715", "KT1"),
        ("[don-vi]", "[don-vi, cum, don-vi]", 4, "XR705", "don-vi"),
        ("name: A", "name: &a A", 10, "XR717", "&a"),
        ("name: B", "name: B, measures: [actual, actual]", 11, "XR705", "actual"),
    ],
)
def test_same_mistakes_in_yaml(old: str, new: str, line: int, code: str, suggestion: str) -> None:
    assert read_form(YAML.encode(), "f.yaml")[1] == ()
    _, found = read_form(YAML.replace(old, new, 1).encode(), "f.yaml")
    mine = [item for item in found if item.location.cell == str(line)]
    assert [item.code for item in mine] == [code]
    assert suggestion in f"{message(mine[0], texts('vi'))} {hint(mine[0], texts('vi'))}"


def test_anchor_that_is_repeated_is_used() -> None:
    text = YAML.replace("name: A", "name: &a A").replace("name: B", "name: *a")
    assert read_form(text.encode(), "f.yaml")[1] == ()


# Codes that Excel made numbers of


def test_codes_keep_their_zeros() -> None:
    """01 is named by formulas, 03 has as many digits as its neighbour, options go with the code of their table."""
    form, found = read(**{"Chỉ tiêu!B2": 1, "Chỉ tiêu!B4": 3.0, "Chỉ tiêu!B5": 1, "Lựa chọn!B3": 1})
    assert form == usable()
    assert seen(found) == [("XR716", f"Chỉ tiêu!B{row}") for row in (2, 4, 5)] + [("XR716", "Lựa chọn!B3")]
    assert [item.params["read"] for item in found] == ["01", "03", "01", "01"]


def test_numbers_that_nothing_makes_codes_with_zeros_stay() -> None:
    plain = GOOD.replace("| 01 | Danh hiệu", "| 7 | Danh hiệu").replace("vh | 01 |", "vh | 7 |")
    form, found = read(plain, **{"Chỉ tiêu!B5": 7, "Lựa chọn!B2": 7, "Lựa chọn!B3": 7})
    assert found == ()
    assert form == usable(plain)


def test_decomposed_text_is_composed() -> None:
    sheets = grid(unicodedata.normalize("NFD", GOOD))
    form, found = read_form(book(sheets), "f.xlsx")
    assert found == ()
    assert form == usable()


# Nothing that stands in a cell is a traceback

ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1901, 1, 1)),
    st.times(),
    st.sampled_from(
        ["#REF!", "#N/A", "=1/0", "x" * 32_000, ";" * 3000, '"' * 999, "a: b; " * 500, "[", "]", "..", "1..", "4..5..6",
         " ", "\n", "/", "a/b/c", "(không có)", "(none)", ":", "1e999", "NaN", "∞", "=", "@x", "01", "có", "TRUE",
         unicodedata.normalize("NFD", "quý"), "\u200b", "🏭", "2024-Q1", "30/3/2024", "cum: 3; cum: 4", "a: 2024-13-01"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe"), max_size=9),
)  # fmt: skip


STANDARD = form_workbook(load_form(ROOT / "templates" / "cum-quy.yaml"), "vi")
SHEETS: Grid = {
    sheet.title: [[cell.value for cell in row[:33]] for row in sheet.iter_rows(max_row=30)]
    for sheet in openpyxl.load_workbook(io.BytesIO(STANDARD))
    if sheet.title not in ("Hướng dẫn", "Danh mục")
}


@settings(max_examples=80)
@given(st.data())
def test_whatever_stands_in_a_cell_is_no_traceback(data: st.DataObject) -> None:
    changes: dict[str, object] = {}
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(sorted(SHEETS)))
        rows = SHEETS[name]
        row, column = data.draw(st.integers(1, len(rows))), data.draw(st.integers(1, len(rows[0])))
        cell = f"{openpyxl.utils.get_column_letter(column)}{row}"
        changes[f"{name}!{cell}"] = data.draw(ODD_VALUES)
    form, found = read_form(book(SHEETS, changes), "bieu.xlsx")
    assert (form is None) == any(item.is_error for item in found)
    for item in found:
        for language in LANGUAGES:
            assert message(item, texts(language))


# In a workspace


def test_form_in_both_notations_is_one_form_twice(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "xlreport.toml").write_text("", encoding="utf-8")
    (tmp_path / "forms" / "cum-quy.xlsx").write_bytes(STANDARD)
    (tmp_path / "forms" / "~$cum-quy.xlsx").write_bytes(b"lock")
    workspace = open_workspace(tmp_path)
    (form,) = load_forms(workspace)["cum-quy"]
    assert form == load_form(ROOT / "templates" / "cum-quy.yaml")
    (tmp_path / "forms" / "cum-quy.yaml").write_bytes((ROOT / "templates" / "cum-quy.yaml").read_bytes())
    with pytest.raises(UsageError) as error:
        load_forms(workspace)
    assert error.value.key == "form-twice"


def test_lists_to_choose_from_and_guidance_are_there() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(STANDARD))
    assert workbook.sheetnames[0] == "Hướng dẫn"
    assert workbook["Danh mục"].sheet_state != "visible"
    sheet = workbook["Chỉ tiêu"]
    headings = {cell.value: cell.column_letter for cell in sheet[1]}
    lists = {str(one.sqref).split("2:")[0] for one in sheet.data_validations.dataValidation}
    chosen = ("Mã biểu", "Loại", "Số làm tròn", "Tổng hợp qua đơn vị", "Tổng hợp qua thời gian", "Nguồn",
              "Bắt buộc điền", "Hướng tốt", "Kế hoạch từ–đến", "Cách ghi tăng, giảm")  # fmt: skip
    assert lists == {headings[name] for name in chosen}
    assert {cell.number_format for cell in sheet[headings["Mã số"]][1:]} == {"@"}
