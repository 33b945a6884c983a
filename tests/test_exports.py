"""Exports are read back by tools that are not ours: the same figures, text that is text, the same bytes each time."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offices import Figures, Office, office

from xlreport.errors import UsageError
from xlreport.frames import EXACT, FACTS, TOTALS, facts_frame
from xlreport.grid.writing import MAX_TEXT
from xlreport.outputs.exports import FORMATS, Options, TidyTable, write
from xlreport.outputs.exports.columns import csv_text, guarded
from xlreport.outputs.exports.sdmx_csv import sdmx_period
from xlreport.periods import parse_period
from xlreport.usecases.export import export, exported_table
from xlreport.workspace import Workspace

FORM = """
form: f
title: {vi: Biểu F, en: Form F}
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: {vi: Kết quả, en: Results}
    measures: [plan, actual, completion, attainment, status, note]
    indicators:
      - {code: "01", name: {vi: Doanh thu, en: Revenue}, unit_measure: tỷ đồng, decimals: 2}
      - code: "02"
        name: {vi: Xếp loại, en: Grade}
        kind: choice
        options: [{option: tot, name: {vi: Tốt, en: Good}}, {option: kha, name: {vi: Khá, en: Fair}}]
      - {code: "03", name: Ý kiến, kind: text, required: false}
      - {code: "04", name: Số việc, required: false}
"""
HOSTILE = '=HYPERLINK("http://x","y")'
SENT: dict[str, Figures] = {
    "A": {"t/01": "9605.38", "t/01:plan": 10000, "t/02": "Tốt", "t/03": HOSTILE, "t/04": -5, "t/01:note": "'@x"},
    "B": {"t/01": "0.1", "t/01:plan": "0.2", "t/02": "Khá", "t/03": "001", "t/04": "x", "t/01:status": "ước"},
    "C": {"t/01": "123456789012.25", "t/02": "Tốt", "t/03": 'a,"b"\n<c> & d', "t/01:note": " -1"},
}
TABLES = ("facts", "totals")
Read = dict[tuple[str, ...], tuple[Decimal | None, str | None, str]]


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has received a quarter, and one report of the next."""
    found = office(tmp_path_factory.mktemp("office"), FORM)
    found.send("f", "2030-Q1", SENT)
    found.send("f", "2030-Q2", {"A": {"t/01": 7, "t/02": "Khá"}})
    assert {outcome for outcome, _ in found.receive().values()} == {"accepted"}
    return found


@pytest.fixture(scope="module")
def workspace(at_work: Office) -> Workspace:
    return at_work.workspace


def held(workspace: Workspace, table: str, labels: str | None = None) -> TidyTable:
    """Everything that is held, as a table."""
    return exported_table(workspace, None, table, None, labels)


def figures(rows: Any, table: str) -> Read:
    """Value, text and status by what names them; rows are mappings with plain values."""
    who = "unit" if table == "facts" else "node"
    key = ("form", "period", who, "table", "indicator", "measure")
    found: Read = {}
    for row in rows:
        text = row["text"] or None
        name = (*(str(row[column]) for column in key), "" if table == "facts" else text or "")
        assert name not in found
        value = row["value"]
        found[name] = (None if value is None or value == "" else Decimal(str(value)), text, row["status"])
    return found


def expected(workspace: Workspace, table: str) -> Read:
    return figures(held(workspace, table).frame.iter_rows(named=True), table)


# Read back by others


def by_pandas_csv(path: Path) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.read_csv(path, dtype=str, keep_default_na=False).to_dict("records")


def by_pandas_numbers(path: Path) -> Any:
    """As most people read a CSV file: numbers become doubles, which show the same digits."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(path, dtype={"indicator": str, "text": str})
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def by_duckdb(source: str) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        duckdb = pytest.importorskip("duckdb")
        result = duckdb.sql(f"SELECT * FROM {source.format(path=path)}")
        return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]

    return read


def by_pandas_excel(path: Path) -> Any:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    return frame.to_dict("records")


def by_sqlite(path: Path) -> Any:
    pandas, sqlite3 = pytest.importorskip("pandas"), pytest.importorskip("sqlite3")
    connection = sqlite3.connect(path)
    try:
        (table,) = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        frame = pandas.read_sql(f'SELECT * FROM "{table}"', connection, dtype=object)
    finally:
        connection.close()
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


_READ_PACKAGE = """
import json, sys
from frictionless import Package
(resource,) = Package(sys.argv[1]).resources
print(json.dumps([row.to_dict(json=False) for row in resource.read_rows()], default=str))
"""


def needs_frictionless() -> None:
    """It is asked in a process of its own: it warns of itself while it is loaded."""
    if find_spec("frictionless") is None:
        pytest.skip("frictionless is not installed")


def by_frictionless(folder: Path) -> Any:
    needs_frictionless()
    run = subprocess.run(
        [sys.executable, "-c", _READ_PACKAGE, "datapackage.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


READERS = [
    ("csv", "exact", by_pandas_csv),
    ("csv", "exact", by_pandas_numbers),
    ("csv", "exact", by_duckdb("read_csv('{path}', all_varchar=true, nullstr='')")),
    ("parquet", "", by_duckdb("read_parquet('{path}')")),
    ("json", "", by_duckdb("read_json('{path}')")),
    ("xlsx", "", by_pandas_excel),
    ("sqlite", "", by_sqlite),
    ("datapackage", "exact", by_frictionless),
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("name", "option", "read"), READERS)
def test_others_read_the_same_figures(
    workspace: Workspace, tmp_path: Path, table: str, name: str, option: str, read: Callable[[Path], Any]
) -> None:
    out = tmp_path / "out"
    result = export(workspace, None, table, name, out, exact=option == "exact")
    wanted = expected(workspace, table)
    assert result.rows == len(wanted) > 0
    assert figures(read(out), table) == wanted


@pytest.mark.parametrize("table", TABLES)
def test_sdmx_csv_is_read_by_pysdmx(workspace: Workspace, tmp_path: Path, table: str) -> None:
    pysdmx = pytest.importorskip("pysdmx.io")
    wanted = expected(workspace, table)
    for labels in (None, "vi", "en"):
        out = tmp_path / f"{labels}.csv"
        export(workspace, None, table, "sdmx-csv", out, labels=labels, exact=True)
        (dataset,) = pysdmx.read_sdmx(out).data
        assert dataset.structure == f"Dataflow=XLREPORT:F_{table.upper()}(1.0.0)"
        rows = [tidy(row, table) for row in dataset.data.to_dict("records")]
        assert figures(rows, table) == wanted


def tidy(row: dict[str, str], table: str) -> dict[str, str]:
    """An observation of SDMX in the words of the house."""
    who = "UNIT" if table == "facts" else "NODE"
    is_answer = row.get("ANSWER", "_Z") != "_Z"
    assert row["FREQ"] == "Q"
    assert row["INDICATOR"].startswith(f"{row['FORM_TABLE']}_")
    return {
        "form": "f", "period": row["TIME_PERIOD"], who.lower(): row[who], "table": row["FORM_TABLE"],
        "indicator": row["INDICATOR"].removeprefix(f"{row['FORM_TABLE']}_"), "measure": row["MEASURE"],
        "value": row["OBS_VALUE"], "text": row["ANSWER"] if is_answer else row["OBS_TEXT"], "status": row["OBS_STATUS"],
    }  # fmt: skip


def test_what_the_figures_are(workspace: Workspace) -> None:
    """The figures that all formats are compared with are those that were sent."""
    facts, totals = expected(workspace, "facts"), expected(workspace, "totals")
    assert facts["f", "2030-Q1", "A", "t", "01", "actual", ""] == (Decimal("9605.38"), None, "A")
    assert facts["f", "2030-Q1", "B", "t", "01", "actual", ""] == (Decimal("0.1"), None, "E")
    assert facts["f", "2030-Q1", "B", "t", "04", "actual", ""] == (None, None, "M")
    assert facts["f", "2030-Q1", "C", "t", "04", "actual", ""] == (None, None, "O")
    assert facts["f", "2030-Q1", "A", "t", "03", "actual", ""][1] == HOSTILE
    assert totals["f", "2030-Q1", "KHOI", "t", "01", "actual", ""] == (Decimal("123456798617.73"), None, "E")
    assert totals["f", "2030-Q1", "KHOI", "t", "02", "actual", "tot"][0] == 2
    assert totals["f", "2030-Q2", "C1", "t", "02", "actual", "kha"][0] == 1


# Exact numbers and text


def sample(values: list[str | None], texts: list[str | None]) -> TidyTable:
    """A table of facts with these values and texts, one row for each pair."""
    rows = [
        (
            "f",
            1,
            "2030-Q1",
            f"U{number}",
            "t",
            "01",
            "actual",
            value,
            text,
            "A",
            None,
            None,
            "a.xlsx",
            "0",
            "t",
            "A1",
            text,
        )
        for number, (value, text) in enumerate(zip(values, texts, strict=True))
    ]
    return TidyTable("facts", facts_frame(rows), (("f", "2030-Q1"),))


LONG = ["12345678901234567890123456789012.123456", "-0.000001", "999999999999999", "1234567890123456", "0", None]


def test_no_digit_is_lost_in_any_format(tmp_path: Path) -> None:
    table = sample(LONG, [None] * len(LONG))
    wanted = [None if value is None else Decimal(value) for value in LONG]
    written: dict[str, bytes] = {}
    for name in ("csv", "json", "sdmx-csv", "xlsx", "parquet"):
        data = write(name, table, Options())
        assert isinstance(data, bytes)
        written[name] = data
    assert [one["value"] for one in json.loads(written["json"], parse_float=Decimal)] == wanted
    for name, column in (("csv", "value"), ("sdmx-csv", "OBS_VALUE")):
        texts = pl.read_csv(written[name], infer_schema=False)[column].to_list()
        assert [None if text is None else Decimal(text) for text in texts] == wanted
    assert pl.read_parquet(written["parquet"])["value"].to_list() == wanted
    write("sqlite", table, Options(place=str(tmp_path / "x.sqlite")))
    assert [row["value"] for row in by_sqlite(tmp_path / "x.sqlite")] == [
        None if value is None else format(value, "f") for value in wanted
    ]


#: Columns of the sheet, from 1.
VALUE, TEXT = (list(FACTS).index(name) + 1 for name in ("value", "text"))


def test_a_workbook_keeps_as_text_what_a_double_cannot_hold() -> None:
    sheet = workbook(sample(LONG, [None] * len(LONG)))
    cells = [sheet.cell(row, VALUE) for row in range(2, len(LONG) + 2)]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "s", "n", "n"]
    assert [cell.value for cell in cells] == [LONG[0], -0.000001, 999999999999999, LONG[3], 0, None]


def workbook(table: TidyTable) -> Any:
    data = write("xlsx", table, Options())
    assert isinstance(data, bytes)
    return openpyxl.load_workbook(io.BytesIO(data)).active


TEXTS = [HOSTILE, "+1", "-1", "@x", "  =1", "'=1", "'", "01", "2024-01-01", "TRUE", "https://x.vn", "a\tb\r\nc",
         "_x0041_", "<&>\"'", "\x01\x0b", "\ufffe", "｛＝1", "＝1", "Đảng ủy", "😀"]  # fmt: skip


def test_text_is_text_in_a_workbook() -> None:
    sheet = workbook(sample([None] * len(TEXTS), list(TEXTS)))
    cells = [sheet.cell(row, TEXT) for row in range(2, len(TEXTS) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert [openpyxl.utils.escape.unescape(str(cell.value)) for cell in cells] == TEXTS


def test_a_workbook_has_a_real_table() -> None:
    table = sample(["1", "2"], ["a", None])
    sheet = workbook(table)
    (found,) = sheet.tables.values()
    assert (found.name, found.ref, sheet.dimensions) == ("Facts", "A1:Q3", "A1:Q3")
    assert [column.name for column in found.tableColumns] == list(FACTS)
    assert [cell.value for cell in sheet[1]] == list(FACTS)
    empty = workbook(replace(table, frame=table.frame.clear()))
    assert [found.ref for found in empty.tables.values()] == ["A1:Q2"]
    assert empty.max_row == 1


def test_text_too_long_for_a_cell_says_so_in_a_workbook_and_is_whole_elsewhere() -> None:
    texts = ["a" * MAX_TEXT, "a" * (MAX_TEXT + 1), "😀" * MAX_TEXT]
    table = sample([None] * 3, list(texts))
    cells = [str(workbook(table).cell(row, TEXT).value) for row in (2, 3, 4)]
    assert cells[0] == texts[0]
    assert cells[1] == "a" * (MAX_TEXT - 1) + "…"
    assert cells[2].endswith("😀…")
    assert len(cells[2].encode("utf-16-le")) // 2 <= MAX_TEXT
    written = write("json", table, Options())
    assert isinstance(written, bytes)
    assert [one["text"] for one in json.loads(written)] == texts


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    frame = pl.select(pl.lit(None).repeat_by(1_048_576).explode().alias("x")).select(
        *(pl.lit(None, dtype).alias(name) for name, dtype in FACTS.items()), "x"
    )
    with pytest.raises(UsageError) as caught:
        write("xlsx", TidyTable("facts", frame.drop("x"), ()), Options())
    assert caught.value.key == "export-too-long"


@given(st.lists(st.none() | st.text(), min_size=1, max_size=5) | st.sampled_from([[text] for text in TEXTS]))
def test_guarded_text_runs_nowhere_and_comes_back(texts: list[str | None]) -> None:
    shown = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(guarded("text"))["text"].to_list()
    for before, after in zip(texts, shown, strict=True):
        assert after is None or after.lstrip()[:1] not in tuple("=+-@＝＋－＠")
        assert (after.removeprefix("'") if after is not None else None) == before


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.is_csv])
@pytest.mark.parametrize("exact", [False, True])
def test_every_csv_guards_text_unless_it_is_to_be_exact(
    workspace: Workspace, tmp_path: Path, name: str, exact: bool
) -> None:
    export(workspace, parse_period("2030-Q1"), "facts", name, tmp_path / "out", exact=exact)
    path = tmp_path / "out" / "facts.csv" if name == "datapackage" else tmp_path / "out"
    frame = pl.read_csv(path, infer_schema=False)
    texts = {text for column in frame.columns for text in frame[column].drop_nulls() if column != "value"}
    running = {text for text in texts if text.lstrip()[:1] in tuple("=+-@")} - set(
        frame.get_column("OBS_VALUE", default=pl.Series())
    )
    assert (HOSTILE in running) == exact
    assert ("'" + HOSTILE in texts) != exact
    assert bool(running) == exact
    # Negative numbers are numbers.
    assert "-5" in frame["value" if "value" in frame.columns else "OBS_VALUE"]


def test_bom_is_for_excel_only(workspace: Workspace, tmp_path: Path) -> None:
    for bom in (False, True):
        export(workspace, None, "totals", "csv", tmp_path / "out.csv", bom=bom)
        assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfform," if bom else b"form,")


# The same bytes, whole or not at all


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("sqlite", "sql")])
def test_same_content_same_bytes(workspace: Workspace, table: str, name: str) -> None:
    assert write(name, held(workspace, table), Options()) == write(name, held(workspace, table), Options())


def test_options_that_a_format_does_not_have_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    for name, bom, exact in (("xlsx", True, False), ("sdmx-csv", True, False), ("parquet", False, True)):
        with pytest.raises(UsageError) as caught:
            export(workspace, None, "facts", name, tmp_path / "out", bom=bom, exact=exact)
        assert caught.value.key == "option-not-for-format"
    assert list(tmp_path.iterdir()) == []


# The data package


def validated(folder: Path) -> list[str]:
    """What `frictionless validate` finds: kinds of errors."""
    needs_frictionless()
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    errors = [error["type"] for task in report["tasks"] for error in task["errors"]]
    assert report["valid"] == (run.returncode == 0)
    return errors + [error["type"] for error in report["errors"]]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("labels", [None, "vi"])
def test_frictionless_accepts_the_package(workspace: Workspace, tmp_path: Path, table: str, labels: str | None) -> None:
    export(workspace, None, table, "datapackage", tmp_path / "package" / "datapackage.json", labels=labels)
    folder = tmp_path / "package"
    assert {path.name for path in folder.iterdir()} == {"datapackage.json", f"{table}.csv"}
    assert validated(folder) == []
    data = folder / f"{table}.csv"
    data.write_bytes(data.read_bytes().replace(b"2030-Q1", b"2030-Q4", 1))
    assert validated(folder) == ["hash-count"]


def test_the_package_describes_every_column(workspace: Workspace, tmp_path: Path) -> None:
    for table, columns in (("facts", FACTS), ("totals", TOTALS)):
        export(workspace, None, table, "datapackage", tmp_path / table, language="en")
        (resource,) = json.loads((tmp_path / table / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == list(columns)
        assert fields["value"] == {"name": "value", "type": "number", "title": "Value"}
        assert fields["version"]["type"] == "integer"


# SDMX


def test_sdmx_columns_stand_in_the_standard_order(workspace: Workspace, tmp_path: Path) -> None:
    export(workspace, None, "totals", "sdmx-csv", tmp_path / "out")
    head = (tmp_path / "out").read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,NODE,FORM_TABLE,INDICATOR,MEASURE,ANSWER,TIME_PERIOD,OBS_VALUE,OBS_TEXT,"
        "OBS_STATUS,UNIT_MEASURE,QUALIFIER,LEVEL,REPORTING_UNITS,EXPECTED_UNITS"
    )
    export(workspace, None, "totals", "sdmx-csv", tmp_path / "out", labels="en")
    frame = pl.read_csv(tmp_path / "out", infer_schema=False)
    assert frame.columns[:7] == ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "FREQ", "Frequency", "NODE"]
    row = frame.filter(pl.col("ANSWER") == "tot").row(0, named=True)
    assert (row["Answer"], row["Observation status"], row["STRUCTURE_NAME"]) == ("Good", "Normal value", "Form F")


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("2024-M03", "2024-M03"),
        ("2024-Q1", "2024-Q1"),
        ("2024-H2", "2024-S2"),
        ("2024-9M", "2024-01-01/P9M"),
        ("2024", "2024"),
        ("2022..2025", "2022-01-01/P4Y"),
    ],
)
def test_periods_as_sdmx_writes_them(code: str, written: str) -> None:
    assert sdmx_period(parse_period(code)) == written


def test_what_could_not_be_read_is_missing_to_others() -> None:
    table = sample([None], [None])
    data = write("sdmx-csv", replace(table, frame=table.frame.with_columns(status=pl.lit("U"))), Options())
    assert isinstance(data, bytes)
    assert pl.read_csv(data, infer_schema=False)["OBS_STATUS"].to_list() == ["O"]


# Labels, periods


@pytest.mark.parametrize(("language", "words"), [("vi", ("Biểu F", "Tốt")), ("en", ("Form F", "Good"))])
def test_labels_stand_beside_codes(workspace: Workspace, language: str, words: tuple[str, str]) -> None:
    for table, who in (("facts", "unit"), ("totals", "node")):
        frame = held(workspace, table, language).frame
        plain = held(workspace, table).frame
        assert frame.select(plain.columns).equals(plain)
        assert set(frame["form_title"]) == {words[0]}
        titles = set(frame.filter(pl.col("text") == "tot")["text_title"])
        assert titles == {words[1]}
        assert frame[f"{who}_name"].null_count() == 0
    totals = held(workspace, "totals", language).frame
    (verdict,) = set(totals.filter(measure="attainment", text="no-plan")["text_title"]) - {None}
    assert verdict == {"vi": "Chưa có kế hoạch", "en": "No plan"}[language]
    assert set(totals["level_title"]) == {"vi": {"Khối", "Cụm"}, "en": {"Bloc", "Cluster"}}[language]


def test_every_period_held_or_one(workspace: Workspace) -> None:
    for table in TABLES:
        both, one = held(workspace, table), exported_table(workspace, parse_period("2030-Q2"), table, None, None)
        assert both.scope == (("f", "2030-Q1"), ("f", "2030-Q2"))
        assert one.scope == (("f", "2030-Q2"),)
        assert both.frame["period"].unique(maintain_order=True).to_list() == ["2030-Q1", "2030-Q2"]
        assert both.frame.filter(period="2030-Q2").equals(one.frame)


def test_nothing_held_has_the_same_columns(tmp_path: Path) -> None:
    founded = office(tmp_path, FORM)
    for table, columns in (("facts", FACTS), ("totals", TOTALS)):
        assert held(founded.workspace, table).frame.schema == pl.Schema(columns)
        assert held(founded.workspace, table, "vi").frame.width > len(columns)
        for name in FORMATS:
            if name not in ("sqlite", "sql"):
                assert write(name, held(founded.workspace, table, "vi"), Options())


def test_every_format_is_documented() -> None:
    root = Path(__file__).parent.parent
    for file in ("docs/commands.md", "docs/exports.md"):
        text = (root / file).read_text(encoding="utf-8")
        assert [name for name in FORMATS if f"`{name}`" not in text] == [], file


def test_csv_text_is_fit_for_the_frame() -> None:
    """Zeros that only fill up six decimals are no figures; those before the point are."""
    frame = pl.DataFrame({"v": ["100", "0.50", "-0", "1200.000001"]}).with_columns(pl.col("v").cast(EXACT))
    assert csv_text(frame, exact=True).decode().split() == ["v", "100", "0.5", "0", "1200.000001"]
