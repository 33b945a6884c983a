"""Input validation of a cell: what may be typed, and the messages that say so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlreport.dates import serial
from xlreport.forms.answers import FIRST_DAY, LAST_DAY
from xlreport.forms.model import Absence, Form, Indicator, Kind, Measure, MeasureRole
from xlreport.grid.writing import cut
from xlreport.language import Texts
from xlreport.numbers import format_number, plain

_MESSAGE = 255
_TITLE = 32


def validation(
    form: Form, indicator: Indicator, measure: Measure, cell: str, list_range: str | None, texts: Texts
) -> dict[str, object] | None:
    """The validation of an input cell; None for notes, which take anything.

    `list_range` is where the labels of a choice (or of the qualifiers) stand.
    """
    if list_range is not None:
        return _list_validation(list_range, texts)
    if measure.role is MeasureRole.NOTE:
        return None
    if indicator.is_wording:
        return _wording_validation(indicator, texts)
    if indicator.kind is Kind.DATE:
        return _date_validation(form, indicator, cell, texts)
    tokens = usable_tokens(indicator, form.absence)
    return {
        "validate": "custom",
        "value": f"={number_condition(cell, indicator, form.absence)}",
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(input_message(form, indicator, texts), _MESSAGE),
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(texts("template.error_number", tokens=tokens_text(tokens)), _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def prefilled_message(texts: Texts) -> dict[str, object]:
    """What is said of a cell whose figure was there when the workbook was issued."""
    return {
        "input_title": _cut(texts("template.prefilled_title"), _TITLE),
        "input_message": _cut(texts("template.prefilled_message"), _MESSAGE),
    }


def _wording_validation(indicator: Indicator, texts: Texts) -> dict[str, object]:
    """Takes anything, and says what is wanted."""
    key = "template.input_document" if indicator.kind is Kind.DOCUMENT else "template.input_text"
    return {
        "validate": "any",
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(" ".join([texts(key), *_explanation(indicator, texts)]), _MESSAGE),
    }


def _date_validation(form: Form, indicator: Indicator, cell: str, texts: Texts) -> dict[str, object]:
    tokens = tokens_text(form.absence.tokens)
    return {
        "validate": "custom",
        "value": f"={date_condition(cell, form.absence)}",
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(" ".join([texts("template.input_date"), *_explanation(indicator, texts)]), _MESSAGE),
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(texts("template.error_date", tokens=tokens), _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def date_condition(cell: str, absence: Absence) -> str:
    """A formula that holds if a cell has a day, or a token of absence."""
    day = f"AND(ISNUMBER({cell}),N({cell})>={serial(FIRST_DAY)},N({cell})<={serial(LAST_DAY)})"
    return f"OR({','.join([day, *token_condition(cell, absence.tokens)])})"


def number_condition(cell: str, indicator: Indicator, absence: Absence) -> str:
    """A formula that holds if a cell has a number within its bounds, or a token of absence."""
    number = f"ISNUMBER({cell})"
    if indicator.minimum is not None:
        number = f"AND({number},N({cell})>={plain(indicator.minimum)})"
    if indicator.maximum is not None:
        number = f"AND({number},N({cell})<={plain(indicator.maximum)})"
    return f"OR({','.join([number, *(token_condition(cell, usable_tokens(indicator, absence)))])})"


def token_condition(cell: str, tokens: Sequence[str]) -> list[str]:
    """Conditions that a cell holds one of the texts; spreadsheets compare without case."""
    return [f'{cell}="{token}"' for token in tokens]


def usable_tokens(indicator: Indicator, absence: Absence) -> tuple[str, ...]:
    """The tokens that may stand in a cell. Those for nil mean 0, which must be within the bounds like any figure."""
    low, high = indicator.minimum, indicator.maximum
    admits_zero = (low is None or low <= 0) and (high is None or high >= 0)
    return absence.tokens if admits_zero else absence.not_applicable


def tokens_text(tokens: Sequence[str]) -> str:
    """Tokens as messages list them."""
    return ", ".join(f'"{token}"' for token in tokens)


def alternatives(tokens: Sequence[str], texts: Texts) -> str:
    """Tokens of which one is to be typed."""
    return f" {texts('template.or')} ".join(f'"{token}"' for token in tokens)


def input_message(form: Form, indicator: Indicator, texts: Texts) -> str:
    """What to type: unit of measure, decimals, bounds, tokens, and the form's own explanation."""
    parts = []
    if indicator.unit_measure is not None:
        parts.append(texts("template.input_unit", unit=indicator.unit_measure.pick(texts.language)))
    parts.append(_decimals_message(indicator, texts))
    if indicator.minimum is not None:
        parts.append(texts("template.input_minimum", minimum=_shown(indicator.minimum, texts)))
    if indicator.maximum is not None:
        parts.append(texts("template.input_maximum", maximum=_shown(indicator.maximum, texts)))
    parts += _explanation(indicator, texts)
    return " ".join([*parts, *_absence_messages(indicator, form.absence, texts)])


def _explanation(indicator: Indicator, texts: Texts) -> list[str]:
    return [indicator.explanation.pick(texts.language)] if indicator.explanation is not None else []


def _absence_messages(indicator: Indicator, absence: Absence, texts: Texts) -> list[str]:
    """What to type where there is no figure, of what the cell takes."""
    usable = usable_tokens(indicator, absence)
    nil = [token for token in absence.nil if token in usable]
    messages = [texts("template.input_nil", nil=alternatives(nil, texts))] if nil else []
    if absence.not_applicable:
        tokens = alternatives(absence.not_applicable, texts)
        messages.append(texts("template.input_not_applicable", not_applicable=tokens))
    return messages


def _decimals_message(indicator: Indicator, texts: Texts) -> str:
    if indicator.decimals == 0:
        return texts("template.input_whole", example=_shown(Decimal(9605), texts))
    example = _shown(Decimal("9605.38"), texts)
    return texts("template.input_decimals", decimals=indicator.decimals, example=example)


def _shown(number: Decimal, texts: Texts) -> str:
    # Without thousands separators: that is how it is to be typed.
    shown = format_number(number, texts.language)
    return shown.replace("." if texts.language == "vi" else ",", "")


def _list_validation(list_range: str, texts: Texts) -> dict[str, object]:
    return {
        "validate": "list",
        "source": f"={list_range}",
        "input_title": _cut(texts("template.choice_title"), _TITLE),
        "input_message": _cut(texts("template.choice_message"), _MESSAGE),
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(texts("template.error_choice"), _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def _cut(text: str, limit: int) -> str:
    return text if text == cut(text, limit) else cut(text, limit - 1) + "…"
