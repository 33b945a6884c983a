"""Registers that went wrong: sheets, YAML, thousands of rows, and anything at any place. Never a traceback."""

from __future__ import annotations

import copy
import json
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example as given_example
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import GOOD, HEAD, LEVELS, TYPES, book, good, grid, seen, units, usable

from xlreport.findings import Finding, message
from xlreport.findings.catalogue import hint
from xlreport.grid.cells import Scalar, Sheet, Workbook
from xlreport.language import LANGUAGES, texts
from xlreport.organisation.history import moves
from xlreport.organisation.load import read_register, read_register_file
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.notation import HEADINGS, worded
from xlreport.organisation.records import plain_text
from xlreport.organisation.tree import at
from xlreport.organisation.worksheets import from_workbook
from xlreport.organisation.yaml_notation import LIMITS, from_yaml, to_yaml
from xlreport.outputs.register_book import register_workbook
from xlreport.refs import Cell

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = sorted(EXAMPLES.glob("*/organisation.yaml"))

Result = tuple[Register | None, tuple[Finding, ...]]


# Sheets that went wrong


def with_units(sheet: Sheet, *others: Sheet) -> Workbook:
    rest = others or (Sheet("Cấp", grid(LEVELS)), Sheet("Loại hình", grid(TYPES)))
    return Workbook((sheet, *rest))


def found_in(workbook: Workbook) -> tuple[Finding, ...]:
    return from_workbook(workbook, "o.xlsx")[1]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("Don vi", "Don vi"), ("Đơn vị (2)", "Đơn vị (2)"), ("Sheet1", "Sheet1"), ("ĐƠN  VỊ ", None)],
)
def test_a_sheet_under_another_name_is_suggested_by_its_name_or_its_headings(name: str, suggestion: str | None) -> None:
    found = found_in(with_units(Sheet(name, grid(GOOD))))
    assert [(item.code, item.params["suggestion"]) for item in found] == ([("XR736", suggestion)] if suggestion else [])


def test_headings_without_diacritics_are_not_overlooked() -> None:
    text = GOOD.replace("Hiệu lực đến", "Hieu luc den")
    assert [(item.location.cell, item.code) for item in found_in(with_units(Sheet("Đơn vị", grid(text))))] == [
        ("G1", "XR729")
    ]


MERGED = [
    # A parent over several rows: they are not without parent.
    (
        (Cell(2, 3), Cell(4, 3)),
        ["| C | C | cum | K | | | |", "| D | D | cum | | | | |", "| E | E | cum | | | | |"],
        "D3",
    ),
    ((Cell(3, 0), Cell(3, 1)), ["| C | C | cum | K | | | |", "| D | | cum | K | | | |"], "A4"),
]


@pytest.mark.parametrize(("merged", "lines", "cell"), MERGED)
def test_merged_cells_are_one_mistake(merged: tuple[Cell, Cell], lines: list[str], cell: str) -> None:
    sheet = Sheet("Đơn vị", grid(units(*lines)), merged=(merged, (Cell(9, 0), Cell(9, 3))))
    # Merged cells in which nothing stands, such as those of a signature, do no harm.
    assert seen(found_in(with_units(sheet))) == {(cell, "XR752")}


def test_the_first_of_merged_cells_is_read() -> None:
    sheet = Sheet(
        "Đơn vị",
        grid(units("| C | C | cum | X | | | |", "| D | D | cum | | | | |")),
        merged=((Cell(2, 3), Cell(3, 3)),),
    )
    assert seen(found_in(with_units(sheet))) == {("D3", "XR752"), ("D3", "XR722")}


def test_a_heading_over_two_columns_is_one_mistake() -> None:
    text = f"""
{HEAD.replace("Loại hình", "Loại hình | ")}
| K | Khối | khoi |   |     |         | |
| C | Cụm  | cum  | K | lạ  | dang-bo | |
"""
    sheet = Sheet("Đơn vị", grid(text), merged=((Cell(0, 4), Cell(0, 5)),))
    assert seen(found_in(with_units(sheet))) == {("E1", "XR752")}


def test_titles_and_headings_merged_over_rows_do_no_harm() -> None:
    cells: list[list[Scalar]] = [["DANH MỤC", *[None] * 7], *grid(GOOD)[:1], [None] * 8, *grid(GOOD)[1:]]
    merged = ((Cell(0, 0), Cell(0, 7)), (Cell(1, 0), Cell(2, 0)), (Cell(1, 1), Cell(2, 1)))
    register, found = from_workbook(with_units(Sheet("Đơn vị", cells, merged=merged)), "o.xlsx")
    assert (register, found) == (good(), ())


DATED = f"""
{HEAD}
| K  | Khối     | khoi   |    |         |            |            |
| C7 | Cụm số 7 | cum    | K  |         |            |            |
| U1 | Đơn vị 1 | don-vi | C7 | dang-bo | 2020-01-01 |            |
| U2 | Đơn vị 2 | don-vi | C7 | dang-bo | 2020-01-01 | 2022-12-31 |
| U3 | Đơn vị 3 | don-vi | C7 | chi-bo  | 2021-01-01 | 2023-12-31 |
"""
SWAPPED = {
    "codes and names": ("| Mã | Tên |", "| Tên | Mã |", "B2"),
    "levels and parents": ("| Cấp | Mã cấp trên |", "| Mã cấp trên | Cấp |", "D2"),
    "levels and types": ("| Cấp | Mã cấp trên | Loại hình |", "| Loại hình | Mã cấp trên | Cấp |", "E4"),
    "first and last days": ("| Hiệu lực từ | Hiệu lực đến |", "| Hiệu lực đến | Hiệu lực từ |", "G5"),
}


@pytest.mark.parametrize("columns", SWAPPED)
def test_columns_that_changed_places_are_one_mistake(columns: str) -> None:
    right, wrong, cell = SWAPPED[columns]
    assert found_in(book(DATED)) == ()
    assert right in DATED
    assert seen(found_in(book(DATED.replace(right, wrong)))) == {(cell, "XR751")}


def test_one_row_the_other_way_round_is_its_own_mistake() -> None:
    text = units(
        "| C | C | cum | K | | | |", "| Đơn vị 1 | U1 | don-vi | C | | | |", "| U2 | Đơn vị 2 | don-vi | C | | | |"
    )
    assert seen(found_in(book(text))) == {("A4", "XR732")}


def numbered(*rows: tuple[Scalar, ...]) -> Workbook:
    head: list[Scalar] = ["Mã", "Tên", "Cấp", "Mã cấp trên", "Đơn vị trước đây"]
    return with_units(Sheet("Đơn vị", [head, ["01", "Khối", "khoi", None, None], *map(list, rows)]))


def test_codes_that_lost_their_zeros_are_read_as_what_they_were() -> None:
    workbook = numbered(
        (7.0, "A", "cum", 1.0, None), ("08", "B", "don-vi", 7.0, None), ("09", "C", "don-vi", "07", None)
    )
    register, found = from_workbook(workbook, "o.xlsx")
    assert register is not None
    assert [(row.code, row.parent) for row in register.memberships] == [
        ("01", None), ("07", "01"), ("08", "07"), ("09", "07")
    ]  # fmt: skip
    assert seen(found) == {("A3", "XR750"), ("D3", "XR750"), ("D4", "XR750")}
    assert {(item.params["value"], item.params["code"]) for item in found} == {("7", "07"), ("1", "01")}


def test_numbers_that_can_be_several_codes_or_none_are_not_guessed() -> None:
    workbook = numbered(
        (10.0, "A", "cum", "01", None), ("0010", "B", "don-vi", 100.0, None), ("010", "C", "cum", "01", None)
    )
    assert seen(found_in(workbook)) == {("D4", "XR722")}
    several = numbered(
        ("010", "A", "cum", "01", None), ("0010", "B", "cum", "01", None), ("U", "U", "don-vi", 10.0, None)
    )
    assert seen(found_in(several)) == {("D5", "XR722")}


def test_a_title_of_two_levels_is_reported_where_it_is_used() -> None:
    levels = LEVELS + "| to | Cụm | |"
    assert found_in(book(units("| A | A | cum | K | | | |"), levels)) == ()
    found = found_in(book(units("| A | A | Cụm | K | | | |", "| B | B | Cụm | K | | | |"), levels))
    assert [(item.location.sheet, item.location.cell, item.code) for item in found] == [("Cấp", "A5", "XR705")]


@pytest.mark.parametrize("text", ["x" * 1001, "a\x01b"])
def test_texts_that_fit_no_cell(text: str) -> None:
    cells = grid(units("| A | A | cum | K | | | |"))
    cells[2][1] = text
    assert seen(found_in(with_units(Sheet("Đơn vị", cells)))) == {("B3", "XR702")}


def test_spaces_of_all_kinds_are_one_and_lines_are_kept() -> None:
    assert plain_text(" Đơn\u00a0 vị\t1 \r\n  ĐT:\u2003 1 \n") == "Đơn vị 1\nĐT: 1"
    assert plain_text(unicodedata.normalize("NFD", "Đơn vị ủy")) == "Đơn vị ủy"
    assert [plain_text(value) for value in (7, 7.0, True, None, " \n ")] == ["7", "7", "TRUE", None, None]


@pytest.mark.parametrize("day", ["08/3/0204", "0024-03-08", "1899-12-31"])
def test_years_that_were_mistyped(day: str) -> None:
    assert seen(found_in(book(units(f"| A | A | cum | K | | {day} | |")))) == {("F3", "XR727")}


# The page that explains the findings

CONTEXT = {
    "KHOI": "| KHOI | Khối | khoi | |",
    "CUM7": "| CUM7 | Cụm số 7 | cum | KHOI |",
    "CUM8": "| CUM8 | Cụm số 8 | cum | KHOI |",
}
EXPLAINED = ["XR721", "XR722", "XR723", "XR724", "XR725", "XR726", "XR727", "XR728", "XR730", "XR731", "XR732", "XR733",
             "XR735", *(f"XR{number}" for number in range(740, 749)), "XR751"]  # fmt: skip


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_page_s_wrong_example_gives_the_finding_and_the_corrected_one_does_not(code: str) -> None:
    page = (Path(__file__).parent.parent / "docs" / "findings.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {code} ")[1].split("\n## ")[0]
    wrong, right = section.split("Đúng · Corrected:")
    assert code in shown_codes(wrong)
    assert code not in shown_codes(right)


def shown_codes(text: str) -> set[str]:
    """The findings of a table on the page, in an organisation that has the bloc and the clusters it names."""
    head, _, *lines = [line for line in text.splitlines() if line.startswith("|")]
    if head.startswith("| Mã"):
        lines += [row for node, row in CONTEXT.items() if not any(line.startswith(f"| {node} ") for line in lines)]
    return {item.code for item in found_in(book("\n".join((head, *lines))))}


# Large, and deep


def test_forty_levels() -> None:
    levels = tuple(Level(f"L{i}", f"Cấp {i}", f"Level {i}", i) for i in range(40))
    rows = tuple(
        Membership(f"N{i}-{j}", f"Nút {i}-{j}", f"L{i}", f"N{i - 1}-{j % (2 if i > 1 else 1)}" if i else None)
        for i in range(40)
        for j in range(2 if i else 1)
    )
    register = Register(levels, (), rows)
    for data, name in ((to_yaml(register), "o.yaml"), (register_workbook(register, "vi"), "o.xlsx")):
        read = usable(read_register(data, name))
        assert read == register
        assert len(at(read, date(2024, 1, 1)).path("N39-1")) == 40


def crowd(count: int = 10_000) -> list[list[Scalar]]:
    head: list[Scalar] = [worded(names, "vi") for names in HEADINGS["units"].values()]
    lines: list[list[Scalar]] = [head, ["K", "Khối", "khoi", *[None] * 7]]
    lines += [[f"C-{n:02}", f"Cụm {n}", "cum", "K", *[None] * 6] for n in range(50)]
    return lines + [[f"U-{n:05}", f"Đơn vị số {n}", "don-vi", f"C-{n % 50:02}", *[None] * 6] for n in range(count)]


def column(name: str) -> int:
    return list(HEADINGS["units"]).index(name)


def changed(name: str, value: Callable[[int], Scalar]) -> list[list[Scalar]]:
    lines = crowd()
    for number, line in enumerate(lines[52:]):
        line[column(name)] = value(number)
    return lines


#: A field, what stands in it in each of the ten thousand rows, and what is found how often.
CROWDS: dict[str, tuple[str, Callable[[int], Scalar], dict[str, int]]] = {
    "right": ("contact", str, {}),
    "numbers as names": ("name", float, {}),
    "parents that are not there": ("parent", lambda n: f"X-{n}", {"XR722": 10_000}),
    "no parents": ("parent", lambda _: None, {"XR725": 10_000}),
    "each under the next": ("parent", lambda n: f"U-{n + 1:05}" if n < 9_999 else "C-01", {"XR735": 9_999}),
    "all in one ring": ("parent", lambda n: f"U-{(n + 1) % 10_000:05}", {"XR723": 1}),
    "levels that are not there": ("level", lambda n: f"cấp {n}", {"XR726": 10_000}),
    "each succeeds the next": ("predecessor", lambda n: f"U-{(n + 1) % 10_000:05}", {"XR744": 1}),
    "predecessors that are not there": ("predecessor", lambda n: f"X-{n}; Y-{n}", {"XR740": 20_000}),
    "one code": ("code", lambda _: "U", {"XR721": 9_999}),
    "no codes": ("code", lambda _: None, {"XR728": 10_000}),
    "days that are none": ("valid_from", lambda _: "hôm qua", {"XR727": 10_000}),
}


@pytest.mark.parametrize("case", CROWDS)
def test_ten_thousand_rows_are_checked_in_seconds_whatever_is_wrong(case: str) -> None:
    field, value, expected = CROWDS[case]
    sheet = Sheet("Đơn vị", changed(field, value))
    started = time.perf_counter()
    found = found_in(with_units(sheet))
    assert time.perf_counter() - started < 20
    assert Counter(item.code for item in found) == expected


def test_ten_thousand_rows_in_files() -> None:
    register = usable(from_workbook(Workbook((Sheet("Đơn vị", crowd()), Sheet("Cấp", grid(LEVELS)))), "o.xlsx"))
    for data, name in ((to_yaml(register), "o.yaml"), (register_workbook(register, "vi"), "o.xlsx")):
        assert usable(read_register(data, name)) == register


# YAML that went wrong

YAML = to_yaml(usable(read_register_file(EXAMPLES / "to-chuc-lai" / "organisation.yaml"))).decode()

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (YAML.replace("  - {code: khoi", "\t- {code: khoi"), "2"),
        (BOMB + YAML, "6"),
        ("units: &u [*u]\n", "1"),
        (f"units: {'[' * 500}{']' * 500}", "1"),
        ("units:\n  - &m {" + ", ".join(f"k{n}: v" for n in range(1000)) + "}\n" + "  - *m\n" * 100_000, None),
        ("levels: [a\nunits: []\n", "1"),
        ("? [a]\n: b\n", "1"),
        ("levels: []\nlevels: []\n", "2"),
        ("a" * (LIMITS.bytes + 1), None),
    ],
    ids=["tab", "bomb", "itself", "depth", "repeated keys", "unclosed", "key", "twice", "size"],
)
def test_unreadable_yaml_is_refused_quickly_in_both_languages(text: str, place: str | None) -> None:
    started = time.perf_counter()
    register, found = from_yaml(text.encode(), "o.yaml")
    assert time.perf_counter() - started < 20
    assert register is None
    unreadable = [item for item in found if item.code == "XR701"]
    assert place is None or place in {item.location.cell for item in unreadable}
    assert len(unreadable) == 1
    assert message(unreadable[0], texts("vi")) != message(unreadable[0], texts("en"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("code: C8-02, name", "code: C8-02, nmae", {("XR738", "28")}),
        ("levels:\n", "level:\n", {("XR738", "1")}),
        ("units:\n", "unit:\n", {("XR738", "8")}),
        ("predecessor: C7-06", "predecessor: {a: C7-06}", {("XR702", "26")}),
        ("predecessor: C7-06", "predecessor: [C7-06, [x]]", {("XR702", "26")}),
        ("predecessor: C7-06", "predecessor: [C7-06, ]", set()),
        ("title: Cụm", "title: [Cụm]", {("XR702", "3")}),
    ],
)
def test_a_slip_in_yaml_is_one_finding(old: str, new: str, expected: set[tuple[str, str]]) -> None:
    text = YAML.replace("title: {vi: Cụm, en: Cluster}", "title: Cụm")
    assert old in text
    found = from_yaml(text.replace(old, new, 1).encode(), "o.yaml")[1]
    assert {(item.code, item.location.cell) for item in found} == expected


def test_what_is_left_of_yaml_with_a_mistake_is_checked_as_well() -> None:
    text = YAML.replace("code: C8-02,", "code: C8-02, code: C8-02,").replace("parent: KHOI", "parent: KH0I", 1)
    assert [item.code for item in from_yaml(text.encode(), "o.yaml")[1]] == ["XR722", "XR701"]


def test_anchors_spare_writing() -> None:
    text = "levels: &l [{code: k, title: K}]\nunit_types: *l\nunits: [{code: K, name: K, level: k, unit_type: k}]\n"
    register = usable(from_yaml(text.encode(), "o.yaml"))
    assert [item.code for item in register.unit_types] == ["k"]


# Whatever else may come: no traceback, and what is shown can be shown


def sound(result: Result) -> None:
    register, found = result
    assert (register is None) == any(item.is_error for item in found)
    for item in found:
        for language in LANGUAGES:
            assert message(item, texts(language))
            assert hint(item, texts(language))
        assert item.location.file == "o"
    if register is not None:
        for day in (date.min, date(2024, 3, 8), date.max):
            tree = at(register, day)
            assert len(tree.roots) <= 1
            assert len(tree.subtree(tree.roots[0]) if tree.roots else ()) == len(tree)
        moves(register)
        assert usable(read_register(to_yaml(register), "o.yaml")) == register
        assert usable(read_register(register_workbook(register, "vi"), "o.xlsx")) == register


SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "K",
            "C7",
            "C7-01",
            "cum",
            "Cụm",
            "Mã",
            "Code",
            "Hiệu lực từ",
            "don-vi",
            "8/3/2024",
            "2024-03-08",
            "9999-12-31",
            "0001-01-01",
            "C7;C8",
            ";",
            "01",
            "CON",
            "../x",
            "x" * 70_000,
        ]
    ),
)


def sheets() -> list[list[list[Scalar]]]:
    return [grid(f"{HEAD} Đơn vị trước đây | Số văn bản |" + GOOD.split("Số văn bản |")[1]), grid(LEVELS), grid(TYPES)]


@settings(max_examples=150)
@given(st.data())
def test_any_cell_may_hold_anything(data: st.DataObject) -> None:
    cells = sheets()
    for _ in range(data.draw(st.integers(1, 6))):
        sheet = data.draw(st.sampled_from(cells))
        line = data.draw(st.sampled_from(sheet))
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(SCALARS)
    sound(read_cells(cells))


def read_cells(cells: list[list[list[Scalar]]], **extra: Any) -> Result:
    names = ("Đơn vị", "Cấp", "Loại hình")
    return from_workbook(
        Workbook(tuple(Sheet(name, lines, **extra) for name, lines in zip(names, cells, strict=True))), "o"
    )


CELLS = st.builds(Cell, st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=100)
@given(st.data())
def test_rows_and_columns_may_be_lost_doubled_sorted_merged_and_cut(data: st.DataObject) -> None:
    cells = sheets()
    for number, lines in enumerate(cells):
        rows = data.draw(st.lists(st.sampled_from(range(len(lines))), max_size=9))
        columns = data.draw(st.lists(st.sampled_from(range(len(lines[0]))), max_size=10))
        how = data.draw(st.sampled_from(["leave", "rows", "columns", "cut"]))
        if how == "rows":
            cells[number] = [lines[row] for row in rows]
        elif how == "columns":
            cells[number] = [[line[one] if one < len(line) else None for one in columns] for line in lines]
        elif how == "cut":
            cells[number] = [line[: len(columns)] for line in lines]
    pairs = data.draw(st.lists(st.tuples(CELLS, CELLS), max_size=3))
    merged = tuple(
        (Cell(*map(min, zip(*pair, strict=True))), Cell(*map(max, zip(*pair, strict=True)))) for pair in pairs
    )
    errors = dict.fromkeys(data.draw(st.lists(CELLS, max_size=2)), "#REF!")
    sound(read_cells(cells, merged=merged, errors=errors, unstored=frozenset(data.draw(st.lists(CELLS, max_size=2)))))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates().map(str)
    | st.sampled_from(["K", "C7-01", "C7-02", "CUM-07", "C7-02; C7-03", "don-vi", "Cụm", "2024-07-01", "9999-12-31"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def content() -> dict[str, Any]:
    register = usable(from_yaml(YAML.encode(), "o"))
    fields = ("code", "name", "level", "parent", "unit_type", "valid_from", "valid_to", "document")
    rows = [{name: str(value) for name in fields if (value := getattr(row, name))} for row in register.memberships]
    for row, member in zip(rows, register.memberships, strict=True):
        row["predecessor"] = "; ".join(member.predecessors)
    titled = [[{"code": one.code, "title": {"vi": one.vi, "en": one.en}} for one in items]
              for items in (register.levels, register.unit_types)]  # fmt: skip
    return {"levels": titled[0], "unit_types": titled[1], "units": rows}


def holders(value: object) -> list[Any]:
    """Every mapping and list inside, the outermost first."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list) and item:
            found.append(item)
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return found


CONTENT = content()


@settings(max_examples=200)
@given(st.data())
def test_any_place_of_a_yaml_file_may_hold_anything(data: st.DataObject) -> None:
    value = copy.deepcopy(CONTENT)
    for _ in range(data.draw(st.integers(1, 4))):
        holder = data.draw(st.sampled_from(holders(value)))
        key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        if data.draw(st.booleans()):
            holder[key] = data.draw(ANYTHING)
        elif isinstance(holder, dict):
            holder[data.draw(st.text(max_size=8))] = holder.pop(key)
        else:
            del holder[key]
    # Every JSON text is YAML.
    sound(from_yaml(json.dumps(value).encode(), "o"))


PUNCTUATION = st.text(alphabet="[]{}:,-#&*!|>'\"%@?~<\\ \n\tab01=;", max_size=6)


@settings(max_examples=150)
@given(st.data())
def test_any_lines_of_a_yaml_file_may_be_lost_moved_and_mangled(data: st.DataObject) -> None:
    lines = YAML.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at_line = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at_line]
        cut = data.draw(st.integers(0, len(line)))
        lines[at_line] = (
            line[:cut] + data.draw(st.text(alphabet="[]{}:,-#&*!|>'\"%@?~<\\ \n\tab01=;", max_size=6)) + line[cut:]
        )
        if data.draw(st.booleans()):
            lines.insert(data.draw(st.integers(0, len(lines))), lines.pop(data.draw(st.integers(0, len(lines) - 1))))
    sound(from_yaml("\n".join(lines).encode(), "o"))


@given(st.binary(max_size=200))
@given_example(b"PK\x03\x04")
@given_example(b"")
def test_any_bytes(data: bytes) -> None:
    sound(from_yaml(data, "o"))
    register, found = read_register(data, "o")
    assert register is None
    assert any(item.is_error for item in found)


# Days at the ends of time


def test_open_ends_written_out() -> None:
    text = units("| C | C | cum | K | | 1900-01-01 | 9999-12-31 |", "| A | A | don-vi | C | | | 31/12/9999 |")
    assert seen(found_in(book(text))) == {("D4", "XR731")}
    text = units("| C | C | cum | K | | | 9999-12-31 |", "| A | A | don-vi | C | | | |")
    assert at(usable(from_workbook(book(text), "o")), date.max).codes == ("K", "C", "A")
