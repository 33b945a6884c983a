"""Mergers, splits and moves: what is wrong with them, and what became of whom."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import DAY_0, LAST_CHANGE, book, changes, registers, seen, units

from xlreport.findings import Finding
from xlreport.organisation.circles import circles, shortest_way
from xlreport.organisation.history import Move, Succession, heirs, moves, origins, predecessors, successions, successors
from xlreport.organisation.load import load_register, read_register_file
from xlreport.organisation.model import Register
from xlreport.organisation.tree import at
from xlreport.organisation.worksheets import from_workbook
from xlreport.organisation.yaml_notation import from_yaml

EXAMPLE = Path(__file__).parent.parent / "examples" / "to-chuc-lai" / "organisation.yaml"

#: The rows begin in row 4: columns B name, C level, D parent, F valid from, G valid to, H predecessor, I document.
MISTAKES = {
    "unknown": (["| A | A | don-vi | C | | 2024-07-01 | | B | 1-QĐ |"], {("H4", "XR740")}),
    "several, one of them unknown": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B; X | 1-QĐ |", "| B | B | don-vi | C | | | 2024-06-30 | | |"],
        {("H4", "XR740")},
    ),
    "itself": (["| A | A | don-vi | C | | 2024-07-01 | | A | 1-QĐ |"], {("H4", "XR741")}),
    "still valid": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1-QĐ |", "| B | B | don-vi | C | | | 2024-07-01 | | |"],
        {("H4", "XR742")},
    ),
    "goes on with another document": (
        [
            "| A | A | don-vi | C | | 2024-07-01 | | B | 1-QĐ |",
            "| B | B | don-vi | C | | | 2024-06-30 | | |",
            "| B | B | don-vi | C | | 2024-07-01 | | | 2-QĐ |",
        ],
        {("H4", "XR742")},
    ),
    "begins later": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1-QĐ |", "| B | B | don-vi | C | | 2024-07-02 | | | |"],
        {("H4", "XR743")},
    ),
    "begins on the same day": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1-QĐ |", "| B | B | don-vi | C | | 2024-07-01 | | | |"],
        {("H4", "XR743")},
    ),
    "each other": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | 2024-07-01 | | A | 1 |"],
        {("H4", "XR744")},
    ),
    "each other on different days": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | 2024-08-01 | | A | 1 |"],
        {("H4", "XR744")},
    ),
    "each other without days": (
        ["| A | A | don-vi | C | | | | B | 1 |", "| B | B | don-vi | C | | | | A | 1 |"],
        {("H4", "XR744")},
    ),
    "three in a circle": (
        [
            "| A | A | don-vi | C | | 2024-07-01 | | B | 1 |",
            "| B | B | don-vi | C | | 2024-08-01 | | D | 1 |",
            "| D | D | don-vi | C | | 2024-09-01 | | A | 1 |",
        ],
        {("H4", "XR744")},
    ),
    "no day": (
        ["| A | A | don-vi | C | | | | B; E | |", "| B | B | don-vi | C | | | 2024-06-30 | | |",
         "| E | E | don-vi | C | | | 2024-06-30 | | |"],
        {("F4", "XR745")},
    ),
    "a day that cannot be read hides what follows from it": (
        ["| A | A | don-vi | C | | hôm qua | | B | |", "| B | B | don-vi | C | | | | | |"],
        {("F4", "XR727")},
    ),
    "a predecessor's day that cannot be read does too": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | | hôm qua | | |"],
        {("G5", "XR727")},
    ),
    "a row without its code may be the predecessor": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| | B | don-vi | C | | | | | |"],
        {("A5", "XR728")},
    ),
    "merger without a document": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | |", "| B | B | don-vi | C | | | 2024-06-30 | | |"],
        {("I4", "XR746")},
    ),
    "move without a document": (
        ["| D | D | cum | K | | | | | |", "| E | E | don-vi | D | | | | | |",
         "| A | A | don-vi | C | | | 2024-06-30 | | |", "| A | A | don-vi | D | | 2024-07-01 | | | |",
         "| F | F | don-vi | C | | | | | |"],
        {("I7", "XR746")},
    ),
    "rows that overlap are no move": (
        ["| D | D | cum | K | | | | | |", "| E | E | don-vi | D | | | | | |", "| F | F | don-vi | C | | | | | |",
         "| A | A | don-vi | C | | | 2024-07-01 | | |", "| A | A | don-vi | D | | 2024-07-01 | | | |"],
        {("F8", "XR724")},
    ),
    "one of a predecessor's days cannot be read": (
        ["| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | 2024-07-01 | | | |",
         "| B | B | don-vi | C | | 1.1.2020 | 2024-06-30 | | |"],
        {("F6", "XR727")},
    ),
    "move to a parent that is not known": (
        ["| A | A | don-vi | C | | | 2024-06-30 | | |", "| A | A | don-vi | X | | 2024-07-01 | | | |"],
        {("D5", "XR722")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_in_its_cell_and_only_there(mistake: str) -> None:
    lines, expected = MISTAKES[mistake]
    register, found = from_workbook(book(changes(*lines)), "organisation.xlsx")
    assert seen(found) == expected
    assert (register is None) == any(item.is_error for item in found)


RIGHT = {
    "merger": ["| A | A | don-vi | C | | 2024-07-01 | | B; D | 1 |", "| B | B | don-vi | C | | | 2024-06-30 | | |",
               "| D | D | don-vi | C | | | 2024-06-30 | | |"],
    "split": ["| A | A | don-vi | C | | 2024-07-01 | | D | 1 |", "| B | B | don-vi | C | | 2024-07-01 | | D | 1 |",
              "| D | D | don-vi | C | | | 2024-06-30 | | |"],
    "merged into one that goes on": [
        "| A | A | don-vi | C | | | 2024-06-30 | | |", "| A | A | don-vi | C | | 2024-07-01 | | B | 1 |",
        "| B | B | don-vi | C | | | 2024-06-30 | | |",
    ],
    "a part split off": [
        "| A | A | don-vi | C | | | 2024-06-30 | | |", "| A | A | don-vi | C | | 2024-07-01 | | | 1 |",
        "| B | B | don-vi | C | | 2024-07-01 | | A | 1 |",
    ],
    "merged away and set up again": [
        "| A | A | don-vi | C | | | 2020-12-31 | | |", "| B | B | don-vi | C | | 2021-01-01 | 2023-12-31 | A | 1 |",
        "| A | A | don-vi | C | | 2024-01-01 | | B | 2 |",
    ],
    "the parent was succeeded": [
        "| D | D | cum | K | | | 2024-06-30 | | |", "| E | E | cum | K | | 2024-07-01 | | D | 1 |",
        "| A | A | don-vi | D | | | 2024-06-30 | | |", "| A | A | don-vi | E | | 2024-07-01 | | | |",
        "| B | B | don-vi | C | | | | | |",
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", RIGHT)
def test_changes_that_are_right(case: str) -> None:
    found = from_workbook(book(changes(*RIGHT[case])), "o.xlsx")[1]
    # Only what was set up again was not there in between.
    assert {item.code for item in found} == ({"XR733"} if case == "merged away and set up again" else set())


def only(*lines: str) -> Finding:
    (item,) = from_workbook(book(changes(*lines)), "o.xlsx")[1]
    return item


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [("C7-3", "C7-03"), ("c7 03", "C7-03"), ("Đơn vị ba", "C7-03"), ("don vi ba", "C7-03"), ("xyz", ""), ("C7-98", "")],
)
def test_nearest_predecessor_is_suggested_but_not_the_node_itself(typed: str, suggestion: str) -> None:
    before = "| C7-03 | Đơn vị ba | don-vi | C | | | 2024-06-30 | | |"
    item = only(before, f"| C7-99 | Mới | don-vi | C | | 2024-07-01 | | {typed} | 1 |")
    assert (item.code, item.params["predecessor"]) == ("XR740", typed)
    assert item.params["suggestion"] == suggestion


def test_what_findings_say() -> None:
    old = "| B | B | don-vi | C | | | | | |"
    still = only("| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", old)
    assert still.params == {"node": "A", "predecessor": "B", "day": date(2024, 7, 1)}
    later = only("| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | 2025-01-01 | | | |")
    assert later.params["begins"] == date(2025, 1, 1)
    assert later.related[0].cell == "F5"
    circle = only("| A | A | don-vi | C | | 2024-07-01 | | B | 1 |", "| B | B | don-vi | C | | 2024-07-01 | | A | 1 |")
    assert circle.params["cycle"] == "A → B → A"


# Nodes left alone


def test_a_unit_without_parent_while_there_is_nothing_above() -> None:
    text = units("| A | A | don-vi | | | | 2019-12-31 |").replace(
        "| K | Khối | khoi | | | | |", "| K | Khối | khoi | | | 2020-01-01 | |"
    )
    _, found = from_workbook(book(text), "o.xlsx")
    assert seen(found) == {("D3", "XR747")}
    assert found[0].params["time"] == {"vi": "… – 31/12/2019", "en": "… – 31 December 2019"}


@pytest.mark.parametrize("root_first", [True, False])
def test_of_two_without_parent_the_lower_one_is_blamed(root_first: bool) -> None:
    lines = ["| K | Khối | khoi | | | | |", "| A | A | don-vi | | | | |"]
    lines = lines if root_first else lines[::-1]
    _, found = from_workbook(book("\n".join([units().splitlines()[0], *lines])), "o.xlsx")
    assert seen(found) == {("D3" if root_first else "D2", "XR725")}
    assert found[0].params["roots"] == "K, A"


def test_the_lower_one_is_blamed_also_where_it_was_there_first() -> None:
    lines = ["| K | Khối | khoi | | | 2020-01-01 | |", "| A | A | don-vi | | | | |"]
    _, found = from_workbook(book("\n".join([units().splitlines()[0], *lines])), "o.xlsx")
    assert seen(found) == {("D3", "XR725")}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["| D | D | cum | K | | | |", "| U | U | don-vi | C | | | |"], {("A4", "XR748")}),
        # A unit that is unknown, or without a parent that is known, may be the one that is missed.
        (["| D | D | cum | K | | | |", "| U | U | don-vi | X | | | |"], {("D5", "XR722")}),
        # A level in which most have none: its nodes are units themselves.
        (["| D | D | cum | K | | | |", "| E | E | cum | K | | | |", "| U | U | don-vi | C | | | |"], set()),
        # A node with a type of its own is a unit.
        (["| D | D | cum | K | dang-bo | | |", "| U | U | don-vi | C | | | |"], set()),
        # No level of clusters has units, although there are some beneath the bloc.
        (["| U | U | don-vi | K | | | |"], {("A3", "XR748")}),
        # All of its units ended, and it did not.
        (["| D | D | cum | K | | | |", "| U | U | don-vi | C | | | |", "| V | V | don-vi | D | | | 2024-06-30 |"],
         {("A4", "XR748")}),
        (["| D | D | cum | K | | | 2024-06-30 |", "| U | U | don-vi | C | | | |",
          "| V | V | don-vi | D | | | 2024-06-30 |"], set()),
        # Nothing of a lower level at all: clusters are the units.
        (["| D | D | cum | K | | | |"], set()),
    ],
)  # fmt: skip
def test_nodes_with_nothing_under_them(lines: list[str], expected: set[tuple[str, str]]) -> None:
    text = units("| C | C | cum | K | | | |", *lines)
    assert seen(from_workbook(book(text), "o.xlsx")[1]) == expected


# Both notations


@pytest.mark.parametrize(
    "written",
    ["C7-03; C7-05", "C7-03,C7-05", '"C7-03\\nC7-05"', "[C7-03, C7-05]", '["C7-03;C7-05"]', "C7-03;C7-05;C7-03"],
)
def test_predecessors_are_written_in_many_ways_and_are_the_same(written: str) -> None:
    register = yaml_register(written)
    assert register.memberships[-1].predecessors == ("C7-03", "C7-05")


def yaml_register(predecessor: str) -> Register:
    text = f"""\
levels: [{{code: k, title: K}}, {{code: u, title: U}}]
units:
  - {{code: K, name: K, level: k}}
  - {{code: C7-03, name: A, level: u, parent: K, valid_to: 2024-06-30}}
  - {{code: C7-05, name: B, level: u, parent: K, valid_to: 2024-06-30}}
  - {{code: C7-18, name: C, level: u, parent: K, valid_from: 2024-07-01, document: 1,
     predecessor: {quoted(predecessor)}}}
"""
    register, found = from_yaml(text.encode(), "o.yaml")
    assert found == ()
    assert register is not None
    return register


def quoted(text: str) -> str:
    return text if text[0] in '["' else f'"{text}"'


# What became of whom


def example() -> Register:
    register, found = read_register_file(EXAMPLE)
    assert found == ()
    assert register is not None
    return register


def test_the_example_s_tree_before_and_after_each_change() -> None:
    register = example()
    before, after = at(register, date(2024, 3, 7)), at(register, date(2024, 3, 8))
    assert before.children("CUM-07") == ("C7-01", "C7-02", "C7-03", "C7-04", "C7-05", "C7-06")
    assert before.children("CUM-08") == ("C7-16", "C7-17", "C8-01", "C8-02")
    assert after.children("CUM-07") == ("C7-01", "C7-02", "C7-03", "C7-04", "C7-06", "C7-16", "C7-17")
    assert after.children("CUM-08") == ("C7-05", "C8-01", "C8-02")
    merged = at(register, date(2024, 7, 1))
    assert merged.children("CUM-07") == ("C7-01", "C7-04", "C7-06", "C7-16", "C7-17", "C7-18")
    assert at(register, date(2024, 6, 30)).children("CUM-07") == after.children("CUM-07")
    split = at(register, date(2024, 10, 1))
    assert at(register, date(2024, 9, 30)).children("CUM-08") == after.children("CUM-08")
    assert split.children("CUM-08") == ("C7-05", "C8-02", "C8-03", "C8-04")
    assert at(register, date(2025, 1, 1)).children("CUM-07") == (*merged.children("CUM-07"), "C7-19")
    assert at(register, date(2025, 1, 1)).node("C7-04").name == "Công ty mẫu Sông (giả định, tên mới)"


def test_the_example_s_moves_and_successions() -> None:
    register = example()
    day = date(2024, 3, 8)
    assert moves(register) == tuple(
        Move(code, day, before, after, "475-TB/ĐUK")
        for code, before, after in (
            ("C7-05", "CUM-07", "CUM-08"),
            ("C7-16", "CUM-08", "CUM-07"),
            ("C7-17", "CUM-08", "CUM-07"),
        )
    )
    assert moves(register, after=day) == moves(register, until=date(2024, 3, 7)) == ()
    assert moves(register, date(2024, 3, 7), day) == moves(register)
    assert successions(register) == (
        Succession("C7-02", "C7-18", date(2024, 7, 1), "21-QĐ/ĐUK"),
        Succession("C7-03", "C7-18", date(2024, 7, 1), "21-QĐ/ĐUK"),
        Succession("C8-01", "C8-03", date(2024, 10, 1), "30-QĐ/ĐUK"),
        Succession("C8-01", "C8-04", date(2024, 10, 1), "30-QĐ/ĐUK"),
        Succession("C7-06", "C7-19", date(2025, 1, 1), "41-QĐ/ĐUK"),
    )


def test_predecessors_and_successors_on_a_day() -> None:
    register = example()
    assert predecessors(register, "C7-18", date(2024, 6, 30)) == ()
    assert predecessors(register, "C7-18", date(2024, 7, 1)) == ("C7-02", "C7-03")
    assert successors(register, "C8-01", date(2024, 9, 30)) == ()
    assert successors(register, "C8-01", date(2024, 10, 1)) == ("C8-03", "C8-04")
    assert successors(register, "C7-06", date(2025, 1, 1)) == ("C7-19",)
    assert predecessors(register, "nix", date(2025, 1, 1)) == successors(register, "nix", date(2025, 1, 1)) == ()


def test_origins_and_heirs_between_two_days() -> None:
    register, first, last = example(), date(2024, 3, 31), date(2025, 3, 31)
    assert origins(register, "C7-18", first, last) == ("C7-02", "C7-03")
    assert heirs(register, "C7-02", first, last) == ("C7-18",)
    assert heirs(register, "C8-01", first, last) == ("C8-03", "C8-04")
    # A part was split off: the rest is an heir as well.
    assert heirs(register, "C7-06", first, last) == ("C7-06", "C7-19")
    assert origins(register, "C7-19", first, last) == ("C7-06",)
    # What begins on a day is there on that day, and what it began from is of the day before.
    began = date(2025, 1, 1)
    assert heirs(register, "C7-06", first, began) == ("C7-06", "C7-19")
    assert origins(register, "C7-19", first, began) == ("C7-06",)
    assert origins(register, "C7-19", began, last) == ("C7-19",)
    # Who only moved or was renamed stays who it is.
    assert origins(register, "C7-16", date(2024, 1, 1), last) == heirs(register, "C7-16", first, last) == ("C7-16",)
    assert heirs(register, "C7-02", first, date(2024, 6, 30)) == ("C7-02",)
    # Not there on the day that is asked about.
    assert origins(register, "C7-02", first, last) == heirs(register, "C7-18", first, last) == ()


def test_chains_are_followed_to_their_ends_but_not_against_time() -> None:
    lines = [
        "| A | A | don-vi | C | | | 2020-12-31 | | |",
        "| B | B | don-vi | C | | 2021-01-01 | 2022-12-31 | A | 1 |",
        "| D | D | don-vi | C | | 2023-01-01 | 2023-12-31 | B | 2 |",
        "| A | A | don-vi | C | | 2024-01-01 | | D | 3 |",
    ]
    register, _ = from_workbook(book(changes(*lines)), "o.xlsx")
    assert register is not None
    years = {year: date(year, 6, 30) for year in range(2020, 2025)}
    assert heirs(register, "A", years[2020], years[2023]) == ("D",)
    assert origins(register, "D", years[2020], years[2023]) == ("A",)
    assert origins(register, "D", years[2022], years[2023]) == ("B",)
    assert heirs(register, "A", years[2020], years[2024]) == ("A",)
    assert origins(register, "A", years[2021], years[2024]) == ("B",)
    # The A of 2024 was no part of the B of 2021 before it was.
    assert heirs(register, "B", years[2021], years[2022]) == ("B",)


DAYS = st.integers(-1, LAST_CHANGE + 2).map(lambda offset: DAY_0 + timedelta(offset))


@settings(max_examples=40)
@given(registers(), DAYS, DAYS)
def test_origins_and_heirs_are_two_sides_of_one_thing(register: Register, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    codes = list(dict.fromkeys(row.code for row in register.memberships))
    forward = {(code, heir) for code in codes for heir in heirs(register, code, earlier, later)}
    backward = {(origin, code) for code in codes for origin in origins(register, code, earlier, later)}
    assert forward == backward
    # Nobody ends without an heir in these registers.
    assert {code for code, _ in forward} == set(at(register, earlier).codes)


@settings(max_examples=40)
@given(registers(), DAYS, DAYS)
def test_moves_lead_from_one_tree_to_the_other(register: Register, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    parents = {row.code: row.parent for row in register.memberships if row.valid_on(earlier)}
    for move in moves(register, earlier, later):
        if move.code in parents:
            assert parents[move.code] == move.before
            parents[move.code] = move.after
    tree = at(register, later)
    assert {code: parent for code, parent in parents.items() if code in tree} == {
        code: tree.node(code).parent for code in tree.codes if code in parents
    }


# Circles


def test_long_circles_and_chains() -> None:
    chain = {str(number): [str(number + 1)] for number in range(20_000)}
    assert circles(chain) == {}
    ring = chain | {"20000": ["0"]}
    assert set(circles(ring).values()) == {circles(ring)["0"]}
    assert len(circles(ring)) == 20_001
    assert len(shortest_way(ring, "5", "4")) == 20_001
    assert shortest_way(chain, "5", "4") == ()


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3), max_size=6))
def test_nodes_of_one_circle_lead_to_each_other_and_no_others_do(edges: dict[str, list[str]]) -> None:
    numbers = circles(edges)
    for one in "abcdef":
        for other in "abcdef":
            both = one != other and bool(shortest_way(edges, one, other)) and bool(shortest_way(edges, other, one))
            same = one != other and one in numbers and numbers[one] == numbers.get(other)
            assert both == same


def test_the_example_loads() -> None:
    assert load_register(EXAMPLE) == example()
