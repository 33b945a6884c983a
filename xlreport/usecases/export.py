"""Hand out facts or totals of a period as a tidy table."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xlreport.errors import UsageError
from xlreport.frames import facts_frame, totals_frame
from xlreport.ledger import open_ledger
from xlreport.outputs import tidy
from xlreport.periods import Period
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.state import form_state
from xlreport.workspace import Workspace, load_forms, load_organisation, write_whole

FORMATS = ("csv",)


def export(workspace: Workspace, period: Period, table: str, format_: str, out: Path, form: str | None = None) -> int:
    """Write a tidy table; returns its number of rows. Raises UsageError."""
    if format_ not in FORMATS:
        raise UsageError("format-unknown", format=format_, known=", ".join(FORMATS))
    frame = tidy_table(workspace, period, table, form)
    write_whole(out, tidy.csv(frame))
    return frame.height


def tidy_table(workspace: Workspace, period: Period, table: str, form: str | None = None) -> pl.DataFrame:
    """Facts or totals of a period, of one form or of all."""
    forms = load_forms(workspace)
    wanted = forms_for(forms, form, period)
    register = load_organisation(workspace)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        states = [form_state(record, one, forms[one.form], period, register) for one in wanted]
    if table == "facts":
        return pl.concat([facts_frame(), *(state.facts for state in states)])
    return pl.concat([totals_frame(), *(tidy.totals(state.consolidation) for state in states)])
