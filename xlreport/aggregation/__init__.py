"""Across units and nodes: membership, aggregation, completion, coverage. Pure: no files, no clock."""

from xlreport.aggregation.coverage import Coverage, Report, ReportCounts, count_reports, coverage
from xlreport.aggregation.derive import Derivation, complete_unit, count_of, derivation, number_of
from xlreport.aggregation.membership import expected_units, filler_of, fillers_over, filling_nodes, fills
from xlreport.aggregation.nodes import Consolidation, Earlier, consolidate
from xlreport.aggregation.roster import Roster, roster
from xlreport.aggregation.values import (
    MISSING,
    Qualifier,
    Status,
    Value,
    Values,
    values_from_json,
    values_to_json,
)

__all__ = [
    "MISSING",
    "Consolidation",
    "Coverage",
    "Derivation",
    "Earlier",
    "Qualifier",
    "Report",
    "ReportCounts",
    "Roster",
    "Status",
    "Value",
    "Values",
    "complete_unit",
    "consolidate",
    "count_of",
    "count_reports",
    "coverage",
    "derivation",
    "expected_units",
    "filler_of",
    "fillers_over",
    "filling_nodes",
    "fills",
    "number_of",
    "roster",
    "values_from_json",
    "values_to_json",
]
