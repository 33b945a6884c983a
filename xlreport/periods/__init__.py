"""Reporting periods: what they are, how they are written, and how they lie within each other."""

from xlreport.periods.model import (
    Frequency,
    Period,
    Stretch,
    alike,
    contains,
    days_of,
    next_period,
    overlaps,
    period_of,
    previous_period,
    require_alike,
    same_period_last_year,
    to_date,
)
from xlreport.periods.notation import parse_period, suggested_period
from xlreport.periods.tiling import missing, parts, tiling, within

__all__ = [
    "Frequency",
    "Period",
    "Stretch",
    "alike",
    "contains",
    "days_of",
    "missing",
    "next_period",
    "overlaps",
    "parse_period",
    "parts",
    "period_of",
    "previous_period",
    "require_alike",
    "same_period_last_year",
    "suggested_period",
    "tiling",
    "to_date",
    "within",
]
