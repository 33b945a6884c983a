"""The organisation register: reading it, what is wrong with it, and the tree on a day."""

from __future__ import annotations

import io
import time
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import DAY_0, GOOD, HEAD, LAST_CHANGE, LEVELS, book, changes, good, grid, registers, seen, units

from xlreport.findings import UnusableDefinition
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.organisation.consistency import check
from xlreport.organisation.load import load_register, read_register
from xlreport.organisation.model import Level, Membership, Register, UnitType
from xlreport.organisation.names import closest, fold
from xlreport.organisation.records import parse_day
from xlreport.organisation.tree import Tree, at
from xlreport.organisation.worksheets import from_workbook, rows
from xlreport.organisation.yaml_notation import from_yaml
from xlreport.refs import Cell

# The tree


def test_a_unit_that_moved_is_in_one_cluster_on_each_day() -> None:
    before, after = at(good(), date(2024, 3, 7)), at(good(), date(2024, 3, 8))
    assert before.children("C7") == ("C7-02", "C7-01")
    assert before.children("C8") == ()
    assert after.children("C7") == ("C7-01",)
    assert after.children("C8") == ("C7-02",)
    assert after.path("C7-02") == ("K", "C8", "C7-02")
    assert after.ancestors("C7-02") == ("C8", "K")
    assert before.roots == after.roots == ("K",)


def test_order_is_that_of_the_register_and_leaves_go_depth_first() -> None:
    tree = at(good(), date(2024, 1, 1))
    assert tree.codes == ("K", "C7", "C8", "C7-02", "C7-01")
    assert tree.subtree("K") == ("K", "C7", "C7-02", "C7-01", "C8")
    assert tree.leaves("K") == ("C7-02", "C7-01", "C8")
    assert tree.on_levels("K", {"don-vi"}) == ("C7-02", "C7-01")
    assert tree.leaves("C7-01") == ("C7-01",)


def test_nodes_titles_and_membership() -> None:
    tree = at(good(), date(2024, 1, 1))
    assert "C7" in tree
    assert "C9" not in tree
    assert len(tree) == 5
    assert tree.node("C7").name == "Cụm số 7"
    assert (tree.level_title("C7", "vi"), tree.level_title("C7", "en")) == ("Cụm", "Cluster")
    assert tree.parent("K") is None
    with pytest.raises(KeyError):
        tree.children("C9")


def test_titles_without_english_fall_back_to_vietnamese() -> None:
    assert Level("cum", "Cụm", "", 1).title("en") == "Cụm"
    assert UnitType("chi-bo", "Chi bộ", "").title("en") == "Chi bộ"


def test_a_chain_deeper_than_pythons_stack() -> None:
    levels = tuple(Level(f"L{i}", f"Cấp {i}", "", i) for i in range(3000))
    chain = tuple(Membership(f"N{i}", f"Nút {i}", f"L{i}", f"N{i - 1}" if i else None) for i in range(3000))
    tree = at(Register(levels, (), chain), date(2024, 1, 1))
    assert tree.leaves("N0") == ("N2999",)
    assert len(tree.ancestors("N2999")) == 2999


def test_five_thousand_nodes_are_checked_and_built_quickly() -> None:
    levels = tuple(Level(code, code, "", order) for order, code in enumerate("abc"))
    clusters = [Membership(f"C{i}", f"Cụm {i}", "b", "K") for i in range(50)]
    leaves = [Membership(f"U{i}", f"Đơn vị {i}", "c", f"C{i % 50}") for i in range(5000)]
    register = Register(levels, (), (Membership("K", "Khối", "a"), *clusters, *leaves))
    started = time.perf_counter()
    assert check(register) == ()
    tree = at(register, date(2024, 1, 1))
    assert sum(len(tree.leaves(f"C{i}")) for i in range(50)) == 5000
    assert time.perf_counter() - started < 5


# What is wrong, and where

MISTAKES = {
    "repeated row": (units("| A | A | cum | K | | | |", "| A | A | cum | K | | | |"), {("A4", "XR721")}),
    "code twice without days": (units("| A | A | cum | K | | | |", "| A | B | cum | K | | | |"), {("A4", "XR721")}),
    "code twice without days, and its own mistake": (
        units("| A | A | cum | K | | | |", "| A | B | cum | X | | | |"),
        {("A4", "XR721"), ("D4", "XR722")},
    ),
    "row without days beside one with days": (
        units("| A | A | cum | K | | | |", "| A | A | cum | K | | 2024-03-08 | |"),
        {("F4", "XR724")},
    ),
    "overlap": (
        units("| A | A | cum | K | | | 2024-03-08 |", "| A | A | cum | K | | 2024-03-08 | |"),
        {("F4", "XR724")},
    ),
    "gap": (
        units("| A | A | cum | K | | | 2024-03-06 |", "| A | A | cum | K | | 2024-03-08 | |"),
        {("F4", "XR733")},
    ),
    "unknown parent": (units("| A | A | cum | X | | | |"), {("D3", "XR722")}),
    "own parent": (units("| A | A | cum | A | | | |"), {("D3", "XR723")}),
    "cycle of two": (units("| A | A | cum | B | | | |", "| B | B | don-vi | A | | | |"), {("D3", "XR723")}),
    "cycle in the past only": (
        changes(
            "| A | A | cum | B | | | 2020-12-31 | | |",
            "| A | A | cum | K | | 2021-01-01 | | | 1-QĐ/ĐUK |",
            "| B | B | don-vi | A | | | | | |",
            "| U | U | don-vi | C | | | | | |",
        ),
        {("D4", "XR723")},
    ),
    "two roots": (units("| K2 | Khối 2 | khoi | | | | |"), {("D3", "XR725")}),
    "unknown level": (units("| A | A | cụmm | K | | | |"), {("C3", "XR726")}),
    "bad date": (units("| A | A | cum | K | | 8.3.2024 | |"), {("F3", "XR727")}),
    "no such day": (units("| A | A | cum | K | | | 30/2/2024 |"), {("G3", "XR727")}),
    "no name": (units("| A | | cum | K | | | |"), {("B3", "XR728")}),
    "no code": (units("| | A | cum | K | | | |", "| B | B | don-vi | A | | | |"), {("A3", "XR728")}),
    "no level": (units("| A | A | | K | | | |"), {("C3", "XR728")}),
    "ends before it starts": (units("| A | A | cum | K | | 2024-01-02 | 2024-01-01 |"), {("G3", "XR730")}),
    "parent ends first": (
        units("| A | A | cum | K | | | 2024-12-31 |", "| B | B | don-vi | A | | | |"),
        {("D4", "XR731")},
    ),
    "parent begins later": (
        units("| A | A | cum | K | | 2024-01-01 | |", "| B | B | don-vi | A | | 2023-12-31 | |"),
        {("D4", "XR731")},
    ),
    "path as code": (units("| ../x | A | cum | K | | | |"), {("A3", "XR732")}),
    "device as code": (units("| con | A | cum | K | | | |", "| Com1.x | B | cum | K | | | |"),
                       {("A3", "XR732"), ("A4", "XR732")}),
    "codes equal but for case": (units("| ab | A | cum | K | | | |", "| AB | B | cum | K | | | |"), {("A4", "XR732")}),
    "unknown type": (units("| A | A | don-vi | K | đảng bộ | | |"), {("E3", "XR734")}),
    "level not below its parent's": (
        units("| A | A | cum | K | | | |", "| B | B | cum | A | | | |"),
        {("C4", "XR735")},
    ),
    "one bad date hides what follows from it": (
        units("| A | A | cum | K | | hôm qua | 2024-03-07 |", "| A | A | cum | K | | 2024-03-20 | |",
              "| B | B | don-vi | A | | 2020-01-01 | |"),
        {("F3", "XR727")},
    ),
    "everything at once": (
        units("| A | A | cum | X | | | |", "| B | | cum | K | | 1.1 | |", "| C | C | tổ | K | lạ | | |"),
        {("D3", "XR722"), ("B4", "XR728"), ("F4", "XR727"), ("C5", "XR726"), ("E5", "XR734")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_in_its_cell_and_only_there(mistake: str) -> None:
    text, expected = MISTAKES[mistake]
    register, found = from_workbook(book(text), "organisation.xlsx")
    assert seen(found) == expected
    assert (register is None) == any(item.is_error for item in found)
    assert {(item.location.file, item.location.sheet) for item in found} == {("organisation.xlsx", "Đơn vị")}


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("| B | B | don-vi | C77 | | | |", "C7"),
        ("| B | B | don-vi | Cụm số 7 | | | |", "C7"),
        ("| B | B | don-vi | xyz | | | |", ""),
        ("| B | B | đơn vi | C7 | | | |", "don-vi"),
        ("| B | B | don-vi | C7 | chi bộ co sở | | |", "chi-bo"),
    ],
)
def test_suggestions(line: str, suggestion: str) -> None:
    _, found = from_workbook(book(units("| C7 | Cụm số 7 | cum | K | | | |", line)), "o.xlsx")
    assert [item.params["suggestion"] for item in found] == [suggestion]


@pytest.mark.parametrize("typed", ["CUM7", "cum 07", "CUM-007", "Cụm_7"])
def test_what_differs_in_zeros_signs_and_diacritics_only_is_nearest(typed: str) -> None:
    assert closest(typed, {fold(code): code for code in ("CUM-07", "CUM-17", "CUM-70", "CUM-77")}) == "CUM-07"


def test_days_of_gaps_and_absent_parents() -> None:
    gap = MISTAKES["gap"][0] + "\n| B | B | don-vi | A | | | |"
    _, found = from_workbook(book(gap), "o.xlsx")
    params = {item.code: item.params for item in found}
    assert params["XR733"]["first_day"] == params["XR733"]["last_day"] == date(2024, 3, 7)
    assert params["XR731"]["day"] == date(2024, 3, 7)


def test_a_root_may_replace_another() -> None:
    text = (f"{HEAD} Số văn bản |\n| K | K | khoi | | | | 2024-12-31 |\n| M | M | khoi | | | 2025-01-01 | | |\n"
            "| A | A | cum | K | | | 2024-12-31 |\n| A | A | cum | M | | 2025-01-01 | | 9-QĐ/TU |")  # fmt: skip
    register, found = from_workbook(book(text), "o.xlsx")
    assert found == ()
    assert register is not None
    assert at(register, date(2024, 12, 31)).path("A") == ("K", "A")
    assert at(register, date(2025, 1, 1)).path("A") == ("M", "A")


# Worksheets


def test_english_headings_in_any_order_below_a_title() -> None:
    sheet: list[list[Scalar]] = [
        ["Our organisation"],
        [],
        [None, "NOTE", "parent", "Valid  from", "NAME", "Code", "Level"],
        [None, "x", None, None, "Bloc", 7.0, "Bloc"],
        [None, None, None, None, None, None, None],
        [None, None, 7, datetime(2024, 1, 1), "A", "07", "cluster"],
    ]
    workbook = Workbook((Sheet("UNITS", sheet), Sheet("levels", grid(LEVELS))))
    register, found = from_workbook(workbook, "o.xlsx")
    assert found == ()
    assert register is not None
    assert register.memberships == (
        Membership("7", "Bloc", "khoi"),
        Membership("07", "A", "cum", "7", valid_from=date(2024, 1, 1)),
    )


def test_decomposed_text_is_read_as_composed() -> None:
    decomposed = [[unicodedata.normalize("NFD", str(cell or "")) or None for cell in row] for row in grid(GOOD)]
    register, _ = from_workbook(
        Workbook((Sheet(unicodedata.normalize("NFD", "Đơn vị"), decomposed), *book(GOOD).sheets[1:])), "o.xlsx"
    )
    assert register == good()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("| Mã | Tên | Mã cấp trên | Cơ quan |", {("A1", "XR729")}),
        ("| Mã | Tên | Cấp | Cấp trên |", {("D1", "XR729")}),
        ("| Mã | Tên | Cấp | Mã cấp trên | Hiệu lực tứ |", {("E1", "XR729")}),
        ("| Mã | Tên | Cấp | Mã cấp trên | Code |", {("E1", "XR705")}),
        ("| STT | Ghi chú |", {(None, "XR729")}),
    ],
)
def test_headings_that_are_missing_misspelt_or_repeated(head: str, expected: set[tuple[str, str]]) -> None:
    text = f"{head}\n| K | Khối | | |" if "Cấp |" not in head else f"{head}\n| K | Khối | khoi | |"
    _, found = from_workbook(book(text), "o.xlsx")
    assert {(item.location.cell, item.code) for item in found} == expected


@pytest.mark.parametrize(
    ("workbook", "expected"),
    [
        (book("", LEVELS), {"XR736"}),
        (book(units(), ""), {"XR736"}),
        (book(units("| A | A | cum | K | dang-bo | | |"), LEVELS, ""), {"XR736"}),
        (book(units("| A | A | cum | K | | | |"), LEVELS, ""), set()),
        (book(HEAD), {"XR725"}),
        (Workbook((*book(units()).sheets, Sheet("Units", grid(units())))), {"XR705"}),
        (book(units(), LEVELS + "| cum | Cụm khác | |"), {"XR705"}),
        (book(units(), LEVELS + "| to | | |"), {"XR728"}),
    ],
)
def test_missing_doubled_and_incomplete_sheets(workbook: Workbook, expected: set[str]) -> None:
    _, found = from_workbook(workbook, "o.xlsx")
    assert {code for _, code in seen(found)} == expected


def test_cells_that_show_an_error_or_nothing_are_reported_once() -> None:
    cells = grid(units("| A | A | cum | | | | |", "| B | B | don-vi | A | | | |"))
    sheet = Sheet("Đơn vị", cells, errors={Cell(2, 3): "#REF!"}, unstored=frozenset({Cell(3, 5)}))
    _, found = from_workbook(Workbook((sheet, *book(GOOD).sheets[1:])), "o.xlsx")
    assert seen(found) == {("D3", "XR206"), ("F4", "XR207")}


def test_a_code_that_became_a_date_is_not_taken_for_a_code() -> None:
    cells = grid(units("| ? | A | cum | K | | | |"))
    cells[2][0] = datetime(2024, 1, 1)
    _, found = from_workbook(Workbook((Sheet("Đơn vị", cells), *book(GOOD).sheets[1:])), "o.xlsx")
    assert seen(found) == {("A3", "XR737")}


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (date(2024, 3, 8), date(2024, 3, 8)),
        (datetime(2024, 3, 8), date(2024, 3, 8)),
        ("2024-03-08", date(2024, 3, 8)),
        (" 8/3/2024 ", date(2024, 3, 8)),
        ("31/12/2024", date(2024, 12, 31)),
        ("3/31/2024", None),
        ("08/03/24", None),
        ("20240308", None),
        (datetime(2024, 3, 8, 12), None),
        (45359, None),
        (True, None),
    ],
)
def test_days(value: Scalar, day: date | None) -> None:
    assert parse_day(value) == day


# YAML

YAML = """\
levels:
  - {code: khoi, title: {vi: Khối, en: Bloc}}
  - {code: cum, title: Cụm}
  - {code: don-vi, title: {vi: Đơn vị, en: Unit}}
unit_types:
  - {code: dang-bo, title: {vi: Đảng bộ cơ sở}}
units:
  - {code: K, name: Khối, level: khoi}
  - {code: 01, name: Cụm, level: Cụm, parent: K, valid_from: 2024-03-08, document: 475-TB/ĐUK}
  - {code: 01-1, name: no, level: don-vi, parent: 01, unit_type: dang-bo, valid_from: 8/3/2024, contact: 0912}
"""


def test_yaml_keeps_codes_and_numbers_as_they_are_written() -> None:
    register, found = from_yaml(YAML.encode(), "organisation.yaml")
    assert found == ()
    assert register is not None
    assert register.levels[1] == Level("cum", "Cụm", "", 1)
    assert register.memberships[1:] == (
        Membership("01", "Cụm", "cum", "K", valid_from=date(2024, 3, 8), document="475-TB/ĐUK"),
        Membership("01-1", "no", "don-vi", "01", "dang-bo", valid_from=date(2024, 3, 8), contact="0912"),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("parent: K", "parent: X", {("9", "XR722")}),
        ("name: Cụm, ", "", {("9", "XR728")}),
        ("name: Cụm, ", "name: Cụm, name: Cụm, ", {("9", "XR701")}),
        ("document:", "documnet:", {("9", "XR738")}),
        ("name: Cụm, ", "name: [Cụm], ", {("9", "XR702")}),
        ("name: Cụm, ", "name: !!python/name:os.system x, ", {("9", "XR701")}),
        ("  - {code: K, name: Khối, level: khoi}", "  - K", {("8", "XR702"), ("9", "XR722")}),
        ("code: dang-bo,", "code: chi-bo,", {("10", "XR734")}),
        ("units:", "đơn vị:", {("7", "XR738"), (None, "XR736")}),
        ("levels:\n", "levels: {a: 1}\nold:\n", {("1", "XR702"), ("2", "XR738")}),
        ("units:", "units: [", {("8", "XR701")}),
        (YAML, "- 1", {("1", "XR701")}),
        (YAML, "", {(None, "XR701")}),
        (YAML, "[" * 5000, {("1", "XR701")}),
        (YAML, "a: 1\n---\nb: 1", {("2", "XR701")}),
    ],
)
def test_mistakes_in_yaml_name_their_line(old: str, new: str, expected: set[tuple[str | None, str]]) -> None:
    assert old in YAML
    register, found = from_yaml(YAML.replace(old, new, 1).encode(), "organisation.yaml")
    assert register is None
    assert seen(found) == expected


def test_yaml_that_is_not_utf8_names_the_line() -> None:
    _, found = from_yaml(b"levels:\n  - \xff", "organisation.yml")
    assert seen(found) == {("2", "XR701")}


# Loading


def write_workbook(sheets: dict[str, list[list[Scalar]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "dd/mm/yyyy"}) as workbook:
        for name, lines in sheets.items():
            worksheet = workbook.add_worksheet(name)
            for row, values in enumerate(lines):
                worksheet.write_row(row, 0, values)
    return target.getvalue()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_written_workbook_loads_as_the_same_register(tmp_path: Path, language: str) -> None:
    path = tmp_path / "organisation.xlsx"
    path.write_bytes(write_workbook(rows(good(), language)))
    assert load_register(path) == good()


def test_a_register_with_errors_cannot_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "organisation.YAML"
    path.write_text(YAML.replace("parent: K", "parent: X"), encoding="utf-8")
    with pytest.raises(UnusableDefinition) as caught:
        load_register(path)
    assert seen(caught.value.findings) == {("9", "XR722")}


def test_a_register_with_warnings_can_be_loaded(tmp_path: Path) -> None:
    register, found = from_workbook(book(MISTAKES["gap"][0]), "o.xlsx")
    assert register is not None
    path = tmp_path / "organisation.xlsx"
    path.write_bytes(write_workbook(rows(register, "vi")))
    assert load_register(path) == register
    assert [item.code for item in read_register(path.read_bytes(), path.name)[1]] == [item.code for item in found]


@pytest.mark.parametrize("name", ["organisation.xlsx", "organisation.yaml"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableDefinition) as caught:
        load_register(tmp_path / name)
    assert [item.code for item in caught.value.findings] == ["XR101"]


def test_a_file_that_is_no_workbook() -> None:
    register, found = read_register(b"not a workbook", "organisation.xlsx")
    assert register is None
    assert any(item.is_error for item in found)


# Properties


@settings(deadline=None, max_examples=60)
@given(registers(), st.sampled_from(["vi", "en"]))
def test_rows_read_back_are_the_same_register(register: Register, language: str) -> None:
    sheets = tuple(Sheet(name, lines) for name, lines in rows(register, language).items())
    read, found = from_workbook(Workbook(sheets), "o.xlsx")
    assert read == register
    assert [item.code for item in found] == [item.code for item in check(register)]


@settings(deadline=None, max_examples=60)
@given(registers())
def test_every_day_has_each_node_once_and_a_tree_that_agrees_with_itself(register: Register) -> None:
    assert {item.code for item in check(register)} <= {"XR748"}
    for offset in range(-1, LAST_CHANGE + 2):
        day = DAY_0 + timedelta(offset)
        tree = at(register, day)
        assert tree.codes == tuple(row.code for row in register.memberships if row.valid_on(day))
        assert len(set(tree.codes)) == len(tree.codes)
        assert sorted(tree.subtree("N0")) == sorted(tree.codes)
        agrees(tree)


def agrees(tree: Tree) -> None:
    for code in tree.codes:
        leaves = [leaf for leaf in tree.codes if not tree.children(leaf) and code in tree.path(leaf)]
        assert sorted(tree.leaves(code)) == sorted(leaves)
        assert all(tree.parent(child) == code for child in tree.children(code))
        assert tree.path(code)[0] in tree.roots
        beneath = [leaf for child in tree.children(code) for leaf in tree.leaves(child)]
        assert list(tree.leaves(code)) == (beneath or [code])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_random_parents_never_hang_and_every_usable_register_is_a_tree(data: st.DataObject) -> None:
    codes = [f"N{i}" for i in range(data.draw(st.integers(1, 7)))]
    days = st.none() | st.integers(0, 3).map(lambda offset: DAY_0 + timedelta(offset))
    memberships = [
        Membership(code, code, "L0", data.draw(st.sampled_from([None, *codes])), None, data.draw(days), data.draw(days))
        for code in codes + data.draw(st.lists(st.sampled_from(codes), max_size=4))
    ]
    flat = Register((Level("L0", "x", "", 0),), (), tuple(memberships))
    found = [item for item in check(flat) if item.code != "XR735"]
    for offset in range(-1, 5):
        tree = at(flat, DAY_0 + timedelta(offset))
        is_tree = len(tree.roots) <= 1 and sorted(tree.subtree(tree.roots[0]) if tree.roots else ()) == sorted(
            tree.codes
        )
        assert is_tree or any(item.is_error for item in found)


def test_titles_in_english_only_stand_for_both_languages() -> None:
    text = """
levels:
  - {code: county, title: {en: County}}
  - {code: school, title: {en: School}}
units:
  - {code: CO, name: The county, level: county}
  - {code: S1, name: Oak school, level: school, parent: CO}
"""
    register, findings = read_register(text.encode(), "organisation.yaml")
    assert findings == ()
    assert register is not None
    assert [(level.vi, level.en) for level in register.levels] == [("County", "County"), ("School", "School")]
