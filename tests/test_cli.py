"""The command line: its texts, its exit statuses, what bad input leads to, and that the documentation holds."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from xlreport.cli.application import application
from xlreport.cli.commands import parameter_text, text_key
from xlreport.cli.settings import Settings
from xlreport.cli.submissions import received_lines
from xlreport.datapoints import DataPoint
from xlreport.findings import Finding, Location, finding, finding_with
from xlreport.forms.expressions import BoundForm, bind
from xlreport.language import LANGUAGES, texts
from xlreport.ledger import Transaction
from xlreport.organisation.notation import HEADINGS, SECTIONS, worded
from xlreport.organisation.tree import at
from xlreport.outputs.issue_index import INDEX_FILE
from xlreport.periods import parse_period
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckedFile
from xlreport.usecases.init import initialise
from xlreport.usecases.issue import unit_book
from xlreport.usecases.receive import Received, ReceiveResult
from xlreport.workspace import Workspace, load_forms, load_organisation, open_workspace

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "commands.md"
PERIOD = parse_period("2024-Q1")
REVENUE = DataPoint("sxkd", "01", "actual")
GLOBAL_OPTIONS = {"--workspace", "--lang", "--quiet", "--help"}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XLREPORT_LANG", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace with the units DV-001 and DV-002."""
    initialise(tmp_path / "w", None, "vi")
    return open_workspace(tmp_path / "w")


def run(*arguments: object) -> Result:
    """Run in this process. Anything but leaving with a status is a traceback, and fails."""
    result = CliRunner().invoke(application, [str(argument) for argument in arguments])
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def filled(workspace: Workspace, unit: str = "DV-001", revenue: Entry = Decimal("10.5"), **changes: Any) -> bytes:
    """A unit's workbook with every required figure; `changes` alter the book, `book_unit` its unit's code."""
    (form,) = load_forms(workspace)["cum-quy"]
    tree = at(load_organisation(workspace), PERIOD.end)
    entries: dict[DataPoint, Entry] = {
        DataPoint("sxkd", code, "actual"): Decimal(value)
        for code, value in {"02": "1.5", "03": "900", "04": "30", "06": "0.2"}.items()
    }
    entries |= {DataPoint("xdd", code, "actual"): Decimal(20) for code in ("04", "06", "12", "13", "14", "15", "16")}
    entries |= {DataPoint("xdd", "07", "actual"): "Đạt chuẩn", REVENUE: revenue}
    book = unit_book(workspace, bind(form, PERIOD), tree, unit, "vi")
    changes["unit"] = changes.pop("book_unit", unit)
    return unit_workbook(replace(book, entries=entries, **changes))


def put(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


# Commands, their texts and their documentation


def commands() -> Iterator[click.Context]:
    """The context of every command that does something."""
    yield from beneath(application, click.Context(application, info_name="xlreport", obj=Settings()))


def beneath(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    if not isinstance(command, click.Group):
        yield context
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from beneath(found, click.Context(found, info_name=name, parent=context))


def speaking(context: click.Context, language: str) -> click.Context:
    context.obj = Settings(language)
    return context


def long_name(parameter: click.Parameter) -> str:
    return max(parameter.opts, key=len)


COMMANDS = {context.command_path: context for context in commands()}


def test_commands_are_those_of_the_contract() -> None:
    expected = "demo init form_check form_convert form_list form_schema org_check org_convert plan history"
    expected += " template check receive consolidate status period_close period_reopen export"
    assert sorted(COMMANDS) == sorted(f"xlreport {name.replace('_', ' ')}" for name in expected.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", COMMANDS)
def test_help_explains_command_and_every_parameter(path: str, language: str) -> None:
    context = speaking(COMMANDS[path], language)
    result = run(*path.split()[1:], "--help", "--lang", language)
    shown = unwrapped(result.stdout)
    assert result.exit_code == 0
    assert shown.startswith(unwrapped(texts(language)("cli.heading.usage") + path))
    assert unwrapped(texts(language)(f"{text_key(context)}.help")) in shown
    for parameter in context.command.get_params(context):
        assert unwrapped(parameter_text(context, parameter)) in shown


def unwrapped(text: str) -> str:
    """Without spaces: help is wrapped at spaces and at hyphens."""
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["", "form", "org"])
def test_help_of_a_group_lists_its_commands(group: str, language: str) -> None:
    result = run("--lang", language, *group.split(), "--help")
    prefix = f"xlreport {group}".strip()
    names = {path.removeprefix(prefix).split()[0] for path in COMMANDS if path.startswith(prefix)}
    key = f"cli.{group}" if group else "cli"
    for name in names:
        assert re.search(
            rf"^  {name} +{re.escape(texts(language)(f'{key}.{name}.short'))}$", result.stdout, re.MULTILINE
        )


def test_no_text_is_left_over_for_a_parameter_that_does_not_exist() -> None:
    known = {"cli.option.version"}
    for context in COMMANDS.values():
        for parameter in context.command.get_params(context):
            kind, name = parameter.param_type_name, parameter.name
            own = f"{text_key(context)}.{kind}.{name if kind == 'argument' else long_name(parameter).lstrip('-')}"
            known |= {own, f"cli.option.{long_name(parameter).lstrip('-')}"}
    keys = texts("vi").keys()
    written = {key for key in keys if re.fullmatch(r"cli(\..+)?\.(option|argument)\.[^.]+", key)}
    assert sorted(written - known) == []


def sections() -> dict[str, str]:
    """The page's text under each heading of the second level."""
    _, *parts = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def row(context: click.Context, parameter: click.Parameter) -> str:
    """How the page has to show a parameter: name and value, then what the help says in both languages."""
    name = parameter.make_metavar(context) if isinstance(parameter, click.Argument) else long_name(parameter)
    if isinstance(parameter, click.Option) and not parameter.is_flag:
        name = f"{name} {parameter.metavar}"
    words = (parameter_text(speaking(context, language), parameter) for language in LANGUAGES)
    return f"| `{name.replace('|', chr(92) + '|')}` | {' | '.join(words)} |"


@pytest.mark.parametrize("path", COMMANDS)
def test_page_documents_command_and_every_parameter(path: str) -> None:
    context, section = COMMANDS[path], sections()[path]
    for language in LANGUAGES:
        assert texts(language)(f"{text_key(context)}.help") in section
    for parameter in context.command.get_params(context):
        if long_name(parameter) not in GLOBAL_OPTIONS:
            assert row(context, parameter) in section.splitlines()


def test_page_documents_global_options() -> None:
    context = click.Context(application, info_name="xlreport")
    rows = sections()["xlreport"].splitlines()
    options = [parameter for parameter in application.get_params(context) if long_name(parameter) != "--help"]
    assert {long_name(option) for option in options} == (GLOBAL_OPTIONS | {"--version"}) - {"--help"}
    assert [option.name for option in options if row(context, option) not in rows] == []


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_takes_the_global_options(path: str) -> None:
    context = COMMANDS[path]
    assert {long_name(parameter) for parameter in context.command.get_params(context)} >= GLOBAL_OPTIONS


def test_page_s_examples_run(tmp_path: Path) -> None:
    examples = re.findall(r"^xlreport .+$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {path for path in COMMANDS if not any(example.startswith(path) for example in examples)} == set()
    failed = [(example, result.output) for example in examples if (result := run(*shlex.split(example)[1:])).exit_code]
    assert failed == []
    assert (tmp_path / "tong-hop.csv").read_text(encoding="utf-8").startswith("form,version,period,node,")


def workspace_page(language: str) -> str:
    """The page on the workspace in one language."""
    page = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
    return page.split("\n# The workspace\n")[LANGUAGES.index(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_on_the_workspace_names_every_sheet_heading_and_setting(language: str) -> None:
    page = workspace_page(language)
    for section, headings in HEADINGS.items():
        assert re.search(rf"[“\"]{worded(SECTIONS[section], language)}[”\"]", page)
        rows = {line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")}
        assert {worded(names, language) for names in headings.values()} <= rows
    for key in ("workspace.name", "workspace.contact", "reports.notice", "ledger.url"):
        assert f"| `{key}` |" in page


def test_settings_shown_are_read(workspace: Workspace) -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```", workspace_page("vi"), flags=re.DOTALL | re.MULTILINE)
    (workspace.root / "xlreport.toml").write_text(example, encoding="utf-8")
    shown = open_workspace(workspace.root)
    assert (shown.name, shown.contact) == ("Khối ví dụ", "Văn phòng Khối (giả định)")
    assert (shown.notice_in("vi"), shown.notice_in("en")) == ("Số liệu nội bộ.", "For internal use.")
    assert shown.ledger_place == workspace.root / "ledger.sqlite"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{page.name}" for page in sorted(DOCS.parent.glob("*.md")))])
def test_links_lead_to_a_file_and_a_heading(page: str) -> None:
    source = ROOT / page
    broken = []
    for path, anchor in re.findall(r"\]\(((?!https?:)[^)#]*)(?:#([^)]+))?\)", source.read_text(encoding="utf-8")):
        target = source.parent / path if path else source
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    """What headings are linked by, as code hosts name them, and the anchors written out."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return named | set(re.findall(r'<a id="([^"]+)">', text))


# Languages and global options


def test_language_of_option_environment_and_default(monkeypatch: pytest.MonkeyPatch) -> None:
    vi, en = (texts(language)("cli.heading.usage") for language in LANGUAGES)
    assert run("--help").stdout.startswith(vi)
    monkeypatch.setenv("XLREPORT_LANG", "en")
    assert run("--help").stdout.startswith(en)
    assert run("--lang=vi", "check", "--help").stdout.startswith(vi)
    assert run("--lang", "vi", "check", "--help", "--lang", "en").stdout.startswith(en)


@pytest.mark.parametrize("place", ["option", "environment"])
def test_unknown_language_is_wrong_usage(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "environment":
        monkeypatch.setenv("XLREPORT_LANG", "fr")
    result = run("form", "list", *(("--lang", "fr") if place == "option" else ()))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "“fr”" in result.stderr


def test_workspace_is_the_one_named_last_else_the_nearest(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = ("status", "--period", "2024-Q1")
    assert run("--workspace", workspace.root, *status).exit_code == 0
    assert run("--workspace", "nowhere", *status, "--workspace", workspace.root).exit_code == 0
    assert run(*status, "--workspace", "nowhere").exit_code == 2
    assert run(*status).exit_code == 2
    monkeypatch.chdir(workspace.inbox)
    assert run(*status).exit_code == 0


def test_quiet_leaves_out_what_to_do_next(workspace: Workspace) -> None:
    command = ("template", "--form", "cum-quy", "--period", "2024-Q1", "--workspace", workspace.root)
    advice = texts("vi")("cli.template.next")
    assert advice in run(*command).stdout
    assert advice not in run(*command, "--quiet").stdout
    assert advice not in run("--quiet", *command).stdout


def test_version() -> None:
    assert re.fullmatch(r"xlreport \d+\.\d+\.\d+\n", run("--version").stdout)


# Wrong usage: status 2, a message in the language asked for, no traceback, nothing on standard output


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        ("chek", "Không có lệnh “chek”", "no command “chek”"),
        ("form lst", "Không có lệnh “lst”", "no command “lst”"),
        ("check", "Thiếu tham số FILE.", "Missing argument FILE."),
        ("status", "Thiếu tùy chọn --period.", "Missing option --period."),
        ("status --perod 2024", "Không có tùy chọn --perod. Gần giống: --period.", "No such option: --perod."),
        ("status --period", "Tùy chọn --period", "The option --period"),
        ("check a.xlsx --format xml", "“xml”. Các giá trị hợp lệ: text, json.", "“xml”. It takes: text, json."),
        ("export --period 2024-Q1 --table x --out a", "facts, totals", "facts, totals"),
        ("org check extra", "Thừa tham số: extra.", "Arguments too many: extra."),
        ("status --period 2024-Q5", "Kỳ báo cáo “2024-Q5” không tồn tại.", "no reporting period “2024-Q5”"),
        ("receive --received-on 30/3/2024", "“30/3/2024” không phải là ngày", "“30/3/2024” is not a day"),
        ("receive --received-on 2024-02-30", "“2024-02-30” không phải là ngày", "“2024-02-30” is not a day"),
        ("receive --received-on 2024-W13-6", "“2024-W13-6” không phải là ngày", "“2024-W13-6” is not a day"),
        ("status --period 2024-Q1", "Không tìm thấy thư mục làm việc", "No workspace was found"),
        ("init there --with nix", "Không có biểu mẫu “nix”", "no form “nix”"),
    ],
)
def test_wrong_usage(arguments: str, vi: str, en: str) -> None:
    for language, message in (("vi", vi), ("en", en)):
        result = run(*arguments.split(), f"--lang={language}")
        if arguments.endswith("--period"):
            result = run(f"--lang={language}", *arguments.split())
        assert (result.exit_code, result.stdout) == (2, "")
        assert texts(language)("cli.failure.frame", message="").strip() in result.stderr
        assert message in result.stderr


@pytest.mark.parametrize("group", ["", "form", "org", "form --quiet"])
def test_without_a_command_the_help_is_shown_and_the_status_is_wrong_usage(group: str) -> None:
    for language in LANGUAGES:
        result = run("--lang", language, *group.split())
        assert (result.exit_code, result.stdout) == (2, "")
        assert texts(language)("cli.heading.commands") in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("template --form nix --period 2024-Q1", "Không có biểu mẫu “nix”. Các biểu mẫu hiện có: cum-quy."),
        (
            "template --form cum-quy --period 2024-M01",
            "Biểu mẫu “cum-quy” lập theo quý, không dùng cho kỳ 2024-M01.",
        ),
        ("template --form cum-quy --period 2024-Q1 --unit NIX", "NIX"),
        ("consolidate --period 2024-Q1 --form nix", "Không có biểu mẫu “nix”"),
        (
            "consolidate --period 2024-Q1 --node NIX",
            "Không có cụm, khối nào mang mã NIX. Các mã hiện có: KHOI, CUM-01.",
        ),
        ("consolidate --period 2024-M01", "Không có biểu mẫu nào áp dụng cho kỳ 2024-M01."),
        ("status --period 2024-Q1 --form nix", "Không có biểu mẫu “nix”"),
        ("export --period 2024-Q1 --table facts --out .", "Không ghi được"),
        ("init .", "đã là thư mục làm việc"),
    ],
)
def test_what_a_workspace_does_not_have(
    arguments: str, message: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.root)
    result = run(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_unusable_form_is_explained_line_by_line(workspace: Workspace) -> None:
    path = workspace.forms_folder / "cum-quy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("decimals: 2", "decimals: two"), encoding="utf-8")
    line = path.read_text(encoding="utf-8").split("decimals: two")[0].count("\n") + 1
    result = run("status", "--period", "2024-Q1", "--workspace", workspace.root)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"✗ lỗi XR702  cum-quy.yaml:{line}: " in result.stderr
    checked = run("form", "check", path, "--lang", "en")
    assert checked.exit_code == 2
    assert f"✗ error XR702  {path}:{line}: " in checked.stdout


def test_unusable_register_is_explained_cell_by_cell(workspace: Workspace) -> None:
    (workspace.root / "organisation.xlsx").unlink()
    register = workspace.root / "organisation.yaml"
    register.write_text("levels:\n  - {code: khoi, title: Khối}\nunits:\n  - {code: K, name: K, level: nix}\n", "utf-8")
    result = run("org", "check", "--workspace", workspace.root)
    assert result.exit_code == 2
    assert "XR726  organisation.yaml:4: " in result.stdout
    assert run("receive", "--workspace", workspace.root).exit_code == 2


def test_usable_definitions(workspace: Workspace) -> None:
    assert run("org", "check", "--workspace", workspace.root).exit_code == 0
    assert run("form", "check", workspace.forms_folder / "cum-quy.yaml").exit_code == 0
    assert run("form", "check", workspace.forms_folder / "cum-quy.yaml", "missing.yaml").exit_code == 2


@pytest.mark.parametrize("settings", [b"[workspace", b"\xff\xfe", b'workspace = "x"', b"[reports]\nnotice = 3"])
def test_unreadable_settings(settings: bytes, workspace: Workspace) -> None:
    (workspace.root / "xlreport.toml").write_bytes(settings)
    result = run("status", "--period", "2024-Q1", "--workspace", workspace.root)
    assert result.exit_code == 2
    # What the system says, in whatever language, stands in brackets after our own words.
    assert re.search(r"Không đọc được thiết lập .+ mục sai kiểu giá trị \(.+\)\.$", result.stderr, re.MULTILINE)


def test_ledger_that_is_none(workspace: Workspace) -> None:
    (workspace.root / "ledger.sqlite").write_bytes(b"no database" * 100)
    result = run("status", "--period", "2024-Q1", "--workspace", workspace.root)
    assert result.exit_code == 2
    assert "Không đọc được sổ theo dõi" in result.stderr


# Checking


def bound(workspace: Workspace, period: str = "2024-Q1", form: str = "cum-quy") -> BoundForm:
    """The workspace's form under another code or for another period."""
    (known,) = load_forms(workspace)["cum-quy"]
    return bind(known.model_copy(update={"form": form}), parse_period(period))


def truncated(workspace: Workspace) -> bytes:
    data = filled(workspace)
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("make", "code", "outcome"),
    [
        pytest.param(None, "XR101", "refused", id="missing"),
        pytest.param(lambda _: b"xin chao", "XR102", "refused", id="text"),
        pytest.param(truncated, "XR103", "refused", id="truncated"),
        pytest.param(lambda w: filled(w, bound=bound(w, form="other")), "XR107", "refused", id="other-form"),
        pytest.param(lambda w: filled(w, book_unit="NIX"), "XR109", "refused", id="unknown-unit"),
        pytest.param(lambda w: filled(w, bound=bound(w, "2023-Q4")), "XR110", "refused", id="no-such-period"),
        pytest.param(lambda w: filled(w, revenue="9.605,38"), "XR203", "accepted", id="number-as-text"),
        pytest.param(lambda w: filled(w, revenue="1,840"), "XR202", "rejected", id="ambiguous-number"),
        pytest.param(lambda w: filled(w, revenue="chín"), "XR201", "rejected", id="no-number"),
    ],
)
def test_bad_input_has_one_finding_and_its_status(
    make: Callable[[Workspace], bytes] | None, code: str, outcome: str, workspace: Workspace, tmp_path: Path
) -> None:
    if make is not None:
        put(tmp_path, "a.xlsx", make(workspace))
    result = run("check", "a.xlsx", "--format", "json", "--workspace", workspace.root)
    (file,) = json.loads(result.stdout)["files"]
    assert ([item["code"] for item in file["findings"]], file["outcome"]) == ([code], outcome)
    assert result.exit_code == (0 if outcome == "accepted" else 1)
    shown = run("check", "a.xlsx", "--workspace", workspace.root)
    assert shown.exit_code == result.exit_code
    assert f" {code}  " in shown.stdout


def test_json_of_a_check_is_as_documented(workspace: Workspace, tmp_path: Path) -> None:
    path = put(tmp_path, "a.xlsx", filled(workspace, revenue="1,840"))
    result = run("check", "a.xlsx", "none.xlsx", "--format", "json", "--lang", "en", "--workspace", workspace.root)
    content = json.loads(result.stdout)
    assert content["summary"] == {"found": 2, "accepted": 0, "rejected": 1, "refused": 1}
    first, second = content["files"]
    findings = first.pop("findings")
    assert first.pop("sha256") == _sha256(path)
    assert first == {
        "path": "a.xlsx", "outcome": "rejected", "form": "cum-quy", "version": 1, "unit": "DV-001", "period": "2024-Q1",
    }  # fmt: skip
    (finding,) = findings
    assert "1.84" in finding.pop("message")
    assert finding == {
        "code": "XR202", "slug": "ambiguous-number", "severity": "error", "sheet": "01a-CUM-Q", "cell": "G12",
        "table": "sxkd", "indicator": "01", "measure": "actual",
        "params": {"first": "1.840", "second": "1840", "value": "1,840"},
    }  # fmt: skip
    assert (second["path"], second["sha256"], second["unit"]) == ("none.xlsx", None, None)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_names_in_json_are_in_the_language_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", filled(workspace, revenue=""))
    for language, name in (("vi", "Tổng doanh thu"), ("en", "Total revenue")):
        result = run("check", "a.xlsx", "--format", "json", "--lang", language, "--workspace", workspace.root)
        (finding,) = json.loads(result.stdout)["files"][0]["findings"]
        assert finding["params"] == {"name": name}


def test_text_of_a_check_names_place_message_and_remedy(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path / "folder", "a.xlsx", filled(workspace, revenue="chín"))
    put(tmp_path / "folder", "b.xlsx", filled(workspace, "DV-002"))
    put(tmp_path / "folder", "~$a.xlsx", b"lock")
    result = run("check", "folder", "--workspace", workspace.root)
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "folder/a.xlsx: Trả lại để sửa",
        "  Đơn vị DV-001 · Quý I năm 2024 · biểu mẫu cum-quy, phiên bản 1",
    ]
    assert lines[2].startswith("  ✗ lỗi XR201  Trang 01a-CUM-Q, ô G12 (mã số 01, Thực hiện trong kỳ): ")
    assert lines[3].startswith("    → ")
    assert lines[-1] == "Tìm thấy 2 tệp = 1 tiếp nhận + 1 trả lại để sửa + 0 không tiếp nhận."
    assert result.exit_code == 1


def test_check_without_a_workspace_uses_the_workbook_s_own_definition(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", filled(workspace))
    result = run("check", "a.xlsx")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == texts("vi")("cli.check.without-workspace")
    assert texts("vi")("cli.check.without-workspace") not in run("check", "a.xlsx", "--quiet").stdout


def test_check_of_an_empty_folder_is_not_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("check", "empty", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "files": [],
        "summary": {"found": 0, "accepted": 0, "rejected": 0, "refused": 0},
    }


# Receiving, consolidating, status, export


def test_status_of_receive(workspace: Workspace) -> None:
    receive = ("receive", "--workspace", workspace.root)
    empty = run(*receive)
    assert (empty.exit_code, empty.stdout) == (0, texts("vi")("cli.receive.nothing") + "\n")
    put(workspace.inbox, "bad.xlsx", b"no workbook")
    assert run(*receive).exit_code == 1
    put(workspace.inbox, "good.xlsx", filled(workspace))
    first = run(*receive)
    assert first.exit_code == 0
    assert "Tìm thấy 2 tệp = 1 tiếp nhận + 0 trả lại để sửa + 1 không tiếp nhận." in first.stdout
    assert "good.xlsx: Tiếp nhận" in first.stdout
    assert texts("vi")("cli.receive.again", count=1) not in first.stdout
    again = run(*receive)
    assert again.exit_code == 0
    assert "good.xlsx" not in again.stdout
    assert "XR602" not in again.stdout
    assert texts("vi")("cli.receive.again", count=1) in again.stdout
    # A refused file is named until it is taken away.
    assert all("bad.xlsx: Không tiếp nhận" in result.stdout for result in (first, again))


def test_file_that_was_replaced_is_not_listed_again(workspace: Workspace) -> None:
    receive = ("receive", "--workspace", workspace.root)
    put(workspace.inbox / "2024-03-28", "bad.xlsx", filled(workspace, revenue="chín"))
    for _ in range(2):
        assert " XR201  " in run(*receive).stdout
    put(workspace.inbox / "2024-03-29", "good.xlsx", filled(workspace))
    replaced = run(*receive)
    assert "good.xlsx: Tiếp nhận" in replaced.stdout
    assert "bad.xlsx" not in replaced.stdout
    assert texts("vi")("cli.receive.settled", count=1) in replaced.stdout


@pytest.mark.parametrize("accepted", [3, 40])
def test_what_was_found_in_accepted_files_is_listed_however_many_there_are(accepted: int) -> None:
    noted = received("noted.xlsx", "accepted", finding("XR203", Location(sheet="B"), value="9.605", read=9605))
    warned = received("warned.xlsx", "accepted", finding("XR116"))
    faultless = [received(f"{number:02}.xlsx", "accepted") for number in range(accepted)]
    lines = received_lines(ReceiveResult((noted, *faultless, warned)), texts("vi"))
    listed = [line.partition(":")[0] for line in lines if ": Tiếp nhận" in click.unstyle(line)]
    names = [item.file.name for item in faultless] if accepted == 3 else []
    assert listed == ["noted.xlsx", *names, "warned.xlsx"]
    assert {code for line in lines for code in re.findall(r"XR\d{3}", line)} == {"XR203", "XR116"}


@pytest.mark.parametrize(
    ("outcome", "codes", "is_new", "settled", "counted"),
    [
        ("accepted", ["XR602"], False, False, "again"),
        ("accepted", ["XR602", "XR116"], False, False, None),
        ("accepted", ["XR116"], True, False, None),
        ("rejected", ["XR207"], False, False, None),
        ("rejected", ["XR207"], False, True, "settled"),
        ("rejected", ["XR207"], True, True, None),
    ],
)
def test_only_files_of_which_everything_was_said_are_merely_counted(
    outcome: str, codes: list[str], is_new: bool, settled: bool, counted: str | None
) -> None:
    params = {"XR602": {"received_on": "28/03/2024"}}
    item = received("a.xlsx", outcome, *(finding_with(code, Location(), params.get(code, {})) for code in codes))
    lines = received_lines(ReceiveResult((replace(item, is_new=is_new, settled=settled),)), texts("en"))
    assert any(line.startswith("a.xlsx: ") for line in lines) == (counted is None)
    words = {kind: texts("en")(f"cli.receive.{kind}", count=1) for kind in ("again", "settled")}
    assert [kind for kind, line in words.items() if line in lines] == ([counted] if counted else [])


def received(name: str, outcome: str, *findings: Finding) -> Received:
    """A new file of a run with an outcome and what was found in it."""
    file = CheckedFile(Path(name), name, "0" * 64, outcome, None, findings=findings)
    return Received(file, date(2024, 3, 28), is_new=True)


def test_two_files_of_one_unit_wait_unless_the_newest_is_preferred(workspace: Workspace) -> None:
    old = put(workspace.inbox, "b.xlsx", filled(workspace, revenue=Decimal(20)))
    new = put(workspace.inbox, "a.xlsx", filled(workspace, revenue=Decimal(21)))
    os.utime(old, (1_000_000_000, 1_000_000_000))
    os.utime(new, (1_000_000_001, 1_000_000_001))
    receive = ("receive", "--workspace", workspace.root, "--received-on", "2024-03-29")
    assert run(*receive).exit_code == 1
    assert run(*receive, "--prefer", "newest").exit_code == 0
    table = workspace.root / "facts.csv"
    export = ("export", "--period", "2024-Q1", "--table", "facts", "--out", table, "--workspace", workspace.root)
    assert run(*export).exit_code == 0
    rows = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()]
    assert [line[7] for line in rows if line[4:7] == ["sxkd", "01", "actual"]] == ["21"]


def test_status_of_consolidate(workspace: Workspace) -> None:
    consolidate = ("consolidate", "--period", "2024-Q1", "--workspace", workspace.root)
    nothing = run(*consolidate)
    assert nothing.exit_code == 1
    assert texts("vi")("cli.consolidate.nothing") in nothing.stdout
    put(workspace.inbox / "2024-03-28", "good.xlsx", filled(workspace))
    done = run(*consolidate)
    assert done.exit_code == 0
    for node in ("KHOI", "CUM-01"):
        path = workspace.reports_folder("2024-Q1", "cum-quy") / f"{node}.xlsx"
        assert path.is_file()
        assert str(path.relative_to(Path.cwd())) in done.stdout
    assert "DV-002" in done.stdout


def test_consolidate_some_nodes_elsewhere(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path, "good.xlsx", filled(workspace))
    arguments = ("--period", "2024-Q1", "--node", "CUM-01", "--out", "out", "good.xlsx", "--workspace", workspace.root)
    assert run("consolidate", *arguments).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["CUM-01.xlsx"]


def test_json_of_status(workspace: Workspace) -> None:
    put(workspace.inbox / "2024-04-02", "late.xlsx", filled(workspace))
    put(workspace.inbox / "2024-03-28", "bad.xlsx", filled(workspace, "DV-002", revenue="?"))
    run("receive", "--workspace", workspace.root)
    result = run("status", "--period", "2024-Q1", "--format", "json", "--workspace", workspace.root)
    assert result.exit_code == 0
    content = json.loads(result.stdout)
    (form,) = content["forms"]
    assert (content["period"], form["form"], form["due"]) == ("2024-Q1", "cum-quy", "2024-03-30")
    assert [node["node"] for node in form["nodes"]] == ["KHOI", "CUM-01"]
    node = form["nodes"][1]
    assert "Chưa nộp" not in node.pop("reminder")
    assert node == {
        "node": "CUM-01", "name": "Cụm số 1 (sửa tên)", "level": "cum", "due": "2024-03-30", "expected": 2,
        "accepted": 1, "on_time": 0, "rate": "50.0", "rate_on_time": "0.0", "late": ["DV-001"],
        "rejected": ["DV-002"], "missing": [], "disputed": [], "edition": None, "contact": None,
        "lacking": [{"unit": "DV-002", "period": "2024-Q1", "state": "rejected"}],
    }  # fmt: skip


def test_status_names_units_whose_later_file_was_returned(workspace: Workspace) -> None:
    put(workspace.inbox / "2024-03-28", "good.xlsx", filled(workspace))
    put(workspace.inbox / "2024-03-29", "bad.xlsx", filled(workspace, revenue="chín"))
    run("receive", "--workspace", workspace.root)
    status = ("status", "--period", "2024-Q1", "--workspace", workspace.root)
    (form,) = json.loads(run(*status, "--format", "json").stdout)["forms"]
    assert [form["nodes"][0][key] for key in ("accepted", "rejected", "disputed")] == [1, [], ["DV-001"]]
    for language in LANGUAGES:
        lines = run(*status, "--lang", language).stdout.splitlines()
        heading = lines.index("  " + texts(language)("cli.coverage.disputed-units", count=1))
        assert lines[heading + 1].split()[0] == "DV-001"


def test_text_of_status_names_who_is_missing(workspace: Workspace) -> None:
    lines = run("status", "--period", "2024-Q1", "--workspace", workspace.root).stdout.splitlines()
    assert lines[0] == "Quý I năm 2024, biểu mẫu cum-quy, hạn gửi 30/03/2024:"
    assert lines[2].split()[-7:] == ["0", "0", "0", "0", "2", "0,0", "0,0"]
    assert "    DV-002  Đơn vị thứ hai (sửa tên)" in lines


def test_template_for_some_units_elsewhere(workspace: Workspace, tmp_path: Path) -> None:
    command = ("template", "--form", "cum-quy", "--period", "2024-Q1", "--workspace", workspace.root)
    assert run(*command, "--unit", "DV-002", "--out", "out").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["DV-002.xlsx", INDEX_FILE]
    assert run(*command).exit_code == 0
    issued = workspace.issued_folder("2024-Q1", "cum-quy")
    assert sorted(path.name for path in issued.iterdir()) == ["DV-001.xlsx", "DV-002.xlsx", "KHOI.xlsx", INDEX_FILE]


# The process itself


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A run of its own, from the folder of the test, with the package of this source tree."""
    known = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "xlreport", *arguments]
    return subprocess.run(command, env=known, capture_output=True, check=False)


def test_vietnamese_on_a_console_that_cannot_write_it() -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = process("check", "khong-co.xlsx", **plain)
    assert done.returncode == 1
    assert "Không tiếp nhận" in done.stdout.decode("utf-8")
    failed = process("lệnh-lạ", **plain)
    assert failed.returncode == 2
    assert "Lỗi: Không có lệnh" in failed.stderr.decode("utf-8")


def test_colour_only_on_a_terminal_and_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert b"\x1b[" not in process("check", "khong-co.xlsx").stdout
    assert "\x1b[" in CliRunner().invoke(application, ["check", "khong-co.xlsx"], color=True).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in CliRunner().invoke(application, ["check", "khong-co.xlsx"], color=True).stdout


def test_interruption(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Transaction, "standing", interrupted)
    result = run("status", "--period", "2024-Q1", "--workspace", workspace.root)
    assert (result.exit_code, result.stdout) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="a pipe that is closed early is told otherwise there")
def test_reader_that_goes_away(tmp_path: Path) -> None:
    for number in range(400):
        put(tmp_path / "many", f"{number}.xlsx", b"%d" % number)
    command = [sys.executable, "-m", "xlreport", "check", "many"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from xlreport.cli.application import application\n"
        "try: application.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('polars', 'pandera', 'pydantic', 'sqlalchemy', 'openpyxl', 'xlsxwriter', 'lark', 'rich', 'yaml')\n"
        "print(sorted(set(heavy) & set(sys.modules)), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True)
    assert done.stderr.strip() == "[]"


def test_help_is_quick() -> None:
    def seconds(*command: str) -> float:
        started = time.perf_counter()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, *command], env=environment, capture_output=True, check=True)
        return time.perf_counter() - started

    pairs = [(seconds("-c", "import click"), seconds("-m", "xlreport", "--help")) for _ in range(9)]
    assert median(ours / theirs for theirs, ours in pairs) < 2.5
