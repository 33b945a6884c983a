"""Forms: what is accepted, what is wrong and on which line, and that no text whatever breaks the reader.

In a snippet, the comment at the end of a line names the findings expected on that line, and no others are.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from xlreport.findings import Finding, UnusableDefinition
from xlreport.findings.problems import problem
from xlreport.forms import field_problems, model
from xlreport.forms.expressions import bind
from xlreport.forms.load import load_form, read_form
from xlreport.forms.misfits import MISFITS
from xlreport.forms.yaml_notation import LIMITS, MAX_BYTES
from xlreport.grid.yaml_values import read_values
from xlreport.periods import Frequency, parse_period
from xlreport.rules.syntax import FUNCTIONS
from xlreport.usecases.forms import check_forms
from xlreport.usecases.trial import trial_problem

ROOT = Path(__file__).parent.parent
STANDARD = (ROOT / "templates" / "cum-quy.yaml").read_bytes()
REFERENCE = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")

HEAD = "form: f\ntitle: F\nfrequency: quarter\nfilled_by: [don-vi]\n"
EXPECTED = re.compile(r"# ((?:XR\d{3} ?)+)$")


def read(text: str | bytes) -> tuple[model.Form | None, tuple[Finding, ...]]:
    return read_form(text if isinstance(text, bytes) else text.encode(), "form.yaml")


def usable(text: str) -> model.Form:
    form, found = read(text)
    assert form is not None, found
    return form


def seen(text: str | bytes) -> list[tuple[str, int]]:
    """Codes and lines of all findings, in order of lines."""
    places = [(item.code, int(item.location.cell or 0)) for item in read(text)[1]]
    return sorted(places, key=lambda place: (place[1], place[0]))


def only(text: str) -> Finding:
    (item,) = read(text)[1]
    return item


def marked(text: str) -> list[tuple[str, int]]:
    """What the comments of a snippet announce."""
    lines = enumerate(text.splitlines(), start=1)
    return [(code, number) for number, line in lines if (mark := EXPECTED.search(line)) for code in mark[1].split()]


def table(*rows: str, measures: str = "[actual]", more: str = "") -> str:
    """A form of one table with these indicators, and further fields of the table or form after them."""
    indicators = "".join(f"      - {row}\n" for row in rows)
    return f"{HEAD}tables:\n  - table: t\n    title: T\n    measures: {measures}\n    indicators:\n{indicators}{more}"


A = '{code: "01", name: A}'
COMPUTED = "{{code: \"{0}\", name: C, formula: '{1}'}}"
CHOICE = '{code: "07", name: D, kind: choice, options: [{option: dat, name: Đạt}, {option: chua, name: Chưa}]}'


def rules(*expressions: str) -> str:
    """Further fields of a table: one rule to a line."""
    return "    rules:\n" + "".join(f"      - {{code: K{n}, assert: {text}\n" for n, text in enumerate(expressions))


# What is accepted


def test_standard_form_is_good() -> None:
    form, found = read_form(STANDARD, "cum-quy.yaml")
    assert found == ()
    assert form is not None
    assert [len(table.indicators) for table in form.tables] == [6, 16, 7]


def test_example_of_the_reference_is_good() -> None:
    assert {table.table for table in examples()[0].tables} == {"sxkd", "van-hoa"}


def examples() -> list[model.Form]:
    """The examples of the reference, each a whole form without any finding."""
    texts = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, flags=re.DOTALL | re.MULTILINE)
    assert [read(text)[1] for text in texts] == [()] * len(texts)
    return [usable(text) for text in texts]


def test_example_of_targets_has_every_kind() -> None:
    """Each field of a target is used, and the trial finds nothing that a spreadsheet would not take."""
    form = examples()[1]
    targets = [one.target for table in form.tables for one in table.indicators if one.target is not None]
    assert {name for target in targets for name in target.model_fields_set} == set(model.Target.model_fields)
    assert {goal.goal.high is None for target in targets for goal in target.by_year} == {True, False}
    assert trial_problem(form) is None


def fields(part: type[BaseModel]) -> Iterator[str]:
    for name, field in part.model_fields.items():
        yield field.alias or name


ENUMERATIONS = (model.Kind, model.Aggregation, model.Source, model.Span, model.Comparison, model.Direction)


@pytest.mark.parametrize("language", [0, 1], ids=["vi", "en"])
def test_reference_names_everything_that_may_be_written(language: int) -> None:
    parts = (model.Form, model.Table, model.Measure, model.Indicator, model.Option, model.Rule, model.Cutoff,
             model.Deadline, model.Absence, model.Signature, model.Target)  # fmt: skip
    words = {name for part in parts for name in fields(part)} - {"vi", "en"}
    words |= {value.value for values in ENUMERATIONS for value in values}
    words |= {"percent", "points"}
    words |= {frequency.value for frequency in Frequency} | set(model.MEASURES) | {"months", "error", "warning", "info"}
    text = REFERENCE.split("\n# Defining forms\n")[language]
    assert sorted(word for word in words if f"`{word}`" not in text and f"{{{word}:" not in text) == []
    assert sorted(name for name in FUNCTIONS if f"{name}(" not in text) == []


def test_scalars_stay_as_typed() -> None:
    text = table("{code: 01, name: no, number: 1.10, decimals: 2, required: no}", more="valid_from: 2024\n")
    form = usable(text)
    (indicator,) = form.tables[0].indicators
    assert (indicator.code, indicator.name.vi, indicator.number) == ("01", "no", "1.10")
    assert (indicator.decimals, indicator.required, form.valid_from) == (2, False, "2024")


def test_empty_fields_are_left_out_and_texts_composed() -> None:
    decomposed = "Ti\u0065\u0302\u0300n"
    form = usable(table(f'{{code: "01", name: {decomposed}, decimals: , formula: null}}', more="    rules:\n"))
    (indicator,) = form.tables[0].indicators
    assert (indicator.name.vi, indicator.decimals, indicator.formula) == ("Ti\u1ec1n", 0, None)


def test_a_series_of_goals_is_the_same_in_any_order() -> None:
    rows = (
        f'{{code: "01", name: A, target: {{by_year: {{{years}}}}}}}'
        for years in ("2023: 1, 2024: 2", "2024: 2, 2023: 1")
    )
    one, other = (usable(table(row, measures="[plan, actual]")) for row in rows)
    assert one == other
    assert one.fingerprint == other.fingerprint


def test_aliases_repeat_content() -> None:
    form = usable(table('{code: "01", name: A, unit_measure: &d tỷ đồng}', '{code: "02", name: B, unit_measure: *d}'))
    first, second = form.tables[0].indicators
    assert first.unit_measure == second.unit_measure is not None


# What is wrong, and where

SNIPPETS = {
    "several at once": table(
        "{code: 1.1, name: A}  # XR702",
        '{code: "02", name: B, decimals: 9}  # XR702',
        '{code: "03", name: C, minimun: 0}  # XR702',
        '{code: "04", name: D, across_units: total}  # XR702',
        '{code: "05"}  # XR702',
        '{code: "06", name: F, across_units: last}  # XR702',
        '{code: "07", name: G, minimum: 5.5, maximum: 1}  # XR702',
        '{code: "08", name: ""}  # XR702',
        '{code: "09", name: [a]}  # XR702',
        '{code: "10", name: J, minimum: "1,5"}  # XR702',
        '{code: "11", name: K, required: perhaps}  # XR702',
        '{code: "12", name: L, indent: 1.5}  # XR702',
    ),
    "codes with capitals and diacritics": f"{HEAD}tables:\n  - title: T\n    table: SXKĐ # XR702\n"
    "    measures: [Actual] # XR702\n    indicators: [{code: 0đ, name: A}] # XR702\n",
    "nothing but a name": "form: f # XR702 XR702 XR702 XR702\n",
    "codes defined twice": table(
        '{code: "1a", name: A}',
        '{code: "1A", name: B}  # XR705',
        '{code: "02", name: C, measures: [actual, actual]}  # XR705',
        more=rules('"[02] > 0"}', '"[02] > 1"}').replace("K1,", "k0,").replace('> 1"}', '> 1"} # XR705'),
    ),
    "measures and tables twice": table(A, measures="[actual, note, actual] # XR705")
    + '  - {table: t, title: U, measures: [actual], indicators: [{code: "01", name: A}]} # XR705\n',
    "rule codes of two tables": table(A, more=rules('"[01] > 0"}'))
    + '  - {table: u, title: U, measures: [actual], indicators: [{code: "01", name: A}],\n'
    + '     rules: [{code: K0, assert: "[01] > 0"}]} # XR705\n',
    "answers that mean two options": table(
        '{code: "01", name: A, kind: choice, options: [{option: a, name: Có}, {option: b, name: có }]}  # XR705',
        '{code: "02", name: A, kind: choice, options: [{option: a, name: Có}, {option: a, name: Không}]}  # XR705',
        '{code: "03", name: C, kind: choice, '
        "options: [{option: a, name: C}, {option: b, name: {vi: B, en: A}}]}  # XR705",
    ),
    "expressions": table(
        A,
        COMPUTED.format("02", "[01") + "  # XR706",
        COMPUTED.format("03", "[01] > 1") + "  # XR706",
        COMPUTED.format("04", "") + "  # XR706",
        more=rules('"[01]"} # XR706', '"1 < 2"} # XR706', '"[01] = 1 = 1"} # XR706', '"mean([01]) > 1"} # XR706'),
    ),
    "references to nothing": table(
        A,
        COMPUTED.format("02", "[99]") + "  # XR703",
        COMPUTED.format("03", "[u/01] + [01:plan]") + "  # XR703 XR703",
        COMPUTED.format("04", "[01:note]") + "  # XR703",
        more=rules('"[98] > 0", measures: [actual]} # XR703', '"[01] > 0", measures: [plan]} # XR703'),
        measures="[actual, note]",
    ),
    "choices": table(
        A,
        CHOICE,
        COMPUTED.format("08", 'count([07], "dat", "kha")') + "  # XR703",
        COMPUTED.format("09", "[07] + 1") + "  # XR703",
        COMPUTED.format("10", "count([01])") + "  # XR703",
        '{code: "11", name: V, kind: text}',
        COMPUTED.format("12", "[11] + count([11])") + "  # XR703",
        COMPUTED.format("14", 'count([11], "x")') + "  # XR703",
        '{code: "13", name: A, kind: choice, options: [{option: dat, name: Đạt}], achieved: [dta]}  # XR703',
    ),
    "closed measures": table(
        CHOICE,
        '{code: "08", name: N, formula: "count([07])"}  # XR703',
        '{code: "09", name: N, formula: "count([07])", measures: [actual]}',
        '{code: "10", name: N, measures: [plan, last_year]}  # XR703',
        more=rules('"[10] > 0", measures: [plan]}', '"[10] > 0"} # XR703', '"[10:plan] > [09:actual]"}'),
        measures="[plan, actual]",
    ),
    "rules of no measure": table(
        A, more=rules('"[01:plan] > 0"} # XR703', '"[01] > 0", measures: []} # XR702'), measures="[plan]"
    ),
    "circles": table(
        COMPUTED.format("05", "[06] * 2") + "  # XR704",
        COMPUTED.format("06", "[05] / 2"),
        COMPUTED.format("07", "[07]") + "  # XR704",
        COMPUTED.format("08", "[05] + [08]@previous"),
        measures="[plan, actual]",
    ),
    "circle through tables": table(COMPUTED.format("01", "[u/01]") + "  # XR704")
    + "  - {table: u, title: U, measures: [actual], indicators: [{code: '01', name: A, formula: '[t/01]'}]}\n",
    "ratios without terms": table(A, measures="[actual, completion] # XR703"),
    "ratio that is none": table(A, more="    growth: actual - plan # XR702\n"),
    "ratio of a note": table(A, more="    index: actual / note # XR703\n", measures="[actual, note, index]"),
    "ratio without a column": table(A, more="    completion: actual / plan # XR707\n", measures="[plan, actual]"),
    "percentages summed": table(
        '{code: "01", name: A, unit_measure: "%"}  # XR739',
        '{code: "02", name: B, unit_measure: "%", across_units: none}',
        '{code: "03", name: C, unit_measure: "%", formula: "[02] / 2"}',
        '{code: "04", name: C, unit_measure: tỷ đồng}',
    ),
    "numbers of what is none": table('{code: "01", name: A, kind: text, maximum: 3}  # XR707'),
    "period that does not exist": f"valid_from: 2024-Q5 # XR702\n{table(A)}",
    "tokens": "absence:\n  nil:\n    - x\n    - '0' # XR702\n    - không*  # XR702\n    - '' # XR702\n    - '-'\n"
    "  not_applicable:\n    - X # XR702\n    - =1 # XR702\n    - 1.840 # XR702\n    - n/a\n" + table(A),
    "sources": table(
        '{code: "01", name: A, source: register, formula: "[06]"}  # XR702',
        '{code: "02", name: A, unit_types: [x]}  # XR702',
        '{code: "03", name: A, kind: choice}  # XR702',
        '{code: "04", name: A, options: [{option: a, name: A}]}  # XR702',
        '{code: "05", name: A, kind: text, source: register}  # XR702',
        '{code: "06", name: A}',
    ),
    "keys": f"{HEAD}form: g # XR701\n? [a] # XR701\n: b\n<<: c # XR701\ntables: !!python/name:os.system x # XR701\n",
    "nested values": f"{HEAD}number: {'[' * 60}{']' * 60} # XR701\n",
    "tab": f"{HEAD}\tnumber: 1 # XR701\n",
    "colon": "form: f\ntitle: A: B # XR701\n",
    "not closed": "form: f\nfilled_by: [a # XR701\n\n\n",
    "list": "- form # XR701\n- g\n",
    "second document": "form: f\n--- # XR701\nform: g\n",
    "unknown alias": "form: f\ntitle: *t # XR701\n",
    "character no text can have": 'form: f # XR702 XR702 XR702\ntitle: "a\\x00b" # XR701\n',
    "escapes out of range": 'form: f # XR702 XR702 XR702\ntitle: "\\ud800" # XR701\n',
}


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS.keys())
def test_every_mistake_is_found_on_its_line(text: str) -> None:
    expected = marked(text)
    assert expected
    assert seen(text) == expected
    is_bad = any(item.is_error for item in read(text)[1])
    assert (read(text)[0] is None) == is_bad


@pytest.mark.parametrize(
    ("rows", "reference", "suggestion"),
    [
        ((A, COMPUTED.format("02", "[011]")), "[011]", "[01]"),
        ((A, COMPUTED.format("02", "[tt/01]")), "[tt/01]", "[t/01]"),
        ((A, COMPUTED.format("02", "[01:actaul]")), "[01:actaul]", "[01:actual]"),
        ((A, COMPUTED.format("02", "count([01])")), "count([01])", "[01]"),
        ((CHOICE, COMPUTED.format("02", "[07]")), "[07]", "count([07])"),
        ((CHOICE, COMPUTED.format("02", 'count([07], "Đạt")')), 'count([07], "Đạt")', "dat"),
        ((CHOICE, COMPUTED.format("02", 'count([07], "xyz")')), 'count([07], "xyz")', ""),
        ((A, COMPUTED.format("02", "[zzzzzz]")), "[zzzzzz]", ""),
    ],
)
def test_what_may_have_been_meant(rows: tuple[str, ...], reference: str, suggestion: str) -> None:
    item = only(table(*rows))
    assert item.code == "XR703"
    assert (item.params["reference"], item.params["suggestion"]) == (reference, suggestion)


def test_indicator_of_another_table_is_suggested() -> None:
    other = '  - {table: u, title: U, measures: [actual], indicators: [{code: "99", name: A}]}\n'
    assert only(table(A, COMPUTED.format("02", "[99]")) + other).params["suggestion"] == "[u/99]"


def test_circle_is_shown_as_it_goes() -> None:
    chain = table(*(COMPUTED.format(code, f"[{needs}]") for code, needs in (("05", "07"), ("06", "05"), ("07", "06"))))
    assert only(chain).params == {"cycle": "05 → 07 → 06 → 05"}
    through_measures = table(COMPUTED.format("01", "[01:plan]"), measures="[plan, actual]")
    assert only(through_measures).params == {"cycle": "01 → 01"}
    across = table(COMPUTED.format("01", "[u/02]"))
    other = "  - {table: u, title: U, measures: [actual], indicators: [{code: '02', name: A, formula: '[t/01]'}]}\n"
    assert only(across + other).params == {"cycle": "t/01 → u/02 → t/01"}


def test_formulas_in_many_circles_are_named_once() -> None:
    codes = [f"c{n}" for n in range(40)]
    everything = ", ".join(f"[{code}]" for code in codes)
    _, found = read(table(*(COMPUTED.format(code, f"sum({everything})") for code in codes)))
    assert {item.code for item in found} == {"XR704"}
    assert len(found) <= len(codes)


def test_long_chains_of_formulas_and_other_periods_are_no_circles() -> None:
    rows = [COMPUTED.format(f"c{n}", f"[c{n + 1}]") for n in range(2000)]
    form = usable(table(*rows, COMPUTED.format("c2000", "[x]@previous + [c0]@previous"), "{code: x, name: X}"))
    order = [formula.point.indicator for formula in bind(form, parse_period("2024-Q1")).formulas]
    assert order == [f"c{n}" for n in range(2000, -1, -1)]


def test_second_definition_points_at_the_first() -> None:
    item = only(table('{code: "01", name: A}', '{code: "01", name: B}'))
    assert [item.location.cell, *(place.cell for place in item.related)] == ["11", "10"]


def words_of(text: str) -> str:
    return cast(Mapping[str, str], only(text).params["problem"])["en"]


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        (table('{code: "01", name: A, minimun: 0}'), "tables[t].indicators[01].minimun", 'the nearest is "minimum"'),
        (table('{code: "01", name: A, kind: chocie}'), "tables[t].indicators[01].kind", "number, rank, choice"),
        (table('{code: "01", name: A, decimals: 9}'), "tables[t].indicators[01].decimals", "highest allowed, 6"),
        (table('{code: "01", name: {vie: A, vi: B}}'), "tables[t].indicators[01].name.vie", 'the nearest is "vi"'),
        (table(A, more=rules('"[01] > 0", assret: x}')), "tables[t].rules[K0].assret", 'the nearest is "assert"'),
        (
            table(A, measures="[{measure: actual, spam: year}]"),
            "tables[t].measures[actual].spam",
            'the nearest is "span"',
        ),
        (f"titel: T\n{table(A)}", "titel", 'the nearest is "title"'),
        (f"xyzzy: T\n{table(A)}", "xyzzy", "no such field"),
    ],
)
def test_field_is_named_and_explained(text: str, path: str, said: str) -> None:
    item = only(text)
    assert item.params["path"] == path
    assert said in words_of(text)


def test_every_problem_of_a_field_has_words() -> None:
    keys = {*field_problems.TEXTS.values(), *MISFITS, *field_problems.PATTERNS.values()}
    keys |= {key for key, _ in field_problems.LIMITS.values()}
    for key in keys:
        assert problem(key, value="v", limit=1, suggestion="s").keys() == {"vi", "en"}


def test_every_problem_of_an_expression_has_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "xlreport" / "rules").glob("*.py"))
    keys = set(re.findall(r'RuleSyntaxError\(\s*"([a-z-]+)"', source)) | {"unclosed", "unexpected"}
    assert len(keys) > 15
    details = dict.fromkeys(
        ("column", "limit", "found", "length", "reference", "suffix", "name", "known", "expected", "digits",
         "decimals"), "")  # fmt: skip
    assert all(problem(f"expression.{key}", **details)["vi"] for key in keys)


# Nothing breaks the reader

DEEP = {
    "brackets": "(" * 10_000 + "[01]" + ")" * 10_000,
    "short of the length": "(" * 1_900 + "[01]" + ")" * 1_900,
    "signs": "-" * 3_000 + "[01]",
    "functions": "abs(" * 60 + "[01]" + ")" * 60,
    "denials": "not " * 900 + "[01] > 1",
}


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP.keys())
def test_deep_expressions(expression: str) -> None:
    text = table(A, COMPUTED.format("02", expression) + "  # XR706")
    # Brackets alone make no tree deeper.
    expected = [] if expression == DEEP["short of the length"] else marked(text)
    assert seen(text) == expected


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        b"a: &a [*a]",
        b"[" * 10_000,
        b"{a: " * 10_000,
        b"- " * 10_000,
        b"\xff\xfe\x00\x01",
        b"PK\x03\x04\x00\x00",
        b"",
        b"---",
        b"# nothing",
        b"%YAML 1." + b"1" * 5000 + b"\n--- a",
        b'a: "\\UFFFFFFFF"',
        b"a" * (MAX_BYTES + 1),
        b"!!python/object/apply:os.system [x]",
    ],
)
def test_unreadable_files(data: bytes) -> None:
    form, found = read(data)
    assert form is None
    assert {item.code for item in found} == {"XR701"}


def check_outcome(data: bytes | str) -> None:
    form, found = read(data)
    assert (form is None) == any(item.is_error for item in found)


@given(st.text())
def test_any_text(text: str) -> None:
    check_outcome(text.encode("utf-8", "surrogatepass"))


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check_outcome(data)


@given(st.text(alphabet="[]{}:,-#&*!|>'\"%@?~<\\ \n\tab01", max_size=60))
def test_any_punctuation(text: str) -> None:
    check_outcome(text)
    check_outcome(HEAD + text)


@given(st.text(alphabet='[]()/:@,.<>=+-*" 0123abcount', max_size=40))
def test_any_formula(text: str) -> None:
    check_outcome(table(A, f'{{code: "02", name: B, formula: {json.dumps(text)}}}'))


def standard() -> dict[str, Any]:
    return cast(dict[str, Any], read_values(STANDARD, "cum-quy.yaml", LIMITS).content)


def holders(content: object) -> list[dict[str, Any] | list[Any]]:
    """Every mapping and list inside, the outermost first."""
    found: list[dict[str, Any] | list[Any]] = []
    waiting = [content]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list) and item:
            found.append(item)
            waiting.extend(item.values() if isinstance(item, dict) else item)
    return found


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_any_change_to_the_standard_form(data: st.DataObject) -> None:
    content = standard()
    for _ in range(data.draw(st.integers(1, 3))):
        holder = data.draw(st.sampled_from(holders(content)))
        key: Any = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        change = data.draw(st.sampled_from(["drop", "misspell", "replace"]))
        if change == "replace":
            holder[key] = data.draw(ANYTHING)
        elif change == "misspell" and isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        else:
            del holder[key]
    check_outcome(json.dumps(content))


# Fingerprints


@given(st.randoms(use_true_random=False))
def test_fingerprint_is_that_of_the_content(random: Any) -> None:
    def shuffled(value: object) -> object:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    first, _ = read(STANDARD)
    content = shuffled(standard())
    assert first is not None
    block = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=False)
    flow = yaml.safe_dump(content, allow_unicode=False, sort_keys=False, default_flow_style=True)
    assert usable(block).fingerprint == usable(flow).fingerprint == first.fingerprint
    assert model.Form.model_validate(json.loads(json.dumps(first.to_json()))).fingerprint == first.fingerprint


def test_fingerprint_changes_with_the_content() -> None:
    changed = copy.deepcopy(standard())
    changed["tables"][0]["indicators"][0]["decimals"] = "3"
    fingerprints = {usable(json.dumps(content)).fingerprint for content in (standard(), changed)}
    assert len(fingerprints) == 2


def test_defaults_written_out_make_no_difference() -> None:
    written = table('{code: "01", name: {vi: A}, kind: number, decimals: 0, across_units: sum}', more="version: 1\n")
    assert usable(written).fingerprint == usable(table(A)).fingerprint


# Files


def test_load_form(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_text(table(A), encoding="utf-8-sig")
    assert load_form(path).form == "f"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("none.yaml", None, "XR101"), ("f.txt", "form: f", "XR701"), ("f.yaml", "form: f: g", "XR701")],
)
def test_unusable_file(tmp_path: Path, name: str, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UnusableDefinition) as caught:
        load_form(tmp_path / name)
    assert [(item.code, item.location.file) for item in caught.value.findings] == [(code, name)]


def test_folder_is_no_form(tmp_path: Path) -> None:
    with pytest.raises(UnusableDefinition):
        load_form(tmp_path)


def test_a_name_that_no_cell_could_hold_is_refused() -> None:
    item = only(table(f'{{code: "01", name: "{"Tổng " * 240}"}}'))
    assert item.code == "XR702"
    assert item.params["problem"] == problem("too-long-text", limit=1000)


def test_a_formula_that_no_workbook_could_hold_is_found_before_it_is_issued(tmp_path: Path) -> None:
    rows = [f'{{code: "{number}", name: A}}' for number in range(100, 350)]
    terms = "+".join(f"[t/{number}]/[t/{number + 1}]" for number in range(100, 345))
    # Each reference to the other sheet has its long name.
    number = "    number: Biểu số liệu tổng hợp của đơn vị\n"
    other = "  - table: u\n    title: U\n    measures: [actual]\n    indicators:\n"
    more = f"{number}{other}      - {COMPUTED.format('T', terms)}\n"
    path = tmp_path / "wide.yaml"
    path.write_text(table(*rows, more=more), encoding="utf-8")
    ((_, form, found),) = check_forms([path])
    assert (form, [item.code for item in found]) == (None, ["XR708"])
    ((_, standard, nothing),) = check_forms([ROOT / "templates" / "cum-quy.yaml"])
    assert standard is not None
    assert nothing == ()


@pytest.mark.parametrize("target", ["{by_year: {2024: 1,5}}", "{value: 1,5}", "{value: 1, range}"])
def test_a_decimal_comma_in_braces_is_no_second_field(target: str) -> None:
    item = only(table(f'{{code: "01", name: A, decimals: 1, target: {target}}}', measures="[plan, plan_to, actual]"))
    assert item.code == "XR701"
    assert "1.5" in words_of(table(f'{{code: "01", name: A, target: {target}}}', measures="[plan, actual]"))
