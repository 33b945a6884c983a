"""Try a form out: would spreadsheet programs take the workbooks that it leads to?"""

from __future__ import annotations

from xlreport.aggregation import consolidate, coverage
from xlreport.errors import UsageError
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Form
from xlreport.frames import facts_frame
from xlreport.language import LANGUAGES
from xlreport.organisation.model import Level, Membership, Register
from xlreport.organisation.tree import at
from xlreport.outputs.consolidated.publication import Publication
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.periods import Frequency, parse_period
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.limits import within_limits

#: A period of each frequency that is not the first of its year, where it has one.
_PERIODS = {
    Frequency.MONTH: "2024-M11",
    Frequency.QUARTER: "2024-Q2",
    Frequency.HALF_YEAR: "2024-H2",
    Frequency.NINE_MONTHS: "2024-9M",
    Frequency.YEAR: "2024",
    Frequency.TERM: "2020..2025",
}


def trial_problem(form: Form) -> str | None:
    """What keeps a consistent form's workbooks from being written, in the program's own terms; None if nothing."""
    bound = bind(form, parse_period(_PERIODS[form.frequency]))
    try:
        with within_limits(form.form):
            for language in LANGUAGES:
                unit_workbook(UnitBook(bound, "U", "U", None, "N", language))
                _consolidated(bound, language)
    except UsageError as error:
        return str(error.params["problem"])
    return None


def _consolidated(bound: BoundForm, language: str) -> None:
    """The workbook of one node with one unit that has not reported."""
    levels = (Level("n", "N", "", 0), Level(bound.form.filled_by[0], "U", "", 1))
    members = (Membership("N", "N", "n"), Membership("U", "U", bound.form.filled_by[0], "N"))
    empty = consolidate(bound, at(Register(levels, (), members), bound.form.last_day(bound.period)), facts_frame())
    own = {node: coverage(units, (), ()) for node, units in empty.expected.items()}
    consolidated_workbook(Publication(empty, "N", own, [], [], language))
