"""Hand out facts or totals as a tidy table: of one period, or of every period that the ledger holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from xlreport.errors import UsageError
from xlreport.forms.model import Form
from xlreport.frames import facts_frame, totals_frame
from xlreport.intake.identify import current_version
from xlreport.language import DEFAULT_LANGUAGE
from xlreport.ledger import Transaction, open_ledger
from xlreport.organisation.model import Register
from xlreport.organisation.tree import at
from xlreport.outputs import tidy
from xlreport.outputs.exports import FORMATS, Changes, Options, TidyTable, write
from xlreport.outputs.labels import FACT_LABELS, TOTAL_LABELS, labelled
from xlreport.periods import Period, parse_period
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.history import consolidated, parts_of, roster_of
from xlreport.usecases.revisions import revised_facts
from xlreport.workspace import Workspace, load_definitions, write_whole

TABLES = ("facts", "totals")


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows were handed out, and what they changed where they went to a database."""

    rows: int
    changes: Changes | None = None


def export(
    workspace: Workspace,
    period: Period | None,
    table: str,
    format_: str,
    out: Path | str,
    form: str | None = None,
    *,
    labels: str | None = None,
    bom: bool = False,
    exact: bool = False,
    language: str = "vi",
) -> Exported:
    """Write a table: to a file; a data package to a folder; or to a database, which is brought up to date.

    A period of None means every period that the ledger holds. `labels` is a language for columns of names, `bom`
    begins a CSV file so that Excel sees UTF-8, `exact` leaves text in CSV as it is. Raises UsageError.
    """
    if format_ not in FORMATS:
        raise UsageError("format-unknown", format=format_, known=", ".join(FORMATS))
    kind = FORMATS[format_]
    for name, is_wanted, is_taken in (("bom", bom, kind.takes_bom), ("exact", exact, kind.is_csv)):
        if is_wanted and not is_taken:
            raise UsageError("option-not-for-format", option=f"--{name}", format=format_)
    found = exported_table(workspace, period, table, form, labels, language)
    output = write(format_, found, Options(str(out), bom, exact, labels or language))
    match output:
        case Changes():
            return Exported(found.frame.height, output)
        case bytes():
            write_whole(Path(out), output)
        case _:
            for name, data in output.items():
                write_whole(_folder(Path(out)) / name, data)
    return Exported(found.frame.height)


def _folder(out: Path) -> Path:
    """Where a package goes: the folder named, or that of the descriptor named."""
    return out.parent if out.suffix == ".json" else out


def tidy_table(
    workspace: Workspace, period: Period | None, table: str, form: str | None = None, labels: str | None = None
) -> pl.DataFrame:
    """Facts or totals of a period (None: of all that are held), of one form or of all. Raises UsageError."""
    return exported_table(workspace, period, table, form, labels).frame


def exported_table(
    workspace: Workspace,
    period: Period | None,
    table: str,
    form: str | None,
    labels: str | None,
    language: str = DEFAULT_LANGUAGE,
) -> TidyTable:
    """The same, with the forms and periods that it covers whole. Units of measure are those of the language."""
    forms, register = load_definitions(workspace)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        wanted = _wanted(record, forms, form, period)
        pieces = [_facts(record, one) if table == "facts" else _totals(record, one, forms, register) for one in wanted]
    if (labels or language) != DEFAULT_LANGUAGE:
        pieces = [piece.in_language(labels or language) for piece in pieces]
    shown = [_labelled(piece, register, labels) if labels else piece.frame for piece in pieces]
    scope = tuple(dict.fromkeys((piece.form.form, code) for piece in pieces for code in piece.scope))
    return TidyTable(table, _together(shown, table, labels), scope)


class _Wanted(NamedTuple):
    form: Form
    period: Period


class _Piece(NamedTuple):
    """The rows of one form in one period, and the periods that they cover whole."""

    form: Form
    period: Period
    frame: pl.DataFrame
    scope: tuple[str, ...]

    def in_language(self, language: str) -> _Piece:
        """With the units of measure in a language."""
        return self._replace(frame=tidy.with_unit_measures(self.frame, self.form, language))


def _wanted(
    record: Transaction, forms: Mapping[str, Sequence[Form]], code: str | None, period: Period | None
) -> list[_Wanted]:
    if period is not None:
        return [_Wanted(form, period) for form in forms_for(forms, code, period)]
    if code is not None and code not in forms:
        raise UsageError("form-unknown", form=code, known=", ".join(sorted(forms)) or "–")
    return [one for name in ([code] if code is not None else forms) for one in _held(record, forms[name])]


def _held(record: Transaction, versions: Sequence[Form]) -> Iterator[_Wanted]:
    """Every period for which a form has submissions, as they follow each other, with the version that applies."""
    periods = map(parse_period, record.periods(versions[-1].form))
    for period in sorted(periods, key=lambda one: (one.start, one.end)):
        form = current_version(versions, period)
        if form is not None:
            yield _Wanted(form, period)


def _facts(record: Transaction, wanted: _Wanted) -> _Piece:
    """Facts need no adding up. A longer period has those of its parts, each as it counts."""
    then = record.as_closed(wanted.form.form, wanted.period.code)
    periods = parts_of(then, *wanted)
    frames = [revised_facts(then.as_closed(wanted.form.form, one.code), wanted.form, one).facts for one in periods]
    return _Piece(*wanted, pl.concat([facts_frame(), *frames]), tuple(one.code for one in periods))


def _totals(record: Transaction, wanted: _Wanted, forms: Mapping[str, Sequence[Form]], register: Register) -> _Piece:
    form, period = wanted
    record = record.as_closed(form.form, period.code)
    who = roster_of(record, form, period, register)
    consolidation = consolidated(record, forms[form.form], form, period, register, who)
    return _Piece(form, period, tidy.totals(consolidation), (period.code,))


def _labelled(piece: _Piece, register: Register, language: str) -> pl.DataFrame:
    return labelled(piece.frame, piece.form, at(register, piece.form.last_day(piece.period)), language)


def _together(frames: Sequence[pl.DataFrame], table: str, labels: str | None) -> pl.DataFrame:
    """All rows. Where nothing is held, no rows in the same columns."""
    if frames:
        return pl.concat(frames)
    empty, names = (facts_frame(), FACT_LABELS) if table == "facts" else (totals_frame(), TOTAL_LABELS)
    return empty.with_columns(pl.lit(None, pl.String).alias(name) for name in names) if labels else empty
