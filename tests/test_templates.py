"""The issued workbook: its statutory look, what may be typed where, what it says of itself, and its live check."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from clerks import Filled, filled_books
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from oracles import differences, formula_cells, recalculate_formualizer, recalculate_libreoffice
from workbooks import RIGHT_ENTRIES, STANDARD_FORM, checked, standard_book

from xlreport.aggregation import Status
from xlreport.datapoints import DataPoint
from xlreport.findings.catalogue import message
from xlreport.forms.expressions import bind
from xlreport.forms.model import Absence, Form, Indicator, Kind, LocalText, MeasureRole
from xlreport.forms.roles import CellRole
from xlreport.grid.read import read_workbook
from xlreport.grid.writing import sheet_name as writable_name
from xlreport.language import texts
from xlreport.layout.identity import (
    Identity,
    Metadata,
    layout_fingerprint,
    marked_sheets,
    metadata_rows,
    own_rows,
    read_metadata,
)
from xlreport.layout.table import TableLayout, plan_table
from xlreport.numbers import readings
from xlreport.refs import parse_a1
from xlreport.sheets.entries import Entry, UnitBook, equals
from xlreport.sheets.unit_workbook import unit_workbook

BUSINESS, PARTY = "01a-CUM-Q", "01b-CUM-Q"
LANGUAGES = ("vi", "en")
FONT = "Times New Roman"
BLANK = {language: unit_workbook(standard_book(language=language)) for language in LANGUAGES}


def opened(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def filled_cells(sheet: Worksheet) -> Iterator[Cell]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


def texts_in(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in filled_cells(sheet)]


# --- the look -------------------------------------------------------------------------------------------

LOOKS: Mapping[str, tuple[str, ...]] = {
    "vi": (
        "Biểu số: 01a/CUM-Q",
        "Ngày nhận báo cáo: …/…/……",
        "Đơn vị báo cáo: Đơn vị 01 (giả định)",
        "Đơn vị nhận báo cáo: Cụm số 7",
        "KẾT QUẢ SẢN XUẤT, KINH DOANH VÀ AN SINH XÃ HỘI",
        "(Quý I năm 2024)",
        "Người lập biểu",
        "(Ký, họ tên)",
        "(Ký, họ tên, đóng dấu)",
        "………………, ngày …… tháng …… năm ………",
    ),
    "en": ("PRODUCTION, BUSINESS AND SOCIAL SECURITY", "(Quarter I of 2024)"),
}
LABELS = {
    "vi": [
        "STT", "Chỉ tiêu", "Mã số", "Đơn vị tính", "Kế hoạch năm", "Thực hiện trong kỳ", "Mức độ",
        "Lũy kế từ đầu năm", "Cùng kỳ năm trước", "% so với kế hoạch", "% so với cùng kỳ", "Ghi chú",
    ],
    "en": None,
}  # fmt: skip
NUMBERS = ["A", "B", "C", "D", "1", "2", None, "3", "4", "5=3/1", "6=2/4", None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_looks_as_statutory_forms_do(language: str) -> None:
    sheet = opened(BLANK[language])[BUSINESS]
    assert set(LOOKS[language]) <= set(texts_in(sheet))
    (numbers,) = [row for row in sheet.iter_rows(min_col=2, max_col=13) if row[0].value == "A"]
    assert [cell.value for cell in numbers] == NUMBERS
    labels = [sheet.cell(numbers[0].row - 1, cell.column).value for cell in numbers]
    assert labels == (LABELS[language] or labels)
    assert len(set(labels)) == len(labels)
    title = cell_with(sheet, LOOKS[language][4 if language == "vi" else 0])
    period = cell_with(sheet, LOOKS[language][5 if language == "vi" else 1])
    assert (title.font.bold, title.alignment.horizontal) == (True, "center")
    assert (period.font.italic, period.alignment.horizontal, period.row) == (True, "center", title.row + 1)


def cell_with(sheet: Worksheet, text: str) -> Cell:
    (found,) = [cell for cell in filled_cells(sheet) if cell.value == text]
    return found


@pytest.mark.parametrize(
    ("unit_type", "lines"),
    [
        ("dang-bo-co-so", ["T/M ĐẢNG ỦY", "BÍ THƯ", "(Ký, họ tên, đóng dấu)"]),
        ("chi-bo-co-so", ["T/M CHI ỦY", "BÍ THƯ", "(Ký, họ tên, đóng dấu)"]),
        (None, ["Thủ trưởng đơn vị", "(Ký, họ tên, đóng dấu)"]),
    ],
)
def test_the_signature_is_that_of_the_type_of_unit(unit_type: str | None, lines: list[str]) -> None:
    book = opened(unit_workbook(replace(standard_book(), unit_type=unit_type)))
    for sheet in (book[BUSINESS], book[PARTY]):
        place = cell_with(sheet, "………………, ngày …… tháng …… năm ………")
        below = [sheet.cell(place.row + offset, place.column).value for offset in range(1, 4)]
        assert [text for text in below if text] == lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_on_a4_with_its_heading_on_every_page(language: str) -> None:
    book = opened(BLANK[language])
    for sheet in book.worksheets[:-1]:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1) == ("landscape", 9, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert FONT in sheet.oddFooter.left.font + sheet.oddFooter.right.font
    for sheet in (book[BUSINESS], book[PARTY]):
        numbers = cell_with(sheet, "B")
        assert sheet.print_title_rows == f"${numbers.row - 1}:${numbers.row}"
        assert parse_a1(sheet.freeze_panes).row == numbers.row
        last = max(cell.row for cell in filled_cells(sheet))
        assert last <= parse_a1(sheet.print_area.split(":")[-1]).row + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_font_everywhere(language: str) -> None:
    book = opened(BLANK[language])
    fonts = {cell.font.name for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert fonts == {FONT}


# --- what may be typed where ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_inputs_are_open_and_all_else_is_locked(language: str) -> None:
    book = opened(BLANK[language])
    for sheet in book.worksheets[:-1]:
        assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    roles = standard_book().bound.roles
    for table in standard_book().bound.tables:
        sheet, layout = book[sheet_name(table.number)], plan_table(table)
        inputs = {
            layout.cell(*point[1:])
            for point, role in roles.items()
            if role is CellRole.INPUT and point[0] == table.table
        }
        open_cells = {
            (cell.row - 1, cell.column - 1) for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        assert open_cells == inputs | {layout.status_cell}
    assert not [
        cell
        for name in (0, -2)
        for row in book.worksheets[name].iter_rows()
        for cell in row
        if not cell.protection.locked
    ]


def sheet_name(number: str | None) -> str:
    return (number or "").replace("/", "-")


def test_inputs_are_told_from_computed_cells_by_their_colour() -> None:
    sheet = opened(BLANK["vi"])[BUSINESS]
    row = cell_with(sheet, "Tổng doanh thu").row
    fills = [sheet.cell(row, column).fill.start_color.rgb for column in range(6, 13)]
    plan, actual, qualifier, cumulative, same_period, completion, index = fills
    assert plan == actual == qualifier == same_period != cumulative == completion == index


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_input_that_is_not_free_text_is_validated_in_the_language(language: str) -> None:
    book = opened(BLANK[language])
    words = texts(language)
    for table in standard_book().bound.tables:
        sheet, layout = book[sheet_name(table.number)], plan_table(table)
        rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        for point, indicator, measure in inputs_of(standard_book(), table.table):
            rule = rules.get(sheet.cell(*one_based(layout, point)).coordinate)
            if measure is MeasureRole.NOTE:
                assert rule is None
                continue
            assert rule is not None
            is_list = measure is MeasureRole.QUALIFIER or indicator.kind is Kind.CHOICE
            assert rule.type == ("list" if is_list else "custom")
            assert rule.errorTitle == words("template.error_title")
            assert rule.errorStyle in (None, "stop")
            if not is_list:
                assert rule.promptTitle == words("template.input_title", code=indicator.code)
                assert '"không phát sinh"' in rule.prompt + rule.error


def one_based(layout: TableLayout, point: DataPoint) -> tuple[int, int]:
    row, column = layout.cell(point.indicator, point.measure)
    return row + 1, column + 1


def inputs_of(book: UnitBook, table: str) -> Iterator[tuple[DataPoint, Indicator, MeasureRole]]:
    for cell in book.bound.cells:
        if cell.role is CellRole.INPUT and cell.point.table == table:
            yield cell.point, cell.indicator, cell.measure.role


def test_choices_come_from_the_hidden_sheet() -> None:
    book = opened(BLANK["vi"])
    sheet = book[PARTY]
    (rule,) = [
        rule
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list" and sheet[str(rule.sqref)].row > 10
    ]
    name, area = rule.formula1.replace("'", "").split("!")
    options = [cell.value for (cell,) in book[name][area.replace("$", "")]]
    assert options == ["Đạt chuẩn, kiểu mẫu", "Đạt chuẩn", "Mới đăng ký", "Chưa đăng ký"]


@settings(max_examples=25)
@given(filled_books())
def test_messages_stay_within_what_programs_show(filled: Filled) -> None:
    for sheet in opened(unit_workbook(filled.book)).worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert max(map(shown_length, (rule.promptTitle, rule.errorTitle))) <= 32
            assert max(map(shown_length, (rule.prompt, rule.error, rule.formula1))) <= 255


def shown_length(text: str | None) -> int:
    """Spreadsheet programs count in UTF-16 code units."""
    return len((text or "").encode("utf-16-le")) // 2


# --- what it says of itself -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_and_metadata_are_out_of_sight(language: str) -> None:
    book = opened(BLANK[language])
    states = [sheet.sheet_state for sheet in book.worksheets]
    assert states == ["visible"] * 4 + ["veryHidden"]
    assert book.sheetnames[1:3] == [BUSINESS, PARTY]
    for sheet in (book[BUSINESS], book[PARTY]):
        assert sheet.row_dimensions[1].hidden
        assert sheet.column_dimensions["A"].hidden
        last = parse_a1(sheet.print_area.split(":")[-1]).column
        outside = {cell.column for cell in filled_cells(sheet) if cell.column > last + 1}
        hidden = [look for look in sheet.column_dimensions.values() if look.hidden]
        assert outside
        assert outside <= {column for look in hidden for column in range(look.min, look.max + 1)}


@settings(max_examples=40)
@given(filled_books(), st.none() | st.just("0" * 64))
def test_the_metadata_come_back(filled: Filled, corrects: str | None) -> None:
    book = replace(filled.book, corrects=corrects)
    form = book.bound.form
    workbook = read_workbook(unit_workbook(book), "x.xlsx").workbook
    assert workbook is not None
    identity = Identity(form.form, form.version, book.unit, book.bound.period.code)
    assert book.bound.filler is not None
    metadata = Metadata(
        identity, book.unit_name, book.unit_type, form.to_json(), layout_fingerprint(form), corrects,
        book.unit_level, book.bound.filler.reports,
    )  # fmt: skip
    found = read_metadata(workbook)
    assert found == metadata
    assert found.usable_definition() == form
    assert [(sheet.table, sheet.identity) for sheet in marked_sheets(workbook)] == [
        (table.table, identity) for table in book.bound.tables
    ]
    assert max(map(len, metadata_rows(metadata, own_rows(metadata)))) <= 8000


def test_the_layout_fingerprint_tells_moved_cells() -> None:
    table = STANDARD_FORM.tables[0]
    moved = replace_table(indicators=(table.indicators[1], table.indicators[0], *table.indicators[2:]))
    renamed = replace_table(title=STANDARD_FORM.title)
    assert len({layout_fingerprint(form) for form in (STANDARD_FORM, moved, renamed)}) == 2
    assert layout_fingerprint(renamed) == layout_fingerprint(STANDARD_FORM)


def replace_table(**changes: object) -> Form:
    first, *others = STANDARD_FORM.tables
    return STANDARD_FORM.model_copy(update={"tables": (first.model_copy(update=changes), *others)})


SCRIPT = """
import hashlib
from workbooks import RIGHT_ENTRIES, standard_book
from xlreport.sheets.unit_workbook import unit_workbook
for language in ("vi", "en"):
    print(hashlib.sha256(unit_workbook(standard_book(RIGHT_ENTRIES, language))).hexdigest())
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/Anchorage", "LC_ALL": "vi_VN.UTF-8", "LANG": "de_DE.UTF-8"},
    ],
)
def test_same_input_same_bytes(surroundings: dict[str, str]) -> None:
    here = [hashlib.sha256(unit_workbook(standard_book(RIGHT_ENTRIES, language))).hexdigest() for language in LANGUAGES]
    paths = os.pathsep.join(str(path) for path in (Path(__file__).parent, Path(__file__).parent.parent))
    environment = {**os.environ, **surroundings, "PYTHONPATH": paths}
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == here


# --- the live check -------------------------------------------------------------------------------------


def as_formualizer_compares(filled: Filled) -> UnitBook:
    """The same entries, but "KHÔNG" written as the form has it.

    Excel and LibreOffice compare texts without case in every alphabet, formualizer in the Latin one without
    diacritics only.
    """
    book = filled.book
    entries = {
        cell.point: in_the_forms_own_spelling(book.entries[cell.point], cell.indicator, book)
        for cell in book.bound.cells
        if cell.point in book.entries
    }
    return replace(book, entries=entries)


def in_the_forms_own_spelling(entry: Entry, indicator: Indicator, book: UnitBook) -> Entry:
    labels = [option.name.pick(book.language) for option in indicator.options]
    words = (*book.bound.form.absence.tokens, *labels)
    return next((word for word in words if equals(entry, word)), entry)


@settings(max_examples=40)
@given(filled_books())
def test_live_formulas_agree_with_what_is_stored(filled: Filled) -> None:
    data = unit_workbook(as_formualizer_compares(filled))
    assert differences(data, recalculate_formualizer(data)) == []


WRONG_ENTRIES: list[Entry] = [
    "mười",
    "12 tỷ",
    "9.605",
    "5%",
    " - ",
    "kieu-mau",
    "Attained",
    Decimal(-3),
    Decimal(10**15 - 1),
    "#REF!",
]


@st.composite
def standard_entries(draw: st.DrawFn) -> dict[DataPoint, Entry]:
    """Entries of the standard form as clerks make them: mostly right, some blank, some wrong."""
    entries: dict[DataPoint, Entry] = {}
    for cell in standard_book().bound.cells:
        if cell.role is CellRole.INPUT and cell.measure.role is MeasureRole.FIGURE:
            entry = draw(_entry(RIGHT_ENTRIES.get(cell.point), cell.indicator.decimals))
            if entry is not None:
                entries[cell.point] = entry
    return entries


@st.composite
def _entry(draw: st.DrawFn, right: Entry | None, decimals: int) -> Entry | None:
    if draw(st.integers(0, 9)) < 7:
        return right
    figures = st.builds(lambda digits: Decimal(digits).scaleb(-decimals), st.integers(0, 4000))
    words: st.SearchStrategy[Entry] = st.sampled_from(["-", "x"]) | st.sampled_from(WRONG_ENTRIES)
    return draw(figures | words | st.none())


@settings(max_examples=25)
@given(standard_entries(), st.sampled_from(LANGUAGES))
def test_the_check_sheet_agrees_with_what_is_stored(entries: dict[DataPoint, Entry], language: str) -> None:
    data = unit_workbook(standard_book(entries, language))
    assert differences(data, recalculate_formualizer(data)) == []


@pytest.mark.libreoffice
def test_libreoffice_sees_the_check_sheet_as_we_do(tmp_path: Path) -> None:
    wrong = {**RIGHT_ENTRIES, DataPoint("sxkd", "02", "actual"): "KHÔNG", DataPoint("sxkd", "04", "actual"): "mười",
             DataPoint("xdd", "06", "actual"): Decimal(1), DataPoint("xdd", "07", "actual"): "ĐẠT CHUẨN"}  # fmt: skip
    books = {"blank": standard_book(), "right": standard_book(RIGHT_ENTRIES), "wrong": standard_book(wrong)}
    paths = {}
    for name, book in books.items():
        paths[name] = tmp_path / f"{name}.xlsx"
        paths[name].write_bytes(unit_workbook(book))
    recalculated = recalculate_libreoffice(list(paths.values()), tmp_path)
    assert {name: differences(path.read_bytes(), recalculated[path]) for name, path in paths.items()} == {
        name: [] for name in books
    }


def status_line(data: bytes) -> str:
    """What every sheet says, which must be the same."""
    cells = formula_cells(data)
    lines = {str(cell.stored) for cell in cells.values() if "lỗi cần sửa" in cell.formula}
    assert len(lines) == 1
    return lines.pop()


@settings(max_examples=40)
@given(standard_entries())
def test_the_status_line_counts_the_errors_that_the_check_finds(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[DataPoint, Entry]
) -> None:
    known = {point: entry for point, entry in entries.items() if not is_understood_by_the_check_only(entry)}
    data = unit_workbook(standard_book(known))
    errors = [item for item in checked(data, tmp_path_factory.getbasetemp()).findings if item.is_error]
    assert status_line(data) == (f"Còn {len(errors)} lỗi cần sửa" if errors else "Đủ điều kiện gửi")


@settings(max_examples=40)
@given(filled_books())
def test_any_form_is_ready_exactly_when_the_check_accepts_it(
    tmp_path_factory: pytest.TempPathFactory, filled: Filled
) -> None:
    book = plainly_spelled(filled)
    data = unit_workbook(book)
    errors = [item for item in checked(data, tmp_path_factory.getbasetemp()).findings if item.is_error]
    ready, before, after = (
        texts(book.language)(f"template.{key}") for key in ("ready", "errors_before", "errors_after")
    )
    lines = {cell.stored for cell in formula_cells(data).values() if f'"{ready}"' in cell.formula}
    assert lines == {f"{before}{len(errors)}{after}" if errors else ready}


def plainly_spelled(filled: Filled) -> UnitBook:
    """Every answer as its list has it: the reader understands more spellings than a formula can."""
    book = filled.book
    entries = dict(book.entries)
    for cell in book.bound.cells:
        typed = filled.typed.get(cell.point)
        if typed is None or cell.measure.role is not MeasureRole.FIGURE:
            continue
        if cell.indicator.is_choice:
            option = cell.indicator.option(typed.text or "")
            assert option is not None
            entries[cell.point] = option.name.pick(book.language)
        elif cell.indicator.is_numeric and isinstance(typed.entry, str):
            tokens = absence_tokens(book.bound.form.absence, is_nil=typed.value is not None)
            entries[cell.point] = tokens[0]
        elif typed.status is Status.NOT_APPLICABLE:
            entries[cell.point] = book.bound.form.absence.tokens[0]
        elif cell.indicator.kind is Kind.DATE and typed.text is not None:
            entries[cell.point] = date.fromisoformat(typed.text)
    return replace(book, entries=entries)


def absence_tokens(absence: Absence, *, is_nil: bool) -> tuple[str, ...]:
    return absence.nil if is_nil else absence.not_applicable


#: What a formula in a cell cannot know, and what the check makes of it: (cell, entry) → (ready, accepted).
REVENUE, CULTURE = DataPoint("sxkd", "01", "actual"), DataPoint("xdd", "07", "actual")
EXCEPTIONS: Mapping[tuple[DataPoint, Entry], tuple[bool, bool]] = {
    (REVENUE, "299,99"): (False, True),  # a number typed as text: read with a note
    (REVENUE, "\N{NO-BREAK SPACE}299,99"): (False, True),
    (REVENUE, " - "): (False, True),  # spaces around a token
    (CULTURE, "kieu-mau"): (False, True),  # an option by its code
    (CULTURE, "Attained, exemplary"): (False, True),  # or by its name in the other language
    (REVENUE, Decimal("299.9912")): (True, True),  # rounded with a note
}


@pytest.mark.parametrize(("point", "entry"), EXCEPTIONS)
def test_what_only_the_check_can_know(point: DataPoint, entry: Entry, tmp_path: Path) -> None:
    data = unit_workbook(standard_book({**RIGHT_ENTRIES, point: entry}))
    file = checked(data, tmp_path)
    assert (status_line(data) == "Đủ điều kiện gửi", file.outcome == "accepted") == EXCEPTIONS[point, entry]
    assert differences(data, recalculate_formualizer(data)) == []


@pytest.mark.parametrize("figure", [Decimal("299.991"), Decimal(10**15)])
def test_numbers_that_cannot_be_meant_are_wrong_to_both(figure: Decimal, tmp_path: Path) -> None:
    """Three decimals where two are asked for are perhaps thousands; more than 15 digits no cell holds."""
    data = unit_workbook(standard_book({**RIGHT_ENTRIES, REVENUE: figure}))
    errors = [item.code for item in checked(data, tmp_path).findings if item.is_error]
    assert errors == ["XR204" if figure < 1000 else "XR209"]
    assert status_line(data) == "Còn 1 lỗi cần sửa"


def is_understood_by_the_check_only(entry: Entry) -> bool:
    return isinstance(entry, str) and (bool(readings(entry)) or entry in (" - ", "kieu-mau", "Attained"))


@pytest.mark.parametrize(("minimum", "accepted"), [(None, True), (0, True), (5, False)])
def test_nil_is_zero_and_keeps_within_the_bounds(minimum: int | None, accepted: bool, tmp_path: Path) -> None:
    """One meaning in the validation, in the live check and in the reader."""
    bound = None if minimum is None else Decimal(minimum)
    first = STANDARD_FORM.tables[0].indicators[0].model_copy(update={"minimum": bound})
    form = replace_table(indicators=(first, *STANDARD_FORM.tables[0].indicators[1:]))
    book = standard_book({**RIGHT_ENTRIES, REVENUE: "-", DataPoint("sxkd", "02", "actual"): "-"})
    data = unit_workbook(replace(book, bound=bind(form, book.bound.period, book.bound.filler)))
    rules = opened(data)[BUSINESS].data_validations.dataValidation
    (rule,) = [rule for rule in rules if str(rule.sqref) == "G12"]
    assert ('G12="-"' in rule.formula1, '"-"' in rule.error) == (accepted, accepted)
    assert (status_line(data) == "Đủ điều kiện gửi", checked(data, tmp_path).outcome == "accepted") == (accepted,) * 2


def test_a_blank_workbook_says_what_is_missing(tmp_path: Path) -> None:
    blank, right = BLANK["vi"], unit_workbook(standard_book(RIGHT_ENTRIES))
    required = [item.code for item in checked(blank, tmp_path).findings]
    assert required == ["XR301"] * 13
    assert status_line(blank) == "Còn 13 lỗi cần sửa"
    assert status_line(right) == "Đủ điều kiện gửi"


def test_every_rule_has_its_line_and_links_to_its_cell() -> None:
    book = opened(unit_workbook(standard_book(RIGHT_ENTRIES)), values=True)
    sheet = book.worksheets[-2]
    lines = {row[1].value: (row[3].value, row[5].hyperlink) for row in sheet.iter_rows(min_row=6) if row[1].value}
    rules = [bound.rule.code for bound in standard_book().bound.rules]
    assert list(lines) == rules
    assert {code: lines[code][0] for code in rules} == dict.fromkeys(rules, "✓") | {"KT5": "chưa đủ số liệu"}
    for code, (_, link) in lines.items():
        name, cell = link.location.replace("'", "").split("!")
        assert name in (BUSINESS, PARTY)
        row, column = parse_a1(cell)
        assert book[name].cell(row + 1, 4).value in {"01", "02", "06", "13", "15", "05"}, code
        assert column >= 5


def test_a_warning_is_doubtful_and_keeps_nothing_back() -> None:
    data = unit_workbook(standard_book({**RIGHT_ENTRIES, DataPoint("sxkd", "02", "actual"): Decimal(400)}))
    sheet = opened(data, values=True).worksheets[-2]
    results = {row[1].value: row[3].value for row in sheet.iter_rows(min_row=6) if row[1].value}
    assert results["KT1"] == "!"
    assert status_line(data) == "Đủ điều kiện gửi"
    assert differences(data, recalculate_formualizer(data)) == []


def test_conditions_name_the_column_where_it_matters() -> None:
    sheet = opened(BLANK["vi"]).worksheets[-2]
    conditions = {row[1].value: str(row[2].value) for row in sheet.iter_rows(min_row=6) if row[1].value}
    assert conditions["KT1"] == "[02] Nộp ngân sách nhà nước không được lớn hơn [01] Tổng doanh thu"
    assert conditions["KT3"].startswith(
        "[01] Tổng doanh thu (Lũy kế từ đầu năm) không được nhỏ hơn [01] Tổng doanh thu (Thực hiện trong kỳ), đồng thời"
    )


def test_the_check_sheet_says_what_should_hold_and_the_finding_what_the_form_says(tmp_path: Path) -> None:
    text = LocalText(vi="Nộp ngân sách vượt doanh thu")
    rules = tuple(
        rule.model_copy(update={"message": text, "severity": "error"}) if rule.code == "KT1" else rule
        for rule in STANDARD_FORM.tables[0].rules
    )
    entries = {**RIGHT_ENTRIES, DataPoint("sxkd", "02", "actual"): Decimal(400)}
    book = standard_book(entries)
    data = unit_workbook(replace(book, bound=bind(replace_table(rules=rules), book.bound.period, book.bound.filler)))
    sheet = opened(data, values=True).worksheets[-2]
    ((condition, result),) = [
        (row[2].value, row[3].value) for row in sheet.iter_rows(min_row=6) if row[1].value == "KT1"
    ]
    assert (condition, result) == ("[02] Nộp ngân sách nhà nước không được lớn hơn [01] Tổng doanh thu", "✗")
    (error,) = [item for item in checked(data, tmp_path).findings if item.is_error]
    assert message(error, texts("vi")).startswith(text.vi)


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("'Biểu'", [], "Biểu"),
        ("x" * 30 + "'y", [], "x" * 30),
        ("x" * 30 + "\N{FACTORY}", [], "x" * 30),
        ("x" * 29 + " '" + "y", [], "x" * 29),
        (" ' ' ", [], "Sheet"),
        ("01a/CUM-Q", ["01A-cum-q"], "01a-CUM-Q (2)"),
        ("_x0041_", [], "-x0041_"),
    ],
)
def test_names_of_sheets_are_such_as_programs_take(wanted: str, taken: list[str], name: str) -> None:
    assert writable_name(wanted, taken) == name
