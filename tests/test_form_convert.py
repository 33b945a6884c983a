"""`xlreport form convert` and `form schema`: either direction, nothing overwritten, nothing written by halves."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from xlreport.cli.application import application
from xlreport.forms.load import load_form
from xlreport.forms.schema import form_schema

STANDARD = Path(__file__).parent.parent / "templates" / "cum-quy.yaml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str | Path) -> tuple[int, str]:
    """Status and output. Anything but leaving with a status is a traceback, and fails."""
    result = CliRunner().invoke(application, [str(argument) for argument in arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def test_there_and_back(folder: Path) -> None:
    assert run("form", "convert", STANDARD, "a.xlsx")[0] == 0
    assert run("form", "convert", "a.xlsx", "b.yaml")[0] == 0
    assert run("form", "convert", "b.yaml", "c.yml")[0] == 0
    assert run("form", "convert", "c.yml", "d.xlsx", "--lang", "en")[0] == 0
    form = load_form(STANDARD)
    for name in ("a.xlsx", "b.yaml", "c.yml", "d.xlsx"):
        assert load_form(folder / name) == form
    assert (folder / "b.yaml").read_bytes() == (folder / "c.yml").read_bytes()
    assert (folder / "a.xlsx").read_bytes() != (folder / "d.xlsx").read_bytes()


def test_code_of_a_standard_form_will_do(folder: Path) -> None:
    status, output = run("form", "convert", "cum-quy", "a.xlsx")
    assert status == 0
    assert "a.xlsx" in output
    assert load_form(folder / "a.xlsx") == load_form(STANDARD)
    assert run("form", "check", "a.xlsx")[0] == 0


def test_nothing_is_overwritten_unless_told(folder: Path) -> None:
    (folder / "a.xlsx").write_bytes(b"mine")
    status, output = run("form", "convert", "cum-quy", "a.xlsx")
    assert status == 2
    assert "--force" in output
    assert (folder / "a.xlsx").read_bytes() == b"mine"
    assert run("form", "convert", "cum-quy", "a.xlsx", "--force")[0] == 0
    assert load_form(folder / "a.xlsx") == load_form(STANDARD)


def test_source_can_be_tidied_in_its_place(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(STANDARD.read_bytes())
    assert run("form", "convert", "a.yaml", "a.yaml")[0] == 2
    assert run("form", "convert", "a.yaml", "a.yaml", "--force")[0] == 0
    assert load_form(folder / "a.yaml") == load_form(STANDARD)


@pytest.mark.parametrize("target", ["a.csv", "a", "a.ods", "a.yaml.bak"])
def test_other_notations_are_unknown(target: str, folder: Path) -> None:
    status, output = run("form", "convert", "cum-quy", target)
    assert status == 2
    assert target in output
    assert not (folder / target).exists()


def test_unusable_definition_writes_nothing(folder: Path) -> None:
    (folder / "bad.yaml").write_text("form: F\ntitle: T\n", encoding="utf-8")
    status, output = run("form", "convert", "bad.yaml", "a.xlsx")
    assert status == 2
    assert "XR702" in output
    assert [path.name for path in folder.iterdir()] == ["bad.yaml"]
    assert run("form", "convert", "none.yaml", "a.xlsx")[0] == 2
    assert run("form", "convert", str(folder), "a.xlsx")[0] == 2


def test_form_that_no_cell_can_hold_is_told(folder: Path) -> None:
    text = STANDARD.read_text(encoding="utf-8").replace("number: 01/CUM-Q", f"number: {'x' * 33_000}", 1)
    (folder / "long.yaml").write_text(text, encoding="utf-8")
    status, output = run("form", "convert", "long.yaml", "a.xlsx")
    assert status == 2
    assert "Traceback" not in output
    assert not (folder / "a.xlsx").exists()


def test_schema_to_the_screen_and_to_a_file(folder: Path) -> None:
    status, output = run("form", "schema")
    assert (status, output.strip().encode()) == (0, form_schema().strip())
    assert run("form", "schema", "--out", "s.json")[0] == 0
    assert (folder / "s.json").read_bytes() == form_schema()


def test_commands_are_in_the_help() -> None:
    shown = CliRunner().invoke(application, ["form", "--help"]).output
    assert {"convert", "schema"} <= set(shown.split())
