"""Input validation of a cell: what may be typed, and the messages that say so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlreport.forms.model import Absence, Form, Indicator, Kind, Measure, MeasureRole
from xlreport.grid.writing import cut
from xlreport.language import Texts
from xlreport.numbers import format_number, plain
from xlreport.sheets.reading import any_of, day_condition, readable_condition

_MESSAGE = 255
_TITLE = 32
#: Programs take formulas of validations up to this length.
_FORMULA = 255


def validation(
    form: Form, indicator: Indicator, measure: Measure, cell: str, list_range: str | None, texts: Texts
) -> dict[str, object] | None:
    """The validation of an input cell; None for notes, which take anything.

    `list_range` is where the labels of a choice (or of the qualifiers) stand.
    """
    if list_range is not None:
        return _list_validation(list_range, indicator, measure, texts)
    if measure.role is MeasureRole.NOTE:
        return None
    if indicator.is_wording:
        return _wording_validation(indicator, measure, texts)
    if indicator.kind is Kind.DATE:
        return _date_validation(form, indicator, measure, cell, texts)
    shown = {
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(input_message(form, indicator, measure, texts), _MESSAGE),
    }
    condition = number_condition(cell, indicator, form.absence)
    if condition is None:
        return {"validate": "any", **shown}
    tokens = tokens_text(usable_tokens(indicator, form.absence))
    error = texts("template.error_number", decimals=indicator.decimals, tokens=tokens)
    return {
        "validate": "custom",
        "value": f"={condition}",
        **shown,
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(error, _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def prefilled_message(texts: Texts) -> dict[str, object]:
    """What is said of a cell whose figure was there when the workbook was issued."""
    return {
        "input_title": _cut(texts("template.prefilled_title"), _TITLE),
        "input_message": _cut(texts("template.prefilled_message"), _MESSAGE),
    }


def _wording_validation(indicator: Indicator, measure: Measure, texts: Texts) -> dict[str, object]:
    """Takes anything, and says what is wanted."""
    key = "template.input_document" if indicator.kind is Kind.DOCUMENT else "template.input_text"
    parts = [*_required(indicator, measure, texts), texts(key), *_explanation(indicator, texts)]
    return {
        "validate": "any",
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(" ".join(parts), _MESSAGE),
    }


def _date_validation(form: Form, indicator: Indicator, measure: Measure, cell: str, texts: Texts) -> dict[str, object]:
    tokens = tokens_text(form.absence.tokens)
    parts = [*_required(indicator, measure, texts), texts("template.input_date"), *_explanation(indicator, texts)]
    condition = date_condition(cell, form.absence)
    shown = {
        "input_title": _cut(texts("template.input_title", code=indicator.code), _TITLE),
        "input_message": _cut(" ".join(parts), _MESSAGE),
    }
    if len(condition) >= _FORMULA:
        return {"validate": "any", **shown}
    return {
        "validate": "custom",
        "value": f"={condition}",
        **shown,
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(texts("template.error_date", tokens=tokens), _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def date_condition(cell: str, absence: Absence) -> str:
    """A formula that holds if a cell has a day, or a token of absence."""
    return _number_or_token(cell, [day_condition(cell)], absence.tokens)


def number_condition(cell: str, indicator: Indicator, absence: Absence) -> str | None:
    """A formula that holds if a cell has a number within its bounds, or a token of absence.

    The longest that programs take: without what makes it too long, the live check says the rest. None if even the
    tokens do.
    """
    rounded, bounds = f"ROUND({cell},{indicator.decimals})", []
    if indicator.minimum is not None:
        bounds.append(f"{rounded}>={plain(indicator.minimum)}")
    if indicator.maximum is not None:
        bounds.append(f"{rounded}<={plain(indicator.maximum)}")
    tokens = usable_tokens(indicator, absence)
    for conditions in ([readable_condition(cell, indicator), *bounds], bounds, []):
        condition = _number_or_token(cell, conditions, tokens)
        if len(condition.encode("utf-16-le")) // 2 < _FORMULA:
            return condition
    return None


def _number_or_token(cell: str, conditions: Sequence[str], tokens: Sequence[str]) -> str:
    right = f"AND({','.join(conditions)})" if conditions else "TRUE"
    return f"IF(ISNUMBER({cell}),{right},{any_of(cell, tokens) or 'FALSE'})"


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


def input_message(form: Form, indicator: Indicator, measure: Measure, texts: Texts) -> str:
    """What to type: unit of measure, decimals, bounds, tokens, and the form's own explanation."""
    parts = _required(indicator, measure, texts)
    if indicator.unit_measure is not None:
        parts.append(texts("template.input_unit", unit=indicator.unit_measure.pick(texts.language)))
    parts.append(_decimals_message(indicator, texts))
    if indicator.minimum is not None:
        parts.append(texts("template.input_minimum", minimum=_shown(indicator.minimum, texts)))
    if indicator.maximum is not None:
        parts.append(texts("template.input_maximum", maximum=_shown(indicator.maximum, texts)))
    parts += _explanation(indicator, texts)
    return " ".join([*parts, *_absence_messages(indicator, form.absence, texts)])


def _required(indicator: Indicator, measure: Measure, texts: Texts) -> list[str]:
    return [texts("template.input_required")] if indicator.required and measure.is_required else []


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


def _list_validation(list_range: str, indicator: Indicator, measure: Measure, texts: Texts) -> dict[str, object]:
    parts = [texts("template.choice_message")]
    if measure.role is MeasureRole.FIGURE:
        parts = [*_required(indicator, measure, texts), *parts, *_explanation(indicator, texts)]
    return {
        "validate": "list",
        "source": f"={list_range}",
        "input_title": _cut(texts("template.choice_title"), _TITLE),
        "input_message": _cut(" ".join(parts), _MESSAGE),
        "error_title": _cut(texts("template.error_title"), _TITLE),
        "error_message": _cut(texts("template.error_choice"), _MESSAGE),
        "error_type": "stop",
        "ignore_blank": True,
    }


def _cut(text: str, limit: int) -> str:
    return text if text == cut(text, limit) else cut(text, limit - 1) + "…"
