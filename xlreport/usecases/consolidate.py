"""Consolidate a period: receive what is new, add up what stands, write every node's workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from xlreport.aggregation import Consolidation, Coverage, Report, Status
from xlreport.aggregation.like_for_like import Compared
from xlreport.checks.coverage import operand_findings
from xlreport.checks.rules import rule_findings
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location
from xlreport.forms.model import Form
from xlreport.ledger import Edition, Role, Standing, Transaction, open_ledger
from xlreport.organisation.model import Register
from xlreport.outputs.consolidated.publication import Former, Publication, Source
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.periods import Period, parse_period
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.definitions import forms_for
from xlreport.usecases.editions import EditionPlanner, Planned, keep, record_editions
from xlreport.usecases.history import compared_with_last_year
from xlreport.usecases.limits import within_limits
from xlreport.usecases.receive import ReceiveResult, receive
from xlreport.usecases.rivals import is_settled
from xlreport.usecases.state import FormState, form_state
from xlreport.workspace import Workspace, load_definitions, write_whole


@dataclass(frozen=True, slots=True)
class Published:
    """A node's workbook as written."""

    form: str
    node: str
    path: Path
    coverage: Coverage
    edition: Edition
    is_new: bool


@dataclass(frozen=True, slots=True)
class ConsolidateResult:
    """What was received on the way, what stands, and what was written."""

    received: ReceiveResult
    states: tuple[FormState, ...]
    published: tuple[Published, ...]


def consolidate(
    workspace: Workspace,
    period: Period,
    *,
    language: str,
    today: date,
    form: str | None = None,
    nodes: Sequence[str] = (),
    paths: Sequence[Path] = (),
    out: Path | None = None,
    progress: Progress = silent,
) -> ConsolidateResult:
    """Receive, aggregate, publish. Raises UsageError for an unknown form or node, or an unusable workspace."""
    forms, register = load_definitions(workspace)
    wanted = forms_for(forms, form, period)
    received = receive(workspace, paths, today=today, language=language, progress=progress)
    with open_ledger(workspace.ledger_place) as ledger:
        with ledger.transaction() as record:
            states = tuple(form_state(record, one, forms[one.form], period, register) for one in wanted)
            planned = [
                (state, one)
                for state in states
                for compared in [_last_year(record, forms[state.form.form], state, register)]
                for one in _planned(workspace, record, state, compared, nodes=nodes, language=language, today=today)
            ]
        # Drawing takes its time: the ledger is not locked while it lasts.
        published = [
            _publish(workspace, about, edition, _folder(workspace, state, out, len(states)))
            for state, (about, edition) in planned
        ]
        with ledger.transaction() as record:
            record_editions(record, [edition for _, (_, edition) in planned])
    return ConsolidateResult(received, states, tuple(published))


def _last_year(record: Transaction, versions: Sequence[Form], state: FormState, register: Register) -> Compared | None:
    """The same period of last year; of a closed period as it was known then."""
    then = record.as_closed(state.form.form, state.period.code)
    return compared_with_last_year(then, versions, state.consolidation, register)


def _planned(
    workspace: Workspace,
    record: Transaction,
    state: FormState,
    compared: Compared | None,
    *,
    nodes: Sequence[str],
    language: str,
    today: date,
) -> Iterator[tuple[Publication, Planned]]:
    """What is published of each node, and which edition that is."""
    planner = EditionPlanner(record, state, today)
    for node in _chosen_nodes(state.consolidation, nodes):
        about = replace(publication(workspace, state, node, language), compared=compared)
        edition = planner.planned(about)
        yield replace(about, edition=edition.note), edition


def _chosen_nodes(consolidation: Consolidation, nodes: Sequence[str]) -> list[str]:
    unknown = [node for node in nodes if node not in consolidation.nodes]
    if unknown:
        raise UsageError("node-unknown", nodes=", ".join(unknown), known=", ".join(consolidation.nodes))
    return [node for node in consolidation.nodes if not nodes or node in nodes]


def _folder(workspace: Workspace, state: FormState, out: Path | None, forms: int) -> Path:
    """Where a form's workbooks go; several forms get a folder each, as their workbooks have the same names."""
    if out is None:
        return workspace.reports_folder(state.consolidation.bound.period.code, state.form.form)
    return out if forms == 1 else out / state.form.form


def _publish(workspace: Workspace, about: Publication, planned: Planned, folder: Path) -> Published:
    """Write a node's workbook: the edition is kept in the archive, the newest is in the folder of reports."""
    form, path = about.consolidation.bound.form.form, folder / f"{about.node}.xlsx"
    with within_limits(form):
        data = consolidated_workbook(about)
    keep(workspace, planned, about.language, data)
    write_whole(path, data)
    return Published(form, about.node, path, about.coverage[about.node], planned.edition, planned.is_new)


def publication(workspace: Workspace, state: FormState, node: str, language: str) -> Publication:
    """One node's share of what stands."""
    tree = state.consolidation.tree
    parent = tree.parent(node)
    reports = state.reports_beneath(node)
    # Nodes above the units send workbooks of their own as well; units that ended are known by their reports.
    beneath = {*state.consolidation.expected[node], *(one for one in tree.subtree(node) if one in state.coverage)}
    beneath |= {report.unit for report in reports}
    standing = [one for one in state.standing if one.unit in beneath]
    # What was sent back and has been replaced since is no longer anybody's to do.
    hashes = {one.sha256 for one in standing if one.role is not Role.SUPERSEDED and not is_settled(one, standing)}
    return Publication(
        consolidation=state.consolidation,
        node=node,
        coverage=state.coverage,
        sources=_sources(state, node, standing, reports),
        findings=[
            *_node_findings(state, node),
            *(item for item in state.revisions if item.location.unit is None or item.location.unit in beneath),
            *(item for sha256, item in state.findings if sha256 in hashes),
        ],
        language=language,
        receiver=tree.node(parent).name if parent else "",
        notice=workspace.notice_in(language),
        reports=reports if state.roster.periods != (state.period,) else (),
        former={
            unit: Former(row.name, row.end)
            for unit, row in state.roster.former.items()
            if unit in beneath and row.end < tree.day
        },
    )


_STATES = {Role.CURRENT: "accepted", Role.SUPERSEDED: "superseded", Role.REJECTED: "rejected", Role.REFUSED: "refused"}


def _sources(state: FormState, node: str, standing: Sequence[Standing], reports: Sequence[Report]) -> list[Source]:
    """The submissions beneath a node, each with whether its figures count in the whole."""
    complete = set(state.coverage[node].accepted)
    rows = {(one.period.code, one.unit): one.row for one in reports}
    found = []
    for one in standing:
        row = rows.get((one.period or "", one.unit or ""))
        # What a node above the units sends of its own is in no unit's row.
        found.append(_source(one, one.unit in state.coverage if row is None else row in complete))
    return found


def _source(one: Standing, is_counted: bool) -> Source:
    status = Status(one.status) if one.status and one.role is Role.CURRENT else None
    period = parse_period(one.period) if one.period else None
    return Source(
        one.unit or "", one.file_name, one.sha256, one.received_on, _STATES[one.role], status, period, is_counted
    )


def _node_findings(state: FormState, node: str) -> list[Finding]:
    """What is to be said of the totals of the node and of the nodes beneath it."""
    bound, nodes = state.consolidation.bound, state.consolidation.nodes
    found: list[Finding] = []
    for beneath in state.consolidation.tree.subtree(node):
        if beneath in nodes:
            found.extend(rule_findings(bound, nodes[beneath], {}, Location(unit=beneath), "XR402"))
            found.extend(operand_findings(bound, nodes[beneath], beneath))
    return found
