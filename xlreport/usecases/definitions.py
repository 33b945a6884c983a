"""Which forms and units a command means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlreport.errors import UsageError
from xlreport.forms.model import Form
from xlreport.intake.identify import current_version
from xlreport.periods import Period


def form_for(forms: Mapping[str, Sequence[Form]], code: str, period: Period) -> Form:
    """The version of a form that applies to a period. Raises UsageError `form-unknown` or `form-not-for-period`."""
    if code not in forms:
        raise UsageError("form-unknown", form=code, known=", ".join(sorted(forms)) or "–")
    form = current_version(forms[code], period)
    if form is None:
        raise UsageError(
            "form-not-for-period", form=code, period=period.code, frequency=forms[code][-1].frequency.value
        )
    return form


def forms_for(forms: Mapping[str, Sequence[Form]], code: str | None, period: Period) -> list[Form]:
    """The form named, or every form that is filled for the period. Raises UsageError if there is none."""
    if code is not None:
        return [form_for(forms, code, period)]
    found = [form for versions in forms.values() if (form := current_version(versions, period)) is not None]
    if not found:
        raise UsageError("no-form-for-period", period=period.code)
    return found
