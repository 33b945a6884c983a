"""The schema contract on the facts of all submissions at once, in one pandera call.

Always on an eager frame: on a lazy one value checks are skipped without a word. A failure without a row
index would be a fault in our own checks, and raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from xlreport.findings import Finding, Location, finding, finding_with
from xlreport.forms.model import Form, Indicator, MeasureRole
from xlreport.frames import FACTS, frame
from xlreport.numbers import plain

_POINT = ["table", "indicator", "measure"]
_EXPECTATIONS: Mapping[str, pl.DataType] = {
    "definition": pl.String(),
    "table": pl.String(),
    "indicator": pl.String(),
    "measure": pl.String(),
    "kind": pl.String(),
    "required": pl.Boolean(),
    "minimum": FACTS["value"],
    "maximum": FACTS["value"],
}
#: The status of a cell that holds nothing; unreadable cells have been reported and count as filled.
_BLANK = "O"


def schema_findings(facts: pl.DataFrame, forms: Mapping[str, Form]) -> list[tuple[str, Finding]]:
    """What is missing or out of bounds in the facts (columns of `frames.FACTS`) of any number of submissions.

    `forms` are the definitions that submissions are held against, by the hash of their content. Each
    finding comes with the hash of the submission that it is about.
    """
    definitions = {form.fingerprint: form for form in forms.values()}
    by_content = pl.DataFrame(
        [(sha256, form.fingerprint) for sha256, form in forms.items()],
        schema={"source_sha256": pl.String, "definition": pl.String},
        orient="row",
    )
    # left order: row numbers of failures must be row numbers of `facts`.
    expected = facts.join(by_content, on="source_sha256", how="left", maintain_order="left").join(
        _expectations(definitions), on=["definition", *_POINT], how="left", maintain_order="left"
    )
    found = []
    for check, row in _failures(expected):
        failed = expected.row(row, named=True)
        found.append((str(failed["source_sha256"]), _finding(check, failed, definitions)))
    return found


def _failures(expected: pl.DataFrame) -> list[tuple[str, int]]:
    """Check and row of every failure, in the order of rows."""
    try:
        _SCHEMA.validate(expected, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.select("check", "index").rows()
        broken = [check for check, row in cases if row is None or check not in _FINDINGS]
        if broken:
            raise RuntimeError(f"the facts frame breaks its own schema: {sorted(set(broken))}") from errors
        return sorted(((check, int(row)) for check, row in cases), key=lambda case: (case[1], case[0]))
    return []


def _expectations(definitions: Mapping[str, Form]) -> pl.DataFrame:
    """What each input data point must be, one row each."""
    rows = [
        (
            fingerprint, table.table, indicator.code, measure.measure, indicator.kind.value,
            indicator.required and measure.is_required,
            _bound(indicator.minimum, indicator), _bound(indicator.maximum, indicator),
        )
        for fingerprint, form in definitions.items()
        for table in form.tables
        for indicator in table.indicators
        for measure in table.measures
        if measure.role is MeasureRole.FIGURE
    ]  # fmt: skip
    return frame(_EXPECTATIONS, rows)


def _bound(value: Decimal | None, indicator: Indicator) -> str | None:
    return None if value is None or not indicator.is_numeric else plain(value)


def _rows(condition: pl.Expr) -> Callable[[PolarsData], pl.LazyFrame]:
    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(condition)

    return check


def _unless_missing(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(True)


_value, _status = pl.col("value"), pl.col("status")
_CONDITIONS: Mapping[str, pl.Expr] = {
    "required": ~(pl.col("required").fill_null(False) & (_status == _BLANK)),
    "minimum": _unless_missing(_value >= pl.col("minimum")),
    "maximum": _unless_missing(_value <= pl.col("maximum")),
}
#: Which finding a failed check is, and which bound it quotes.
_FINDINGS: Mapping[str, tuple[str, str | None]] = {
    "required": ("XR301", None),
    "minimum": ("XR302", "minimum"),
    "maximum": ("XR303", "maximum"),
}
_SCHEMA = pa.DataFrameSchema(
    {
        "unit": pa.Column(pl.String, nullable=False),
        "period": pa.Column(pl.String, nullable=False),
        "value": pa.Column(FACTS["value"], nullable=True),
        "status": pa.Column(pl.String, pa.Check.isin(["A", "E", "P", "M", "O", "U"], name="status"), nullable=False),
        "source_sha256": pa.Column(pl.String, nullable=False),
    },
    checks=[pa.Check(_rows(condition), name=name) for name, condition in _CONDITIONS.items()],
    # One submission answers each data point once.
    unique=["source_sha256", "table", "indicator", "measure"],
    strict=False,
)


def _finding(check: str, row: Mapping[str, object], definitions: Mapping[str, Form]) -> Finding:
    code, bound = _FINDINGS[check]
    place = location_of(row)
    if bound is not None:
        return finding_with(code, place, {"value": row["value"], bound: row[bound]})
    table = definitions[str(row["definition"])].table(str(row["table"]))
    indicator = table.indicator(str(row["indicator"])) if table else None
    return finding(code, place, name=indicator.name.in_all() if indicator else str(row["indicator"]))


def location_of(row: Mapping[str, object]) -> Location:
    """Where a fact came from."""
    columns = {
        "file": "source_file", "unit": "unit", "sheet": "source_sheet", "cell": "source_cell",
        "table": "table", "indicator": "indicator", "measure": "measure",
    }  # fmt: skip
    return Location(**{name: str(row[column]) if row[column] is not None else None for name, column in columns.items()})
