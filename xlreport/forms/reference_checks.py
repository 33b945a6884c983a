"""References to tables, indicators, columns and options: what there is none of, and what may have been meant.

What could not be made out in the definition may be what a reference means: then nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from xlreport.findings import Finding, Location, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms.answers import find_option, same_text
from xlreport.forms.field_problems import closest
from xlreport.forms.model import Form, Indicator, MeasureRole, Rule, Table
from xlreport.forms.places import Path, Places
from xlreport.forms.roles import applies
from xlreport.forms.suggestions import bare
from xlreport.rules import Node, Ref, references
from xlreport.rules.diagnose import written_references
from xlreport.rules.tree import Count, counts

#: Fields on which it depends in which columns an indicator has figures, and what kind they are of.
_DECISIVE = ("kind", "measures", "target", "source")


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula or rule as written, and the measures it is bound to. `indicator` is what a formula computes.

    `node` is None where it cannot be read as a whole.
    """

    path: Path
    table: Table
    text: str
    node: Node | None
    measures: tuple[str, ...]
    indicator: str | None = None


class Wrong(NamedTuple):
    """What is referred to wrongly, why, and what may have been meant ("" if nothing comes near)."""

    reference: str
    words: Words
    suggestion: str = ""

    def finding(self, place: Location, related: tuple[Location, ...] = ()) -> Finding:
        """XR703."""
        return finding(
            "XR703", place, related=related, reference=self.reference, problem=self.words, suggestion=self.suggestion
        )


def wrong(reference: str, key: str, suggestion: str = "", /, **details: object) -> Wrong:
    """The text `[problems.reference]` has under the key is why."""
    return Wrong(reference, problem(f"reference.{key}", **details), suggestion)


def is_figure(table: Table, measure: str) -> bool:
    """Whether the table has this measure, and figures in it."""
    found = table.measure(measure)
    return found is not None and found.role is MeasureRole.FIGURE


def figure_measures(table: Table, rule: Rule) -> tuple[str, ...]:
    """The measures of a rule that its table has; those it has not are reported as such, once."""
    return tuple(code for code in rule.measures if is_figure(table, code))


class Known:
    """The indicators of a form, looked up by code and by what somebody would call them who knows no codes."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._rows: list[dict[str, int]] = []
        self._called: list[dict[str, str]] = []
        for table in form.tables:
            codes: dict[str, int] = {}
            called: dict[str, str] = {}
            for row, indicator in enumerate(table.indicators):
                codes.setdefault(indicator.code, row)
                for name in (indicator.code, *indicator.name.in_all().values()):
                    called.setdefault(_name_key(name), indicator.code)
            self._rows.append(codes)
            self._called.append(called)

    def row(self, table: int, code: str) -> int | None:
        """The position of an indicator in a table."""
        return self._rows[table].get(code)

    def called(self, table: int, name: str) -> str:
        """The code of the indicator of that name or number; "" if there is none."""
        return self._called[table].get(_name_key(name), "")


def reference_findings(known: Known, expression: Expression, places: Places) -> Iterator[Finding]:
    """XR703 for the references of an expression, each once."""
    look = _Look(known, expression, places)
    found: list[Wrong] = []
    if expression.node is None:
        # Whether they are counted cannot be told.
        found += (one for ref in written_references(expression.text) for one in look.figure(ref))
    else:
        found += (one for ref in references(expression.node) for one in look.number(ref))
        found += (one for count in counts(expression.node) for one in look.count(count))
    here = places.at(expression.path)
    told: set[tuple[str, str]] = set()
    for one in found:
        if (one.reference, one.words["en"]) not in told:
            told.add((one.reference, one.words["en"]))
            yield one.finding(here)


class _Target(NamedTuple):
    """The indicator that a reference means, and where it stands."""

    table: Table
    indicator: Indicator
    path: Path


class _Look:
    """Looks up what the references of one expression mean."""

    def __init__(self, known: Known, expression: Expression, places: Places) -> None:
        self._known = known
        self._form = known.form
        self._expression = expression
        self._places = places

    def figure(self, ref: Ref) -> Iterator[Wrong]:
        """What is wrong with a reference in whatever it may stand."""
        yield from self._figure(self._target(ref), ref)

    def _figure(self, target: _Target | Wrong | None, ref: Ref) -> Iterator[Wrong]:
        if isinstance(target, Wrong):
            yield target
        elif target is not None:
            yield from self._measure(target, ref)

    def number(self, ref: Ref) -> Iterator[Wrong]:
        """What is wrong with a reference that is computed with."""
        target = self._target(ref)
        if isinstance(target, _Target) and self._is_known(target):
            indicator = target.indicator
            if indicator.is_choice or indicator.is_wording:
                yield wrong(str(ref), "not-a-number", f"count({ref})", indicator=indicator.code)
                return
        yield from self._figure(target, ref)

    def count(self, count: Count) -> Iterator[Wrong]:
        """What is wrong with a term that counts answers."""
        target = self._target(count.ref)
        if not isinstance(target, _Target):
            yield from self._figure(target, count.ref)
        elif not self._is_known(target):
            return
        elif target.indicator.is_numeric:
            yield wrong(f"count({count.ref})", "not-counted", str(count.ref), indicator=target.indicator.code)
        else:
            yield from self._measure(target, count.ref)
            for option in count.options:
                is_there = target.indicator.option(option) is not None
                if not is_there and not self._places.may_be("options", target.path, option):
                    yield unknown_option(target.indicator, option, f'count({count.ref}, "{option}")')

    def _is_known(self, target: _Target) -> bool:
        """Whether it is certain what the indicator holds, and where."""
        return not any(self._places.is_damaged((*target.path, field)) for field in _DECISIVE)

    def _target(self, ref: Ref) -> _Target | Wrong | None:
        """What a reference means, or what is wrong with it; None where it may mean what could not be made out."""
        number, table = self._table(ref)
        if table is None:
            if self._places.may_be("tables", (), ref.table or ""):
                return None
            near = closest(ref.table or "", (table.table for table in self._form.tables))
            meant = str(replace(ref, table=near)) if near else ""
            return wrong(str(ref), "no-table", meant, code=ref.table)
        path: Path = ("tables", number)
        row = self._known.row(number, ref.indicator)
        if row is not None:
            return _Target(table, table.indicators[row], (*path, "indicators", row))
        if self._places.may_be("indicators", path, ref.indicator):
            return None
        return wrong(str(ref), "no-indicator", self._meant(number, ref), table=table.table, code=ref.indicator)

    def _table(self, ref: Ref) -> tuple[int, Table | None]:
        if ref.table is None:
            return int(self._expression.path[1]), self._expression.table
        named = ((number, table) for number, table in enumerate(self._form.tables) if table.table == ref.table)
        return next(named, (0, None))

    def _meant(self, number: int, ref: Ref) -> str:
        """The same code in another table, or else the indicator of that name or number, or one like it, in this one."""
        called = self._known.called(number, ref.indicator)
        if called:
            return str(replace(ref, indicator=called))
        for other, table in enumerate(self._form.tables):
            if self._known.row(other, ref.indicator) is not None:
                return str(replace(ref, table=table.table))
        near = closest(ref.indicator, (indicator.code for indicator in self._form.tables[number].indicators))
        return str(replace(ref, indicator=near)) if near else ""

    def _measure(self, target: _Target, ref: Ref) -> Iterator[Wrong]:
        """The first measure in which the reference finds no figure."""
        table = target.table
        open_ = [measure.measure for measure in table.figures if applies(table, target.indicator, measure)]
        for code in (ref.measure,) if ref.measure else self._expression.measures:
            if code in open_:
                continue
            tables = {target.path[:2], self._expression.path[:2]}
            if any(self._places.may_be("measures", one, code) for one in tables) or not self._is_known(target):
                return
            near = closest(code, open_) if not is_computed(table, code) else ""
            meant = str(replace(ref, measure=near)) if near else ""
            written = replace(ref, measure=code)
            if is_figure(table, code):
                yield wrong(str(written), "closed", meant, indicator=target.indicator.code, code=code)
            else:
                yield unknown_measure(table, code, str(written), meant)
            return


def is_computed(table: Table, measure: str) -> bool:
    """Whether the table has a column of that code that holds no figures of its own."""
    return table.measure(measure) is not None and not is_figure(table, measure)


def unknown_measure(table: Table, code: str, reference: str, meant: str) -> Wrong:
    """What is wrong with a column in which figures are looked for."""
    key = "no-figures" if is_computed(table, code) else "no-measure"
    return wrong(reference, key, meant, table=table.table, code=code)


def unknown_option(indicator: Indicator, option: str, reference: str) -> Wrong:
    """What is wrong with an option that an indicator does not have."""
    near = _closest_option(option, indicator) if indicator.is_choice else ""
    return wrong(reference, "no-option", near, indicator=indicator.code, code=option)


def unknown_measures(
    codes: Iterable[str], table: Table, known: Iterable[str], path: Path, places: Places
) -> Iterator[Finding]:
    """XR703 for the columns of a list that are none of the known ones."""
    columns = list(known)
    for number, code in enumerate(codes):
        if code not in columns and not places.may_be("measures", path[:2], code):
            meant = "" if is_computed(table, code) else closest(code, columns)
            yield unknown_measure(table, code, code, meant).finding(places.at((*path, number)))


def _closest_option(text: str, indicator: Indicator) -> str:
    """The option that was meant: the one of that name, be it without its diacritics, or one whose code is like it."""
    plain = bare(same_text(text))
    for option in indicator.options:
        if plain in (bare(same_text(name)) for name in option.name.in_all().values()):
            return option.option
    return find_option(text, indicator) or closest(text, (option.option for option in indicator.options))


def _name_key(text: str) -> str:
    """What somebody calls an indicator, compared: by its name, or as [2] for 02."""
    return text.lstrip("0") if text.isdecimal() else same_text(text)
