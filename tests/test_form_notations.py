"""One model, two notations: YAML → model → workbook → model → YAML → model gives the same form at every step."""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
import yaml
from form_strategies import full_forms
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from xlreport.forms import calendar, model, targets
from xlreport.forms.load import load_form, read_form
from xlreport.forms.measures import Comparison
from xlreport.forms.model import Form
from xlreport.forms.workbook_codecs import Choice, Goal, Misread, Text, fold
from xlreport.forms.workbook_lists import Pairs, Several
from xlreport.forms.workbook_spec import SECTIONS, columns, heading, sheet_title
from xlreport.forms.yaml_writing import to_yaml
from xlreport.language import LANGUAGES, texts
from xlreport.outputs.form_book import form_workbook
from xlreport.periods import Frequency

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted((ROOT / "templates").glob("*.yaml"))


def read(data: bytes, name: str) -> Form:
    form, found = read_form(data, name)
    assert form is not None, found
    return form


def same(one: Form, other: Form) -> bool:
    return one == other and one.fingerprint == other.fingerprint


def assert_both_ways(form: Form, language: str) -> None:
    """A form as YAML gives it: in composed characters."""
    book = form_workbook(form, language)
    from_book = read(book, "f.xlsx")
    assert same(from_book, form)
    again = read(to_yaml(from_book), "f.yaml")
    assert same(again, form)
    assert form_workbook(again, language) == book


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_standard_forms_are_the_same_in_both_notations(path: Path, language: str) -> None:
    assert_both_ways(load_form(path), language)


@settings(max_examples=30)
@given(form=full_forms(), language=st.sampled_from(LANGUAGES))
def test_every_form_is_the_same_in_both_notations(form: Form, language: str) -> None:
    written = read(to_yaml(form), "f.yaml")
    assert_both_ways(written, language)


def test_what_is_there_and_empty_is_not_what_is_not_there() -> None:
    text = """
form: f
title: T
frequency: quarter
filled_by: [a]
cutoff: {}
absence: {nil: [], not_applicable: []}
number: ""
signatures: [{lines: ["", ""]}]
tables:
  - table: t
    title: T
    measures: [actual]
    indicators:
      - {code: "01", name: Heading, measures: []}
      - {code: "02", name: A, target: {}}
      - {code: "03", name: B, kind: yes-no, achieved: []}
"""
    form = read(text.replace('["", ""]', '[" a ", "b"]').encode(), "f.yaml")
    assert form.cutoff is not None
    assert form.number == ""
    first, second, third = form.tables[0].indicators
    assert first.measures == ()
    assert second.target == model.Target()
    assert third.achieved == ()
    assert_both_ways(form, "vi")


def test_yaml_is_laid_out_as_people_write_it() -> None:
    text = """\
form: f
version: 2
valid_from: 2024-Q1
title: Báo cáo
number: 01/CUM-Q
frequency: quarter
filled_by: [don-vi]
deadline: {days_after_period: 5, chain: [{cum: 2}]}
tables:
  - table: t
    title: {vi: "Kết quả: A", en: Results}
    measures: [plan, plan_to, actual, {measure: own, span: year}]
    completion: actual / plan
    indicators:
      - {code: "01", name: Lớp học, minimum: 0, target: {by_year: {2023: 15, 2024: 4..5}}}
      - code: "02"
        name: Danh hiệu
        kind: choice
        options:
          - {option: "no", name: Không}
        achieved: ["no"]
    rules:
      - {code: KT1, assert: 'count([02], "no") > 0', measures: [plan]}
"""
    loose = yaml.safe_dump(yaml.load(text, Loader=yaml.BaseLoader), allow_unicode=True, sort_keys=False).encode()
    form = Form.model_validate(yaml.load(text, Loader=yaml.BaseLoader))
    assert to_yaml(form).decode() == text
    assert Form.model_validate(yaml.load(loose, Loader=yaml.BaseLoader)) == form


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30))
def test_any_text_survives_a_cell_and_yaml(text: str) -> None:
    assert Text().read(Text().show(text, "vi")) == text
    several = Several(Text())
    assert several.read(several.show([text, text], "vi")) == [text, text]
    assert several.read(several.show([], "vi")) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a; b ;c;", ["a", "b", "c"]),
        ('"a;b"; c', ["a;b", "c"]),
        ("a\nb", ["a", "b"]),
        ("(không có)", []),
        ("(NONE)", []),
        ('"(none)"', ["(none)"]),
        ('say "hi"; b', ['say "hi"', "b"]),
    ],
)
def test_lists(typed: str, meant: list[str]) -> None:
    assert Several(Text()).read(typed) == meant


def test_numbers_in_texts_have_one_meaning() -> None:
    series, single = Pairs(Goal()), Goal()
    shown = series.show({"2023": "15.125", "2024": "-0.5..9605.381", "2025": "1840"}, "vi")
    assert shown == "2023: 15.1250; 2024: -0.5..9605.3810; 2025: 1840"
    assert series.read(shown) == {"2023": "15.1250", "2024": "-0.5..9605.3810", "2025": "1840"}
    assert single.read("4,5–9.605,38") == "4.5..9605.38"
    assert single.read(Decimal("9.605")) == "9.605"
    with pytest.raises(Misread):
        single.read("1.840")


def test_pairs() -> None:
    assert Pairs(Text()).read("2023: 15; 2024 :4..5") == {"2023": "15", "2024": "4..5"}
    assert Pairs(Text(), is_ordered=True).read("cum: 3; khoi: 2") == [{"cum": "3"}, {"khoi": "2"}]


# Nothing of the model is missing

#: Fields that a cell holds as a whole, though the model takes them apart.
WHOLE = (model.Ratio, model.Goal, targets.YearGoal, calendar.PeriodDay, calendar.Step)
#: Lists that have a sheet of their own, and the model of its rows.
ROWS = {"tables": model.Table, "measures": model.Measure, "indicators": model.Indicator, "options": model.Option,
        "rules": model.Rule, "signatures": model.Signature}  # fmt: skip


def parts(annotation: Any) -> Iterator[type]:
    """The classes that an annotation is made of."""
    if get_origin(annotation) is Annotated:
        yield from parts(get_args(annotation)[0])
    elif get_args(annotation) and not isinstance(annotation, type(None)):
        for part in get_args(annotation):
            yield from parts(part)
    elif isinstance(annotation, type):
        yield annotation


def needed(owner: type[BaseModel], before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """The paths of everything that a part of the model can say in cells of its own row."""
    paths: set[tuple[str, ...]] = set()
    for name, field in owner.model_fields.items():
        path = (*before, field.alias or name)
        inner = [part for part in parts(field.annotation) if issubclass(part, BaseModel)]
        if not inner or issubclass(inner[0], WHOLE):
            paths.add(path)
        elif inner[0] not in ROWS.values():
            paths |= needed(inner[0], path)
    return paths


def missing(name: str, owner: type[BaseModel]) -> set[tuple[str, ...]]:
    part = next(part for part in SECTIONS if part.name == name)
    return needed(owner) - {column.path for column in part.columns}


@pytest.mark.parametrize(("name", "owner"), [("form", Form), *ROWS.items()])
def test_workbook_has_a_place_for_every_field_of_the_model(name: str, owner: type[BaseModel]) -> None:
    assert missing(name, owner) == set()
    part = next(part for part in SECTIONS if part.name == name)
    assert {column.path for column in part.columns if not column.is_parent} == needed(owner)


def test_new_field_of_the_model_would_be_missed() -> None:
    text = create_model("Indicator", __base__=model.Indicator, weight=(str, "1"))
    group = create_model("Indicator", __base__=model.Indicator, other=(model.Target | None, None))
    lines = create_model("Table", __base__=model.Table, remark=(model.LocalText | None, None))
    assert missing("indicators", text) == {("weight",)}
    assert ("other", "by_year") in missing("indicators", group)
    assert missing("tables", lines) == {("remark", "vi"), ("remark", "en")}
    assert isinstance(model.Target | None, types.UnionType)


def test_lists_to_choose_from_hold_what_the_model_takes() -> None:
    known: dict[str, set[str]] = {
        "truth": {"yes", "no"},
        "frequency": {one.value for one in Frequency},
        "kind": {one.value for one in model.Kind},
        "aggregation": {one.value for one in model.Aggregation},
        "source": {one.value for one in model.Source},
        "span": {one.value for one in model.Span},
        "computes": {one.value for one in Comparison},
        "severity": set(get_args(model.Rule.model_fields["severity"].annotation)),
        "direction": {one.value for one in model.Direction},
        "growth": {"percent", "points"},
    }
    used = {column.codec.group for _, column in columns() if isinstance(column.codec, Choice)}
    assert used == known.keys()
    for group, codes in known.items():
        labels = Choice(group).labels()
        assert [set(labels[language]) for language in LANGUAGES] == [codes, codes]
        words = [(fold(word), code) for language in LANGUAGES for code, word in labels[language].items()]
        assert len(dict(words)) == len({word for word, _ in set(words)})
        assert all(Choice(group).read(word) in (code, code == "yes") for word, code in words)


@pytest.mark.parametrize("part", SECTIONS, ids=lambda part: part.name)
def test_headings_have_one_meaning(part: Any) -> None:
    names = [(fold(heading(part, column, language)), column.key) for column in part.columns for language in LANGUAGES]
    assert len({name for name, _ in names}) == len(set(names))
    assert all(len(sheet_title(part.name, language)) <= 31 for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_of_the_guidance_are_read(language: str) -> None:
    for part, column in columns():
        example = texts(language)(f"form_book.columns.{part.name}.{column.key}.example")
        assert column.codec.read(example) not in (None, "", [])
