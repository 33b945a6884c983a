"""Registers as files: both notations without loss, and the workbook an office keeps."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import book, registers, usable

from xlreport.language import LANGUAGES, texts
from xlreport.organisation.consistency import check
from xlreport.organisation.history import moves, origins, successors
from xlreport.organisation.load import read_register, read_register_file
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.notation import HEADINGS, SECTIONS, worded
from xlreport.organisation.records import plain_text
from xlreport.organisation.tree import at
from xlreport.organisation.worksheets import from_workbook
from xlreport.organisation.yaml_notation import to_yaml
from xlreport.outputs.register_book import register_workbook
from xlreport.outputs.register_guide import examples

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = sorted(EXAMPLES.glob("*/organisation.yaml"))

# Without loss


@settings(max_examples=40)
@given(registers())
def test_yaml_holds_all_of_a_register(register: Register) -> None:
    assert usable(read_register(to_yaml(register), "o.yaml")) == register


@settings(max_examples=25)
@given(registers(), st.sampled_from(LANGUAGES))
def test_a_workbook_holds_all_of_a_register(register: Register, language: str) -> None:
    assert usable(read_register(register_workbook(register, language), "o.xlsx")) == register


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_examples_go_through_both_notations_and_back(path: Path, language: str) -> None:
    register = usable(read_register_file(path))
    workbook = register_workbook(register, language)
    again = to_yaml(usable(read_register(workbook, "o.xlsx")))
    assert again == to_yaml(register)
    assert register_workbook(usable(read_register(again, "o.yaml")), language) == workbook


AWKWARD = (
    "no",
    "~",
    "2024-03-08",
    "0912",
    "1.0",
    "=1+1",
    "'x",
    "a: b",
    "# a",
    "_x0041_",
    "\u200b",
    "\ufeffa",
    "a\x80b",
)


@pytest.mark.parametrize("text", AWKWARD)
def test_texts_that_programs_take_for_something_else_stay_what_they_are(text: str) -> None:
    contact = plain_text(text)
    rows = (Membership("K", "Khối", "khoi", contact=contact), Membership("07", text, "cum", "K", document=text))
    register = Register((Level("khoi", text, text, 0), Level("cum", "Cụm", "", 1)), (), rows)
    assert usable(read_register(to_yaml(register), "o.yaml")) == register
    assert usable(read_register(register_workbook(register, "vi"), "o.xlsx")) == register


# The workbook


def opened(language: str = "vi") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(register_workbook(usable(read_register_file(FILES[-1])), language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_are_headed_in_the_language_and_the_guide_comes_last(language: str) -> None:
    workbook = opened(language)
    names = [worded(names, language) for names in SECTIONS.values()]
    assert workbook.sheetnames == [*names, texts(language)("register.guide.sheet")]
    for (section, headings), name in zip(HEADINGS.items(), names, strict=True):
        shown = [cell.value for cell in workbook[name][1]]
        assert shown == [worded(heading, language) for heading in headings.values()], section
    assert workbook[names[0]].freeze_panes == "C2"


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_types_and_parents_are_offered_in_lists(language: str) -> None:
    workbook = opened(language)
    sheet = workbook.worksheets[0]
    register = usable(read_register_file(FILES[-1]))
    offered = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    below = len(register.memberships) + 1 + 500 + 1
    assert set(offered) == {f"{letter}2:{letter}{below}" for letter in "CDE"}
    for letter, section in (("C", "levels"), ("E", "unit_types"), ("D", "units")):
        rule = offered[f"{letter}2:{letter}{below}"]
        name, _, cells = rule.formula1.rpartition("!")
        first, last = (int(cell.rpartition("$")[2]) for cell in cells.split(":"))
        source = workbook[name.strip("'")]
        assert name.strip("'") == worded(SECTIONS[section], language)
        # Every code is in the list, and there is room for those to come.
        assert (first, last > source.max_row) == (2, True)
        assert (rule.type, rule.errorStyle) == ("list", "warning")


def test_every_cell_is_text_also_where_nothing_stands_yet() -> None:
    for sheet in opened().worksheets[:-1]:
        assert {cell.number_format for row in sheet.iter_rows(min_row=2) for cell in row} == {"@"}
        # The library keeps neighbouring columns of one style and width together.
        last = {group.max for group in sheet.column_dimensions.values() if group.number_format == "@"}
        assert max(last) == sheet.max_column


def test_days_are_written_as_the_language_writes_them() -> None:
    for language, expected in (("vi", "08/3/2024"), ("en", "2024-03-08")):
        days = {row[5].value for row in opened(language).worksheets[0].iter_rows(min_row=2)}
        assert expected in days


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_s_examples_are_registers_and_mean_what_they_say(language: str) -> None:
    register = usable(read_register_file(FILES[-1]))
    shown = examples(register, texts(language))
    head = [Membership("K", "K", "khoi"), *(Membership(f"CUM-0{n}", "C", "cum", "K") for n in (7, 8))]
    others = tuple(Membership(f"C{n}-99", "U", "don-vi", f"CUM-0{n}") for n in (7, 8))
    whole = {kind: Register(register.levels, (), (*head, *others, *rows)) for kind, rows in shown.items()}
    assert {kind: check(one) for kind, one in whole.items()} == dict.fromkeys(shown, ())
    last, first = date(2025, 6, 30), date(2024, 1, 1)
    assert [move.after for move in moves(whole["move"])] == ["CUM-07"]
    assert moves(whole["rename"]) == ()
    assert at(whole["rename"], first).node("C7-04").name != at(whole["rename"], last).node("C7-04").name
    assert origins(whole["merge"], "C7-18", first, last) == ("C7-03", "C7-05")
    assert successors(whole["split"], "C7-09", last) == ("C7-19", "C7-20")
    assert {"C7-01", "C7-21"} <= set(at(whole["part"], last).codes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_shows_the_examples_cell_by_cell(language: str) -> None:
    register = usable(read_register_file(FILES[-1]))
    lines = {tuple(cell.value for cell in row) for row in opened(language).worksheets[-1].iter_rows()}
    for rows in examples(register, texts(language)).values():
        for row in rows:
            start = (row.code, row.name, row.level, row.parent)
            (line,) = [one for one in lines if one[:4] == start and one[6] == ("; ".join(row.predecessors) or None)
                       and (one[4] is None) == (row.valid_from is None)]  # fmt: skip
            assert line[7] == row.document


@pytest.mark.libreoffice
def test_a_workbook_saved_by_another_program_is_the_same_register(tmp_path: Path) -> None:
    register = usable(read_register_file(FILES[-1]))
    source = tmp_path / "o.xlsx"
    source.write_bytes(register_workbook(register, "vi"))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    for extension in ("xlsx", "ods"):
        arguments = [*command, "--convert-to", extension, "--outdir", str(tmp_path / "saved"), str(source)]
        subprocess.run(arguments, check=True, capture_output=True, timeout=300)
        saved = tmp_path / "saved" / f"o.{extension}"
        assert read_register_file(saved) == (register, ())
    sheet = openpyxl.load_workbook(tmp_path / "saved" / "o.xlsx").worksheets[0]
    assert len(sheet.data_validations.dataValidation) == 3


# The page on the workspace


def test_the_page_s_register_is_right_in_yaml_and_as_a_table() -> None:
    page = (EXAMPLES.parent / "docs" / "workspace.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    register = usable(read_register(text.encode(), "o.yaml"))
    assert check(register) == ()
    assert origins(register, "C7-18", date(2024, 1, 1), date(2025, 1, 1)) == ("C7-02", "C7-03")
    lines = [line for line in page.splitlines() if re.match(r"\| (C7-02|C7-03|C7-18) \|", line)]
    head = "| Mã | Tên | Cấp | Mã cấp trên | Hiệu lực từ | Hiệu lực đến | Đơn vị trước đây | Số văn bản |"
    table = "\n".join((head, "| KHOI | Khối | khoi | |", "| CUM-07 | Cụm | cum | KHOI |", *lines))
    as_table, found = from_workbook(book(table), "o.xlsx")
    assert found == ()
    assert as_table is not None
    shown = [(row.code, row.valid_from, row.valid_to, row.predecessors) for row in as_table.memberships]
    assert shown == [(row.code, row.valid_from, row.valid_to, row.predecessors) for row in register.memberships]
