"""Consolidate a period: receive what is new, add up what stands, write every node's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlreport.aggregation import Consolidation, Coverage, Status
from xlreport.checks.coverage import operand_findings
from xlreport.checks.rules import rule_findings
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location
from xlreport.ledger import Role, Standing, open_ledger
from xlreport.outputs.consolidated.publication import Publication, Source
from xlreport.outputs.consolidated.workbook import consolidated_workbook
from xlreport.periods import Period
from xlreport.usecases.check import Progress, silent
from xlreport.usecases.definitions import forms_for
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
    received = receive(workspace, paths, today=today, progress=progress)
    with open_ledger(workspace.ledger_place) as ledger, ledger.transaction() as record:
        states = tuple(form_state(record, one, forms[one.form], period, register) for one in wanted)
    published = [
        _publish(workspace, state, node, language, _folder(workspace, state, out, len(states)))
        for state in states
        for node in _chosen_nodes(state.consolidation, nodes)
    ]
    return ConsolidateResult(received, states, tuple(published))


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


def _publish(workspace: Workspace, state: FormState, node: str, language: str, folder: Path) -> Published:
    path = folder / f"{node}.xlsx"
    with within_limits(state.form.form):
        data = consolidated_workbook(publication(workspace, state, node, language))
    write_whole(path, data)
    return Published(state.form.form, node, path, state.coverage[node])


def publication(workspace: Workspace, state: FormState, node: str, language: str) -> Publication:
    """One node's share of what stands."""
    tree = state.consolidation.tree
    parent = tree.parent(node)
    # Nodes above the units send workbooks of their own as well.
    beneath = {*state.consolidation.expected[node], *(one for one in tree.subtree(node) if one in state.coverage)}
    standing = [one for one in state.standing if one.unit in beneath]
    # What was sent back and has been replaced since is no longer anybody's to do.
    hashes = {one.sha256 for one in standing if one.role is not Role.SUPERSEDED and not is_settled(one, standing)}
    return Publication(
        consolidation=state.consolidation,
        node=node,
        coverage=state.coverage,
        sources=[_source(one) for one in standing],
        findings=[
            *_node_findings(state, node),
            *(item for item in state.revisions if item.location.unit in beneath),
            *(item for sha256, item in state.findings if sha256 in hashes),
        ],
        language=language,
        receiver=tree.node(parent).name if parent else "",
        notice=workspace.notice_in(language),
    )


_STATES = {Role.CURRENT: "accepted", Role.SUPERSEDED: "superseded", Role.REJECTED: "rejected", Role.REFUSED: "refused"}


def _source(one: Standing) -> Source:
    status = Status(one.status) if one.status and one.role is Role.CURRENT else None
    return Source(one.unit or "", one.file_name, one.sha256, one.received_on, _STATES[one.role], status)


def _node_findings(state: FormState, node: str) -> list[Finding]:
    """What is to be said of the totals of the node and of the nodes beneath it."""
    bound, nodes = state.consolidation.bound, state.consolidation.nodes
    found: list[Finding] = []
    for beneath in state.consolidation.tree.subtree(node):
        if beneath in nodes:
            found.extend(rule_findings(bound, nodes[beneath], {}, Location(unit=beneath), "XR402"))
            found.extend(operand_findings(bound, nodes[beneath], beneath))
    return found
