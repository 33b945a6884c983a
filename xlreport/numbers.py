"""Exact numbers: into Decimal once, rounded half up, read and written the Vietnamese and the English way."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

#: A spreadsheet cell holds a double; beyond 15 significant digits it is no longer the number typed.
SIGNIFICANT_DIGITS = 15
MAX_DECIMALS = 6

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_SIGN = "+-\N{MINUS SIGN}"
#: Groups of thousands never begin with a zero: "0.500" is one half.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,' ])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"\d+")


def from_float(value: float) -> Decimal:
    """The decimal number that a spreadsheet shows for a double: its 15 significant digits."""
    return Decimal(format(value, f".{SIGNIFICANT_DIGITS}g"))


def round_half_up(value: Decimal | Fraction, decimals: int) -> Decimal:
    """Round half away from zero, as Excel's ROUND does; exact for fractions too."""
    if isinstance(value, Fraction):
        return _round_fraction(value, decimals)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    return rounded if rounded else rounded.copy_abs()


def _round_fraction(value: Fraction, decimals: int) -> Decimal:
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-decimals, context=_EXACT)


def decimal_places(value: Decimal) -> int:
    """Decimals a number needs: 9.50 → 1, 1200 → 0."""
    exponent = value.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def significant_digits(value: Decimal) -> int:
    """Digits without leading and trailing zeros: 0.0120 → 2, 1200 → 2."""
    return len(value.normalize(_EXACT).as_tuple().digits)


def plain(value: Decimal) -> str:
    """Plain notation with a point, never an exponent: the notation of every export and of the ledger."""
    return format(value, "f")


def readings(text: str) -> tuple[Decimal, ...]:
    """Every number a typed text can mean, Vietnamese ("9.605,38") or English ("9,605.38") notation.

    None for text that is no number; one reading is safe; two mean that the text is ambiguous:
    "9.605" is 9605 or 9.605. The Vietnamese reading comes first.
    """
    cleaned = _clean(text)
    if not cleaned:
        return ()
    is_negative = cleaned[0] in "-\N{MINUS SIGN}"
    digits = cleaned[1:].lstrip() if cleaned[0] in _SIGN else cleaned
    found: list[Decimal] = []
    for group, point in ((".", ","), (",", ".")):
        number = _read(digits, group, point)
        if number is None:
            continue
        signed = number.copy_negate() if is_negative and number else number
        if signed not in found:
            found.append(signed)
    return tuple(found)


def _clean(text: str) -> str:
    """Without surrounding Unicode spaces and leading apostrophe; inner spaces become plain ones."""
    spaced = "".join(" " if unicodedata.category(char) in ("Zs", "Cf") or char.isspace() else char for char in text)
    return spaced.strip().removeprefix("'").strip()


def _read(digits: str, group: str, point: str) -> Decimal | None:
    whole, separator, fraction = digits.partition(point)
    if separator and not (fraction.isascii() and fraction.isdigit()):
        return None
    if not whole.isascii():
        return None
    if not _PLAIN.fullmatch(whole):
        grouped = _GROUPED.fullmatch(whole)
        if grouped is None or grouped[1] not in (group, " ", "'"):
            return None
        whole = re.sub(r"\D", "", whole)
    return Decimal(f"{whole}.{fraction}" if separator else whole)


def format_number(value: Decimal, language: str, decimals: int | None = None) -> str:
    """A number for people: 9605.38 → "9.605,38" (vi), "9,605.38" (en). All its decimals unless told."""
    places = decimal_places(value) if decimals is None else decimals
    text = format(round_half_up(value, places), ",f")
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
