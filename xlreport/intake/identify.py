"""Which form, version, unit and period a workbook is for: from its hidden metadata and its tables' markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xlreport.aggregation import filler_of
from xlreport.errors import UsageError
from xlreport.findings import Finding, Location, finding, finding_with
from xlreport.forms.expressions import BoundForm, bind
from xlreport.forms.model import Form
from xlreport.forms.roles import Filler, has_own_part
from xlreport.forms.succession import Succession, succession
from xlreport.grid.cells import Workbook
from xlreport.intake.naming import named_for_another
from xlreport.layout.identity import Identity, Marked, Metadata, marked_sheets, read_metadata
from xlreport.organisation.model import Register
from xlreport.organisation.tree import Tree, at
from xlreport.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Definitions:
    """What submissions are read against. Without a workspace the workbook's own definition is used.

    `forms` holds every version of every form by code.
    """

    forms: Mapping[str, Sequence[Form]] | None = None
    register: Register | None = None
    #: Forms as bound before: a batch is mostly one form in one period.
    bound: dict[tuple[str, Period, Filler], BoundForm] = field(default_factory=dict, compare=False, repr=False)
    #: The organisation of a day as built before.
    trees: dict[date, Tree] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Identified:
    """A workbook whose form, version, unit and period are known and agree with the definitions.

    `bound` is the version in force, which its figures are held against; `issued` the version it was issued by,
    by which its cells are read; `way` leads from the one to the other where they differ.
    """

    identity: Identity
    bound: BoundForm
    issued: BoundForm
    way: Succession | None
    tables: tuple[Marked, ...]
    corrects: str | None
    metadata: Metadata | None


@dataclass(frozen=True, slots=True)
class Identification:
    """What a workbook says it is, right or wrong; what it is, or None with the reasons."""

    identity: Identity | None
    identified: Identified | None
    findings: tuple[Finding, ...] = ()


def identify(workbook: Workbook, definitions: Definitions, file: str) -> Identification:
    """Find out what a workbook is."""
    metadata, marked = read_metadata(workbook), marked_sheets(workbook)
    identity = metadata.identity if metadata else marked[0].identity if marked else None
    if identity is None or not marked:
        return Identification(identity, None, (finding("XR106", Location(file=file)),))
    identified, findings = _identified(identity, metadata, marked, definitions, file)
    return Identification(identity, identified, findings)


def _identified(
    identity: Identity, metadata: Metadata | None, marked: Sequence[Marked], definitions: Definitions, file: str
) -> tuple[Identified | None, tuple[Finding, ...]]:
    place = Location(file=file, unit=identity.unit)
    foreign = tuple(
        finding_with("XR118", Location(file=file, unit=identity.unit, sheet=sheet.sheet.name), _both(identity, sheet))
        for sheet in marked
        if sheet.identity != identity
    )
    if foreign:
        return None, foreign
    try:
        period = parse_period(identity.period)
    except UsageError:
        return None, (finding("XR110", place, period=identity.period),)
    form, issued, problem = _find_form(identity, metadata, definitions, period, place)
    if form is None or issued is None:
        return None, (problem,) if problem else ()
    filler, problem = _find_filler(identity, form, metadata, definitions, period, place)
    if problem is not None:
        return None, (problem,)
    corrects = metadata.corrects if metadata else None
    notes = (finding("XR123", place),) if metadata is not None and is_changed(metadata, issued, period) else ()
    way = succession(issued, form, (definitions.forms or {}).get(identity.form, ())) if issued is not form else None
    bound, read_by = (_bound(one, period, filler, definitions) for one in (form, issued))
    return Identified(identity, bound, read_by, way, tuple(marked), corrects, metadata), notes


def is_changed(metadata: Metadata, form: Form, period: Period) -> bool:
    """Whether the form asks other things than when the workbook was issued.

    Each issue may bring a deadline and a cut-off day: those of other periods make no difference.
    """
    issued, now = metadata.definition, form.to_json()
    if _without_calendar(issued) != _without_calendar(now):
        return True
    if issued.get("cutoff") == now.get("cutoff"):
        return False
    own = metadata.usable_definition()
    return own is None or _days(own, period) != _days(form, period)


def _without_calendar(definition: Mapping[str, object]) -> object:
    """What a definition asks, whenever that is. Damaged metadata may hold anything."""
    if not isinstance(definition, Mapping):
        return definition
    return {field: value for field, value in definition.items() if field not in ("cutoff", "deadline")}


def _days(form: Form, period: Period) -> tuple[date, date]:
    return form.first_day(period), form.last_day(period)


def _bound(form: Form, period: Period, filler: Filler, definitions: Definitions) -> BoundForm:
    key = form.fingerprint, period, filler
    if key not in definitions.bound:
        definitions.bound[key] = bind(form, period, filler)
    return definitions.bound[key]


def _both(identity: Identity, sheet: Marked) -> dict[str, object]:
    def shown(one: Identity) -> str:
        return f"{one.unit}, {one.form} v{one.version}, {one.period}"

    return {"expected": shown(identity), "found": shown(sheet.identity)}


def _find_form(
    identity: Identity, metadata: Metadata | None, definitions: Definitions, period: Period, place: Location
) -> tuple[Form | None, Form | None, Finding | None]:
    """The version in force and the one the workbook was issued by; where there is no workspace, its own for both."""
    if definitions.forms is None:
        own = metadata.usable_definition() if metadata else None
        versions: Sequence[Form] = (own,) if own else ()
    else:
        versions = definitions.forms.get(identity.form, ())
    if not versions:
        return None, None, finding("XR107", place, form=identity.form)
    current = current_version(versions, period)
    if current is None:
        return None, None, finding("XR110", place, period=identity.period)
    if current.version == identity.version:
        return current, current, None
    issued = next((form for form in versions if form.version == identity.version), None)
    if issued is None and metadata is not None:
        # Checking a definition takes its time: only where the workspace no longer has it.
        issued = metadata.usable_definition()
    if issued is None or not _leads_to(issued, current, identity, period):
        return None, None, finding("XR108", place, version=identity.version, expected=current.version)
    return current, issued, None


def _leads_to(issued: Form, current: Form, identity: Identity, period: Period) -> bool:
    """Whether a submission on an older version can be mapped forward: never one on a newer version."""
    is_that = (issued.form, issued.version) == (identity.form, identity.version)
    return is_that and issued.version < current.version and issued.is_for(period)


def current_version(versions: Sequence[Form], period: Period) -> Form | None:
    """The newest version of a form that applies to a period; None if none does."""
    valid = [form for form in versions if form.is_for(period) and form.is_valid_in(period)]
    return max(valid, key=lambda form: form.version, default=None)


def _tree(definitions: Definitions, register: Register, day: date) -> Tree:
    if day not in definitions.trees:
        definitions.trees[day] = at(register, day)
    return definitions.trees[day]


def _find_filler(
    identity: Identity,
    form: Form,
    metadata: Metadata | None,
    definitions: Definitions,
    period: Period,
    place: Location,
) -> tuple[Filler, Finding | None]:
    """Who fills the workbook, from the register; without one, as the workbook says."""
    if definitions.register is None:
        told = Filler(metadata.unit_level, metadata.unit_type, metadata.reports) if metadata else Filler()
        return told, None
    tree = _tree(definitions, definitions.register, form.last_day(period))
    if identity.unit not in tree:
        return Filler(), finding("XR109", place, unit=identity.unit)
    filler = filler_of(form, tree, identity.unit)
    if not filler.reports and not has_own_part(form, filler):
        return filler, finding("XR119", place, unit=identity.unit, form=form.form)
    return filler, named_for_another(place.file or "", identity.unit, tree)
