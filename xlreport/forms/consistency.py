"""What the model alone cannot see: codes defined twice, references to nothing, circles, unusable tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from xlreport.errors import UsageError
from xlreport.findings import Finding, finding
from xlreport.findings.problems import problem
from xlreport.findings.wording import Words
from xlreport.forms.answers import same_text
from xlreport.forms.calendar import Cutoff, Deadline, PeriodDay
from xlreport.forms.comparisons import is_percentage
from xlreport.forms.expression_checks import check_expressions
from xlreport.forms.leftovers import leftover_findings
from xlreport.forms.model import Aggregation, Form, Indicator, Kind, Option, Table
from xlreport.forms.places import Path, Places
from xlreport.forms.ratio_checks import ratio_findings
from xlreport.forms.reference_checks import unknown_measures, unknown_option
from xlreport.forms.succession import Row, replaced_row
from xlreport.forms.target_checks import span_findings, target_findings
from xlreport.numbers import readings
from xlreport.periods import Period, next_period, parse_period

#: Spreadsheets read these as patterns and comparisons in COUNTIF, and the last as the start of a formula.
_UNUSABLE_TOKEN = re.compile(r"[*?~<>=\"]|^[-+@].")
_LONGEST_TOKEN = 255
#: What only a number has.
_NUMBER_FIELDS = ("decimals", "rounded", "minimum", "maximum")
_ONE_DAY, _ONE_YEAR = timedelta(days=1), timedelta(days=366)


def check_form(form: Form, places: Places) -> tuple[Finding, ...]:
    """Everything that is wrong with a form that the model accepts, in the order of its lines or cells.

    `places` says where a path such as ("tables", 0, "indicators", 3, "formula") stands in the file.
    """
    found = [
        *_repeated_codes(form, places),
        *_replaced_twice(form, places),
        *_form_fields(form, places),
        *_calendar(form, places),
        *_absence_tokens(form, places),
        *(item for number, table in enumerate(form.tables) for item in _table(form, table, ("tables", number), places)),
        *check_expressions(form, places),
        *leftover_findings(form, places),
    ]
    return places.in_order(found)


def _repeated_codes(form: Form, places: Places) -> Iterator[Finding]:
    tables: list[tuple[str, Path]] = [(table.table, ("tables", n, "table")) for n, table in enumerate(form.tables)]
    known = [(n, table) for n, table in enumerate(form.tables) if ("tables", n) not in places.adrift]
    rules: list[tuple[str, Path]] = [
        (rule.code, ("tables", n, "rules", row, "code"))
        for n, table in enumerate(form.tables)
        for row, rule in enumerate(table.rules)
    ]
    yield from _repeated(tables, places)
    yield from _repeated(rules, places)
    chain = form.deadline.chain if form.deadline else ()
    yield from _repeated(_codes((step.level for step in chain), ("deadline", "chain")), places)
    for n, table in known:
        top: Path = ("tables", n)
        yield from _repeated(_codes((row.code for row in table.indicators), (*top, "indicators"), "code"), places)
        yield from _repeated(_codes((column.measure for column in table.measures), (*top, "measures")), places)
        for row, rule in enumerate(table.rules):
            yield from _repeated(_codes(rule.measures, (*top, "rules", row, "measures")), places)
        for row, indicator in enumerate(table.indicators):
            yield from _repeated(_codes(indicator.measures or (), (*top, "indicators", row, "measures")), places)
            yield from _repeated_answers(indicator, (*top, "indicators", row, "options"), places)


def _replaced_twice(form: Form, places: Places) -> Iterator[Finding]:
    """XR720 where two rows say that they continue the same row of the version before."""
    first: dict[Row, Path] = {}
    for n, table in enumerate(form.tables):
        for row, indicator in enumerate(table.indicators):
            if indicator.replaces is not None:
                path: Path = ("tables", n, "indicators", row, "replaces")
                earlier = first.setdefault(replaced_row(table, indicator), path)
                if earlier != path:
                    related = (places.at(earlier),)
                    yield finding("XR720", places.at(path), related=related, code=indicator.replaces)


def _codes(codes: Iterable[str], path: Path, *field: str) -> list[tuple[str, Path]]:
    return [(code, (*path, number, *field)) for number, code in enumerate(codes)]


def _repeated(codes: Iterable[tuple[str, Path]], places: Places) -> Iterator[Finding]:
    """XR705 for codes that are equal but for case: sheets, file names and people do not tell them apart."""
    first: dict[str, Path] = {}
    for code, path in codes:
        earlier = first.setdefault(code.casefold(), path)
        if earlier != path:
            yield finding("XR705", places.at(path), related=(places.at(earlier),), code=code)


def _repeated_answers(indicator: Indicator, path: Path, places: Places) -> Iterator[Finding]:
    """XR705 where an answer typed by a clerk could mean two options."""
    first: dict[str, int] = {}
    for number, option in enumerate(indicator.options):
        taken = [text for text in _answers(option) if first.setdefault(same_text(text), number) != number]
        if taken:
            earlier = places.at((*path, first[same_text(taken[0])]))
            yield finding("XR705", places.at((*path, number)), related=(earlier,), code=taken[0])


def _answers(option: Option) -> tuple[str, ...]:
    return (option.option, option.name.vi, *([option.name.en] if option.name.en else []))


def _form_fields(form: Form, places: Places) -> Iterator[Finding]:
    period = _period(form.valid_from) if form.valid_from is not None else None
    if period is not None and not isinstance(period, Period):
        yield _found(("valid_from",), places, period)


def _period(code: str) -> Period | Words:
    """The period of a code, or what is wrong with it."""
    try:
        return parse_period(code)
    except UsageError as error:
        return problem("not-a-period" if error.key == "period-unknown" else "not-a-period-like", **error.params)


def _calendar(form: Form, places: Places) -> Iterator[Finding]:
    """XR702 for days of periods that are none of the form's, that are far from them or out of their order."""
    found = [item for field in ("cutoff", "deadline") for item in _days(form, field, _entry_problem, places)]
    # Of days that are wrong in themselves no order is expected.
    yield from found or _days(form, "cutoff", _order_problem, places)


def _days(
    form: Form, field: str, problem_of: Callable[[Form, PeriodDay], Words | None], places: Places
) -> Iterator[Finding]:
    calendar: Cutoff | Deadline | None = getattr(form, field)
    for entry in calendar.dates if calendar else ():
        wrong = problem_of(form, entry)
        if wrong is not None:
            yield _found((field, "dates", entry.period), places, wrong)


def _entry_problem(form: Form, entry: PeriodDay) -> Words | None:
    code, day, period = entry.period, entry.day, _period(entry.period)
    if not isinstance(period, Period):
        return period
    if period.code != code:
        return problem("not-a-period-like", value=code, suggestion=period.code)
    if not form.is_for(period):
        return problem("period-of-other-frequency", value=code, frequency=form.frequency.value)
    if not period.start - _ONE_YEAR <= day <= period.end + _ONE_YEAR:
        return problem("day-far-from-period", value=code, day=day.isoformat())
    return None


def _order_problem(form: Form, entry: PeriodDay) -> Words | None:
    """A period must cover days of its own, and leave some to the next one, unless that is named and told itself."""
    period, day = parse_period(entry.period), entry.day
    if form.first_day(period) > day:
        other = form.first_day(period) - _ONE_DAY
        return problem("cutoff-not-after", day=day.isoformat(), other=other.isoformat())
    following = next_period(period)
    is_named = form.cutoff is not None and any(each.period == following.code for each in form.cutoff.dates)
    if is_named or day < form.last_day(following):
        return None
    return problem("cutoff-not-before", day=day.isoformat(), other=form.last_day(following).isoformat())


def _field(path: Path, places: Places, key: str, **details: object) -> Finding:
    return _found(path, places, problem(key, **details))


def _found(path: Path, places: Places, wrong: Words) -> Finding:
    return finding("XR702", places.at(path), path=places.label(path), problem=wrong)


def _absence_tokens(form: Form, places: Places) -> Iterator[Finding]:
    """XR702 for tokens that mean two things, or that a spreadsheet would not take as they stand."""
    first: dict[str, Path] = {}
    for field, tokens in (("nil", form.absence.nil), ("not_applicable", form.absence.not_applicable)):
        for number, token in enumerate(tokens):
            path: Path = ("absence", field, number)
            key = "token-twice" if first.setdefault(same_text(token), path) != path else _token_problem(token)
            if key is not None:
                yield _field(path, places, key, token=token[:40])


def _token_problem(token: str) -> str | None:
    if not token.strip() or len(token) > _LONGEST_TOKEN:
        return "token-length"
    if readings(token):
        return "token-number"
    return "token-characters" if _UNUSABLE_TOKEN.search(token) else None


def _table(form: Form, table: Table, path: Path, places: Places) -> Iterator[Finding]:
    yield from ratio_findings(table, path, places)
    yield from span_findings(form, table, path, places)
    for number, rule in enumerate(table.rules):
        measures: Path = (*path, "rules", number, "measures")
        if not rule.measures:
            yield _field(measures, places, "empty-list")
        known = (column.measure for column in table.figures)
        yield from unknown_measures(rule.measures, table, known, measures, places)
    for number, indicator in enumerate(table.indicators):
        yield from _indicator(table, indicator, (*path, "indicators", number), places)


def _indicator(table: Table, indicator: Indicator, path: Path, places: Places) -> Iterator[Finding]:
    columns = (column.measure for column in table.measures)
    yield from unknown_measures(indicator.measures or (), table, columns, (*path, "measures"), places)
    for number, code in enumerate(indicator.achieved):
        if indicator.option(code) is None and not places.may_be("options", path, code):
            yield unknown_option(indicator, code, code).finding(places.at((*path, "achieved", number)))
    if _sums_percentages(table, indicator) and not places.is_damaged((*path, "formula")):
        yield finding("XR739", places.at((*path, "across_units")), indicator=indicator.code)
    yield from target_findings(table, indicator, path, places)
    if not indicator.is_numeric:
        for field in _NUMBER_FIELDS:
            if field in indicator.model_fields_set:
                yield finding("XR707", places.at((*path, field)), option=field)


def _sums_percentages(table: Table, indicator: Indicator) -> bool:
    """Whether percentages would be added up over units, which gives nothing that means anything."""
    is_added = indicator.kind is Kind.NUMBER and indicator.is_received and indicator.across_units is Aggregation.SUM
    return is_added and is_percentage(table, indicator)
