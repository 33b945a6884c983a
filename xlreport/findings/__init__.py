"""Findings: what was seen in a file, a definition or a set of submissions, and where."""

from xlreport.findings.catalogue import CATALOGUE, Kind, finding, finding_with, hint, message
from xlreport.findings.model import Finding, Location, Severity, UnusableDefinition

__all__ = [
    "CATALOGUE",
    "Finding",
    "Kind",
    "Location",
    "Severity",
    "UnusableDefinition",
    "finding",
    "finding_with",
    "hint",
    "message",
]
