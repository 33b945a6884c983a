"""Findings about a code itself."""

from __future__ import annotations

from xlreport.findings import CATALOGUE, Finding, Location


def about_code(kind: str, place: Location, code: str, first: Location | None = None) -> Finding:
    """A finding of a kind whose one parameter is called `code`, a name that `finding` keeps for the kind."""
    entry = CATALOGUE[kind]
    related = () if first is None else (first,)
    return Finding(kind, entry.slug, entry.severity, place, {"code": code}, related)
