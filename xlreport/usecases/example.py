"""The examples that ship with the product: a workspace whose workbooks are filled as the units of the example would.

An example is a folder with `organisation.yaml` and, for each form and period, a table `<form>_<period>.csv` with the
columns unit, table, indicator, measure, value. A row without indicator gives the status of a whole table's data.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from xlreport.aggregation import Qualifier, Status, filler_of
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.model import Form, Kind, MeasureRole
from xlreport.language import texts
from xlreport.organisation.load import load_register
from xlreport.organisation.tree import at
from xlreport.periods import Period, parse_period
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.definitions import form_for
from xlreport.usecases.init import build_workspace
from xlreport.usecases.issue import unit_book
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import Workspace, load_forms, load_organisation, open_workspace


@dataclass(frozen=True, slots=True)
class Typed:
    """What one unit types into its workbook, in the notation of the example, and the status of each table's data."""

    entries: dict[DataPoint, str] = field(default_factory=dict)
    statuses: dict[str, Status] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExampleReport:
    """A form in a period, and where the example keeps what its units type."""

    form: str
    period: Period
    path: Path


def example_reports(name: str) -> list[ExampleReport]:
    """What an example's units report, in the order of forms and periods."""
    paths = sorted(example_folder(name).glob("*.csv"))
    parts = (path.stem.rpartition("_") for path in paths)
    return [
        ExampleReport(form, parse_period(period), path) for path, (form, _, period) in zip(paths, parts, strict=True)
    ]


def example_workspace(
    folder: Path, name: str, language: str, *, title: str | None = None, notice: Mapping[str, str] | None = None
) -> Workspace:
    """Build the workspace of an example in a new folder: its forms and its register. Raises UsageError."""
    forms = dict.fromkeys(report.form for report in example_reports(name))
    register = load_register(example_folder(name) / "organisation.yaml")
    files = [standard_form_file(form) for form in forms]
    build_workspace(folder, files, register, language, name=title or name, notice=notice)
    return open_workspace(folder)


def read_typed(path: Path) -> dict[str, Typed]:
    """What each unit types, from a table of an example."""
    typed: dict[str, Typed] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unit = typed.setdefault(row["unit"], Typed())
            if row["indicator"]:
                unit.entries[DataPoint(row["table"], row["indicator"], row["measure"])] = row["value"]
            else:
                unit.statuses[row["table"]] = Status(row["value"])
    return typed


def filled_workbooks(
    workspace: Workspace, form_code: str, period: Period, typed: Mapping[str, Typed], language: str
) -> Iterator[tuple[str, bytes]]:
    """The issued workbooks as the units send them back: code of the unit and workbook."""
    form = form_for(load_forms(workspace), form_code, period)
    tree = at(load_organisation(workspace), period.end)
    for unit, own in typed.items():
        blank = unit_book(workspace, bind(form, period, filler_of(form, tree, unit)), tree, unit, language)
        entries = {point: _entry(text, point, form, language) for point, text in own.entries.items()}
        yield unit, unit_workbook(replace(blank, entries=entries, statuses=own.statuses))


def _entry(text: str, point: DataPoint, form: Form, language: str) -> Entry:
    """An entry as a workbook in this language has it: options and qualifiers by their names, days as days."""
    table = form.table(point.table)
    indicator, measure = (table.indicator(point.indicator), table.measure(point.measure)) if table else (None, None)
    if indicator is None or measure is None or measure.role is MeasureRole.NOTE:
        return text
    if measure.role is MeasureRole.QUALIFIER:
        return texts(language)(f"qualifier.{Qualifier(text)}")
    if indicator.is_choice:
        option = indicator.option(text)
        return option.name.pick(language) if option else text
    if indicator.kind is Kind.DATE:
        return _day(text)
    return text if indicator.is_wording else _number(text)


def _day(text: str) -> Entry:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> Entry:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
