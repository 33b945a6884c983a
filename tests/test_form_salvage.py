"""However many mistakes a definition has: all are told in one round, each once, and nothing that only follows.

Below, a line beginning with ! is a mistake made in the line before it; its comment says what is to be said of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlreport.findings.catalogue import hint, message
from xlreport.forms.load import read_form
from xlreport.language import texts

TEXT = """
form: f
!form: SẢN # XR702
title: F
!titel: F # XR702
frequency: quarter
!frequency: quartr # XR702
filled_by: [don-vi]
!filled_by: don-vi # XR702
valid_from: 2024-Q1
!valid_from: 2024-Q9 # XR702
deadline: {days_after_period: 5}
!deadline: {days_after_period: soon} # XR702
absence: {nil: ["-"]}
!absence: {nil: ["5"]} # XR702
tables:
  - table: t
    title: T
!    title: {} # XR702
    measures:
      - plan
      - actual
      - cumulative
!      - plan # XR705
      - {measure: extra}
!      - {measure: extra, assigned: perhaps} # XR702
      - {measure: share, computes: completion, of: extra / plan}
!      - {measure: share, computes: index} # XR702
    indicators:
      - {code: "00", name: A}
!      - {code: "00", name: A, decimals: x} # XR702
      - {code: "01", name: B}
!      - {code: "00", name: B} # XR705
      - {code: "02", name: C, formula: "[00]"}
!      - {code: "0 2", name: C, formula: "[00] + ([05]"} # XR702 XR706
      - {code: "03", name: D, formula: "[05] + [04]"}
      - {code: "04", name: E, formula: "[05]"}
!      - {code: "04", name: E, formula: "[04]"} # XR704
      - {code: "05", name: F, decimals: }
!      - {code: "05", name: F, formula: "[99]", decimal: } # XR702 XR703
      - {code: "06", name: G}
!      - {code: "06", name: G, minimum: 5, maximum: 3, filled_by: [a], formula: "[05"} # XR702 XR702 XR706
      - {code: "07", kind: choice, name: H, options: [{option: a, name: A}]}
!      - {code: "07", kind: choice, name: H} # XR702
      - {code: "08", name: I}
!      - {code: "08", name: I, target: {value: "5 to 7"}} # XR702
      - {code: "09", kind: rank, name: J}
!      - {code: "09", kind: rank, name: J, formula: "[05] +"} # XR702 XR706
      - {code: "10", name: K}
!      - {code: "10", name: K, across_units: first, growth: by} # XR702 XR702
      - {code: "11", name: L, formula: "[02] + [05]"}
!      - {code: "11", nam: L, formula: "[02] + [77]"} # XR702 XR703
      - {code: "12", name: M}
!      - {code: "12"} # XR702
      - {code: "13", kind: choice, name: N, options: [{option: a, name: A}]}
!      - {code: "13", kind: chioce, name: N, options: [{option: a, name: A}]} # XR702
    rules:
      - {code: R1, assert: "[05] > [00]"}
!      - {code: R1, asert: "[05] > [76]"} # XR702 XR703
      - {code: R2, assert: "[05] > 1"}
!      - {code: R2, assert: "[05] > "} # XR706
      - {code: R3, assert: "[05] > 2"}
!      - {code: r1, assert: "[05] > [78]", severity: fatal} # XR702 XR703 XR705
      - {code: R4, assert: 'count([13], "a") < 3 and count([07], "a") < 3'}
!      - {code: R4, assert: 'count([13], "a") < 3', measures: [actul]} # XR703
  - table: u
!  - table: T # XR702
    title: U
!    title: "" # XR702
    measures: [actual]
!    measures: actual # XR702
    indicators: [{code: a, name: A}]
!    indicators: # XR702
  - table: v
    title: V
    measures: [plan, actual, cumulative, same_period, base, growth]
!    measures: plan actual, cumulative same_period base growth # XR702
    growth: actual / same_period
!    growth: cumulative / plan # XR709
    indicators:
!    indicator: # XR702
      - {code: "06", name: A}
!      - {code: "06", name: A, target: {reduction: 20%}} # XR702 XR702
      - {code: "07", name: B}
!      - {code: "7 a", name: B} # XR702
      - {code: "08", name: C, formula: "[07] + [06]"}
!      - {code: "08", name: C, formula: "[v/07] + [w/06]"} # XR703
      - {code: "09", name: D}
!      - Wages # XR702
      - {code: "10", name: E, formula: "[09] + [06]"}
!      - {code: "10", name: E, formula: "[09] + [96] * 1.840 + 0,5"} # XR703 XR706 XR706
      - {code: "11", name: F, kind: choice, options: [{option: a, name: A}, {option: b, name: B}]}
!      - {code: "11", name: F, kind: choice, options: [Audited, Partly, Not audited]} # XR702
      - {code: "12", name: G, kind: rank}
!      - {code: "12", name: G, kind: rank, decimals: 1} # XR702
      - {code: "13", name: H, target: {reduction: 10, base_year: 2022, horizon: 2024}}
!      - {code: "13", name: H, target: {reduction: 10, base_year: 2022, horizon: 2020}} # XR702
      - {code: "14", name: I}
!      - {code: "13", name: I} # XR705
    rules:
      - {code: V1, assert: "[14] > 0"}
!      - V1 # XR702
      - {code: V2, assert: 'count([11]) > 0'}
!      - {code: V2, assert: "[94] > 0 and [06:sameperiod] > 1.840 and [06] > 0,5"} # XR703 XR703 XR706 XR706
      - {code: V3, assert: "[08] > 0", measures: [plan, actual]}
!      - {code: V3, assert: "[08] > 0", measures: "plan, sameperiod"} # XR702 XR703
"""
_EXPECTED = re.compile(r"# ([XR0-9 ]+)$")


def _lines() -> tuple[list[str], dict[int, str]]:
    """The lines as they should be, and the mistakes by the numbers of their lines."""
    right: list[str] = []
    wrong: dict[int, str] = {}
    for line in TEXT.strip().splitlines():
        if line.startswith("!"):
            wrong[len(right)] = line.removeprefix("!")
        else:
            right.append(line)
    return right, wrong


RIGHT, WRONG = _lines()


def definition(mistaken: Collection[int]) -> str:
    """The form with mistakes in these lines, counted from 1."""
    lines = (WRONG[number] if number in mistaken else line for number, line in enumerate(RIGHT, 1))
    return "\n".join(lines) + "\n"


def announced(mistaken: Collection[int]) -> list[tuple[int, str]]:
    marks = {number: _EXPECTED.search(WRONG[number]) for number in mistaken}
    return sorted((number, code) for number, mark in marks.items() if mark for code in mark[1].split())


def seen(text: str) -> list[tuple[int, str]]:
    found = read_form(text.encode(), "f.yaml")[1]
    return sorted((int(item.location.cell or 0), item.code) for item in found)


def test_without_mistakes_nothing_is_told() -> None:
    assert seen(definition(())) == []


@pytest.mark.parametrize("number", WRONG)
def test_each_mistake_is_told_once(number: int) -> None:
    assert announced({number})
    assert seen(definition({number})) == announced({number})


@given(st.sets(st.sampled_from(sorted(WRONG)), min_size=2))
@example(set(WRONG))
def test_all_mistakes_are_told_in_one_round(mistaken: set[int]) -> None:
    assert seen(definition(mistaken)) == announced(mistaken)


def test_a_range_with_a_hyphen_is_shown_as_it_is_written() -> None:
    text = definition(()).replace('code: "08", name: I', 'code: "08", name: I, target: {value: 5-7}')
    (found,) = read_form(text.encode(), "f.yaml")[1]
    assert message(found, texts("en")).endswith('"5-7" is not a number; a range is written 5..7.')


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ('{code: "20", name: O, formula: "[visits]"}', "XR703", "[21]"),
        ('{code: "20", name: O, formula: "[1] + [02]"}', "XR703", "[01]"),
        ('{code: "20", name: O, formula: "03 + 04"}', "XR719", "[20]"),
        ('{code: "20", name: O, replaces: "19"}', "XR707", "replaces"),
        ('{code: "20", name: O, measures: [actual, note]}', "XR707", "note"),
    ],
)
def test_what_was_meant_is_told(row: str, code: str, said: str) -> None:
    rows = f'      - {{code: "21", name: Visits}}\n      - {row}\n'
    text = definition(()).replace("      - plan\n", "      - plan\n      - note\n")
    text = text.replace("    rules:\n", rows + "    rules:\n", 1)
    (found,) = read_form(text.encode(), "f.yaml")[1]
    assert found.code == code
    assert said in f"{message(found, texts('en'))} {hint(found, texts('en'))}"


def test_a_column_that_is_nearly_a_standard_one_is_told() -> None:
    (found,) = read_form(definition(()).replace("- cumulative", "- cumulatve").encode(), "f.yaml")[1]
    assert (found.code, found.params["suggestion"]) == ("XR718", "cumulative")


def _said(text: str, line: int) -> list[str]:
    found = read_form(text.encode(), "f.yaml")[1]
    return [
        f"{message(item, texts('en'))} {hint(item, texts('en'))}" for item in found if item.location.cell == str(line)
    ]


PUPILS = """form: f
title: F
frequency: quarter
filled_by: [don-vi]
tables:
  - table: pupils
    title: T
    measures: [plan, actual, cumulative, completion, {measure: share, computes: completion, of: actual / plan}]
    indicators:
      - {code: "01", name: A, formula: "[02]"}
      - {code: "02", name: B, target: {by_year: {2024: 5, 2025: 6}}}
      - {code: "03", name: C, kind: yes-no}
      - {code: "04", name: D, measures: [actual], formula: "count([03])"}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "right", "wrong"),
    [
        # Each kind of reference is told by what it looks for; only what comes near is proposed.
        ('"[02]"', '"[77]"', 10, 'no indicator with the code "77"', "Closest"),
        ('"[02]"', '"[02:completion]"', 10, 'The column "completion" holds no figures'.lower(), "Closest"),
        ('"[02]"', '"[02:boys]"', 10, 'no column with the code "boys"', "Closest"),
        ('"[02]"', '"[02:cumulatve]"', 10, "Closest: [02:cumulative]", "[02:plan]"),
        ('"[02]"', '"[04:plan]"', 10, 'no figures in the column "plan"', "Closest"),
        ('"[02]"', '"[x/02]"', 10, 'no table with the code "x"', "Closest"),
        ('"count([03])"', "'count([03], \"co\")'", 13, "Closest: yes", "no indicator"),
        ('"count([03])"', "'count([03], \"l5\")'", 13, 'no option with the code "l5"', "Closest"),
        ("actual / plan", "girl / plan", 8, '"girl" cannot be used: the table "pupils" has no column', "share"),
        # Fields are named by codes, and as they are written.
        ("2025: 6", "2025: six", 11, "tables[pupils].indicators[02].target.by_year[2025] is", "goal"),
        ("2025: 6", "20xx: 6", 11, "tables[pupils].indicators[02].target.by_year[20xx] is", ".year"),
        ("kind: yes-no", "kind: yesno", 12, "tables[pupils].indicators[03].kind", "indicators[3]"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_file(old: str, new: str, line: int, right: str, wrong: str) -> None:
    assert read_form(PUPILS.encode(), "f.yaml")[1] == ()
    said = "\n".join(_said(PUPILS.replace(old, new, 1), line))
    assert right in said
    assert wrong not in said


def test_fields_under_a_misspelt_name_keep_their_lines() -> None:
    text = (
        PUPILS.replace("    indicators:", "    indicator:").replace('"[02]"', '"[99]"').replace("2024: 5", "2024: five")
    )
    found = read_form(text.encode(), "f.yaml")[1]
    assert [(item.location.cell, item.code) for item in found] == [("9", "XR702"), ("10", "XR703"), ("11", "XR702")]
