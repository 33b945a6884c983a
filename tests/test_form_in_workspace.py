"""A form in its workspace: held against the organisation register and against the other forms there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from offices import REGISTER, Office, office

from xlreport import api
from xlreport.cli.application import application
from xlreport.errors import UsageError
from xlreport.findings import Finding, UnusableDefinition
from xlreport.forms.load import load_form
from xlreport.outputs.form_book import form_workbook
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.export import tidy_table
from xlreport.usecases.forms import check_forms
from xlreport.usecases.issue import books
from xlreport.usecases.organisation import check_organisation, register_or_none
from xlreport.usecases.receive import receive
from xlreport.usecases.status import status
from xlreport.workspace import load_forms

#: Every place where a level or a type is named; those that end in x are in no register.
FORM = """form: f
title: F
frequency: year
filled_by: [don-vi, dang-box]
deadline:
  days_after_period: 5
  chain:
    - {cum: 2}
    - {khoix: 3}
signatures:
  - levels: [cum, cumx]
    unit_types: [dang-bo, Chi bộ]
    lines: [X]
tables:
  - table: t
    title: T
    measures: [plan, actual]
    indicators:
      - {code: "01", name: A, filled_by: [don-vi, don-vix]}
      - {code: "02", name: B, source: register, unit_types: [dang-bo, cum]}
      - {code: "03", name: C, target: {value: 5, levels: [khoi, dang-bo]}}
"""
EXPECTED = [
    ("4", "dang-box", "dang-bo"),
    ("9", "khoix", "khoi"),
    ("11", "cumx", "cum"),
    ("12", "Chi bộ", "chi-bo"),
    ("19", "don-vix", "don-vi"),
    ("20", "cum", ""),
    ("21", "dang-bo", ""),
]
RIGHT = FORM.replace("box", "bo").replace("khoix", "khoi").replace(", cumx", "").replace("Chi bộ", "chi-bo")
RIGHT = RIGHT.replace(", don-vix", "").replace("unit_types: [dang-bo, cum]", "unit_types: [dang-bo]")
RIGHT = RIGHT.replace("[khoi, dang-bo]", "[khoi]")


def named(found: tuple[Finding, ...]) -> list[tuple[str | None, object, object]]:
    return [(one.location.cell, one.params["name"], one.params["suggestion"]) for one in found if one.code == "XR753"]


COMMANDS: dict[str, Callable[[Office], object]] = {
    "template": lambda one: books(one.workspace, "f", one.period("2024"), language="vi"),
    "receive": lambda one: receive(one.workspace, [], today=date(2030, 1, 1)),
    "consolidate": lambda one: consolidate(one.workspace, one.period("2024"), language="vi", today=date(2030, 1, 1)),
    "status": lambda one: status(one.workspace, one.period("2024")),
    "export": lambda one: tidy_table(one.workspace, one.period("2024"), "facts"),
    "check": lambda one: api.check([], one.workspace),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_every_unknown_level_and_type_with_its_line(tmp_path: Path, command: str) -> None:
    right = office(tmp_path / "right", RIGHT)
    COMMANDS[command](right)
    wrong = office(
        tmp_path / "wrong",
        FORM,
        RIGHT.replace("form: f", "form: g").replace("filled_by: [don-vi", "filled_by: [don-v", 1),
    )
    with pytest.raises(UnusableDefinition) as error:
        COMMANDS[command](wrong)
    assert named(error.value.findings) == [*EXPECTED, ("4", "don-v", "don-vi")]
    assert {one.location.file for one in error.value.findings} == {"0.yaml", "1.yaml"}


def test_form_check_names_them_where_there_is_a_register(tmp_path: Path) -> None:
    own = office(tmp_path, FORM)
    path = own.workspace.forms_folder / "0.yaml"
    ((_, form, found),) = check_forms([path], register_or_none(own.workspace))
    assert form is None
    assert named(found) == EXPECTED
    ((_, form, found),) = check_forms([path])
    assert form is not None
    assert found == ()
    assert named(check_organisation(own.workspace, date(2030, 1, 1)).forms) == EXPECTED


def test_they_are_named_beside_other_errors_and_in_workbooks(tmp_path: Path) -> None:
    own = office(tmp_path, FORM.replace("{cum: 2}", "{cum: 2 days}").replace('code: "03"', 'code: "01"'))
    register = register_or_none(own.workspace)
    ((_, _, found),) = check_forms([own.workspace.forms_folder / "0.yaml"], register)
    assert [item.code for item in found if item.code != "XR753"] == ["XR702", "XR705"]
    assert named(found) == EXPECTED
    (tmp_path / "f.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "f.xlsx").write_bytes(form_workbook(load_form(tmp_path / "f.yaml"), "vi"))
    ((_, _, found),) = check_forms([tmp_path / "f.xlsx"], register)
    assert [(one.location.sheet, one.params["name"]) for one in found] == [
        ("Biểu mẫu", "dang-box"),
        ("Biểu mẫu", "khoix"),
        ("Chỉ tiêu", "don-vix"),
        ("Chỉ tiêu", "cum"),
        ("Chỉ tiêu", "dang-bo"),
        ("Chữ ký", "cumx"),
        ("Chữ ký", "Chi bộ"),
    ]


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(application, [*arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def test_one_version_in_two_files_of_a_workspace_is_told_by_both(tmp_path: Path) -> None:
    own = office(tmp_path, RIGHT, RIGHT, RIGHT.replace("title: F", "version: 2\ntitle: F"))
    results = check_forms([own.workspace.forms_folder])
    assert [[item.code for item in found] for _, _, found in results] == [["XR754"], ["XR754"], []]
    assert [form is None for _, form, _ in results] == [True, True, False]
    assert [found[0].params["other"] for _, _, found in results[:2]] == ["1.yaml", "0.yaml"]
    with pytest.raises(UsageError) as error:
        load_forms(own.workspace)
    assert error.value.key == "form-twice"
    # Elsewhere a form may well be there in both notations.
    (tmp_path / "other").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / "other" / name).write_text(RIGHT, encoding="utf-8")
    assert [found for _, _, found in check_forms([tmp_path / "other"])] == [(), ()]


def test_a_register_is_told_from_a_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = office(tmp_path, RIGHT)
    monkeypatch.chdir(own.workspace.root)
    assert run("org", "convert", "organisation.yaml", "organisation.xlsx").exit_code == 0
    (tmp_path / "broken.yaml").write_text(REGISTER.replace("parent: C2", "parent: C9"), encoding="utf-8")
    for name in ("organisation.yaml", "organisation.xlsx", "broken.yaml"):
        ((_, form, found),) = check_forms([Path(name)])
        assert form is None
        assert [item.code for item in found] == ["XR701"]
        assert "org check" in str(found[0].params["problem"])
    (tmp_path / "f.yaml").write_text("form: f\n", encoding="utf-8")
    assert [item.code for item in check_forms([tmp_path / "f.yaml"])[0][2]] == ["XR702"] * 4
