"""Which forms and units a command means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlreport.errors import UsageError
from xlreport.forms.model import Form
from xlreport.intake.identify import current_version
from xlreport.periods import Period, parts


def form_for(forms: Mapping[str, Sequence[Form]], code: str, period: Period) -> Form:
    """The version of a form that applies to a period. Raises UsageError `form-unknown`, `form-not-yet-valid` or
    `form-not-for-period`.
    """
    if code not in forms:
        raise UsageError("form-unknown", form=code, known=", ".join(sorted(forms)) or "–")
    form = current_version(forms[code], period)
    later = [one.valid_from for one in forms[code] if one.is_for(period) and one.valid_from is not None]
    if form is None and later:
        raise UsageError("form-not-yet-valid", form=code, period=period.code, first=later[0])
    if form is None:
        raise UsageError(
            "form-not-for-period", form=code, period=period.code, frequency=forms[code][-1].frequency.value
        )
    return form


def forms_for(forms: Mapping[str, Sequence[Form]], code: str | None, period: Period) -> list[Form]:
    """The form named, or every form that says something of the period. Raises UsageError if there is none.

    That is a form filled for such periods, and one filled for periods of which this one consists.
    """
    if code is not None:
        return [whole_form_for(forms, code, period)]
    found = [form for versions in forms.values() if (form := _of_whole(versions, period)) is not None]
    if not found:
        raise UsageError("no-form-for-period", period=period.code)
    return found


def whole_form_for(forms: Mapping[str, Sequence[Form]], code: str, period: Period) -> Form:
    """As `form_for`, also for a period that consists of several for which the form is filled."""
    form = _of_whole(forms.get(code, ()), period)
    return form if form is not None else form_for(forms, code, period)


def _of_whole(versions: Sequence[Form], period: Period) -> Form | None:
    """The version that applies to the period, or to the last of its parts."""
    own = current_version(versions, period)
    if own is not None or not versions:
        return own
    pieces = parts(period, versions[-1].frequency)
    return current_version(versions, pieces[-1]) if pieces else None
