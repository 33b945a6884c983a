"""What spreadsheet programs cannot hold is the form's fault or the organisation's size, and said so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xlreport.errors import UsageError
from xlreport.grid.writing import WriteError
from xlreport.rules import FormulaTooLarge


@contextmanager
def within_limits(form: str) -> Iterator[None]:
    """Raises UsageError `workbook-limit` where a workbook of the form would exceed what programs take."""
    try:
        yield
    except (WriteError, FormulaTooLarge) as error:
        raise UsageError("workbook-limit", form=form, problem=str(error)) from error
