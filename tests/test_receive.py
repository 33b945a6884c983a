"""Receiving: what counts once, what supersedes, what is held, and that nothing received is lost."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from xlreport.datapoints import DataPoint
from xlreport.errors import UsageError
from xlreport.forms.expressions import bind
from xlreport.organisation.load import load_register
from xlreport.organisation.tree import at
from xlreport.periods import parse_period
from xlreport.sheets.entries import Entry
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.consolidate import consolidate
from xlreport.usecases.demo import run_demo
from xlreport.usecases.export import tidy_table
from xlreport.usecases.init import build_workspace, initialise
from xlreport.usecases.issue import unit_book
from xlreport.usecases.receive import ReceiveResult, receive
from xlreport.usecases.standard import example_folder, standard_form_file
from xlreport.workspace import Workspace, load_forms, load_organisation, open_workspace

PERIOD = parse_period("2024-Q1")
TODAY = date(2024, 4, 1)
REVENUE = DataPoint("sxkd", "01", "actual")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    register = load_register(example_folder("cum7-2024-q1") / "organisation.yaml")
    build_workspace(tmp_path / "w", [standard_form_file("cum-quy")], register, "vi", name="w")
    return open_workspace(tmp_path / "w")


def filled(workspace: Workspace, unit: str, revenue: Entry, corrects: str | None = None) -> bytes:
    """A unit's workbook with every required figure."""
    (form,) = load_forms(workspace)["cum-quy"]
    tree = at(load_organisation(workspace), PERIOD.end)
    entries: dict[DataPoint, Entry] = {
        DataPoint("sxkd", code, "actual"): Decimal(value)
        for code, value in {"02": "1.5", "03": "900", "04": "30", "06": "0.2"}.items()
    }
    entries |= {DataPoint("xdd", code, "actual"): Decimal(20) for code in ("04", "06", "12", "13", "14", "15", "16")}
    entries |= {DataPoint("xdd", "07", "actual"): "Đạt chuẩn", REVENUE: revenue}
    book = unit_book(workspace, bind(form, PERIOD), tree, unit, "vi")
    return unit_workbook(replace(book, entries=entries, corrects=corrects))


def put(workspace: Workspace, name: str, data: bytes) -> Path:
    path = workspace.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def revenue_facts(workspace: Workspace) -> list[tuple[str, Decimal, str]]:
    facts = tidy_table(workspace, PERIOD, "facts").filter(
        (pl.col("table") == "sxkd") & (pl.col("indicator") == "01") & (pl.col("measure") == "actual")
    )
    return facts.select("unit", "value", "source_file").rows()


def outcomes(result: ReceiveResult) -> dict[str, tuple[str, list[str]]]:
    return {item.file.name: (item.file.outcome, [one.code for one in item.file.findings]) for item in result.files}


def test_the_same_file_counts_once(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/C7-01.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    first = receive(workspace, [], today=TODAY)
    second = receive(workspace, [], today=TODAY)
    assert outcomes(first) == {"inbox/2024-03-28/C7-01.xlsx": ("accepted", [])}
    assert outcomes(second) == {"inbox/2024-03-28/C7-01.xlsx": ("accepted", ["XR602"])}
    assert revenue_facts(workspace) == [("C7-01", Decimal("10.5"), "inbox/2024-03-28/C7-01.xlsx")]


def test_two_copies_in_one_run_count_once(workspace: Workspace) -> None:
    data = filled(workspace, "C7-01", Decimal("10.5"))
    put(workspace, "C7-01.xlsx", data)
    put(workspace, "deep/er/C7-01 copy.xlsx", data)
    result = receive(workspace, [], today=TODAY)
    assert outcomes(result)["inbox/deep/er/C7-01 copy.xlsx"] == ("accepted", ["XR604"])
    assert len(revenue_facts(workspace)) == 1


def test_a_corrected_file_of_a_later_day_supersedes(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/C7-01.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    receive(workspace, [], today=TODAY)
    put(workspace, "2024-03-30/C7-01.xlsx", filled(workspace, "C7-01", Decimal("11.25")))
    result = receive(workspace, [], today=TODAY)
    assert outcomes(result)["inbox/2024-03-30/C7-01.xlsx"] == ("accepted", ["XR603"])
    assert revenue_facts(workspace) == [("C7-01", Decimal("11.25"), "inbox/2024-03-30/C7-01.xlsx")]


def test_a_later_run_of_the_same_day_supersedes(workspace: Workspace) -> None:
    first = put(workspace, "a.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    receive(workspace, [first], today=TODAY)
    second = put(workspace, "b.xlsx", filled(workspace, "C7-01", Decimal("12")))
    receive(workspace, [second], today=TODAY)
    assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(12)]


def test_two_different_files_at_once_are_both_held(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    put(workspace, "2024-03-28/b.xlsx", filled(workspace, "C7-01", Decimal("11")))
    held = receive(workspace, [], today=TODAY)
    assert {outcome for outcome, _ in outcomes(held).values()} == {"rejected"}
    assert all("XR601" in codes for _, codes in outcomes(held).values())
    assert revenue_facts(workspace) == []


def test_a_file_that_says_what_it_corrects_is_no_rival(workspace: Workspace) -> None:
    wrong = filled(workspace, "C7-01", Decimal("10.5"))
    put(workspace, "2024-03-28/a.xlsx", wrong)
    right = filled(workspace, "C7-01", Decimal("11"), corrects=hashlib.sha256(wrong).hexdigest())
    put(workspace, "2024-03-28/b.xlsx", right)
    result = receive(workspace, [], today=TODAY)
    assert {outcome for outcome, _ in outcomes(result).values()} == {"accepted"}
    assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(11)]


def test_prefer_newest_settles_rivals(workspace: Workspace) -> None:

    old = put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    new = put(workspace, "2024-03-28/b.xlsx", filled(workspace, "C7-01", Decimal("11")))
    os.utime(old, (1_700_000_000, 1_700_000_000))
    os.utime(new, (1_700_000_100, 1_700_000_100))
    receive(workspace, [], today=TODAY, prefer_newest=True)
    assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(11)]


def test_once_one_rival_is_taken_away_the_other_counts(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal("10.5")))
    rival = put(workspace, "2024-03-28/b.xlsx", filled(workspace, "C7-01", Decimal("11")))
    receive(workspace, [], today=TODAY)
    rival.unlink()
    receive(workspace, [], today=TODAY)
    assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal("10.5")]


def test_one_bad_file_does_not_stop_the_batch(workspace: Workspace) -> None:
    put(workspace, "good.xlsx", filled(workspace, "C7-02", Decimal(7)))
    put(workspace, "notes.txt", "xin chào".encode())
    put(workspace, "cut.xlsx", filled(workspace, "C7-03", Decimal(7))[:4000])
    put(workspace, "text.xlsx", b"C7-04;12,5\n")
    put(workspace, "wrong.xlsx", filled(workspace, "C7-05", "1,840"))
    put(workspace, "~$good.xlsx", b"lock")
    result = receive(workspace, [], today=TODAY).checked
    assert len(result.files) == 5
    assert (result.count("accepted"), result.count("rejected"), result.count("refused")) == (1, 1, 3)


def test_originals_are_archived_by_hash_and_never_touched(workspace: Workspace) -> None:
    good = filled(workspace, "C7-01", Decimal("10.5"))
    path, junk = put(workspace, "a.xlsx", good), put(workspace, "junk.xlsx", b"junk")
    receive(workspace, [], today=TODAY)
    for data in (good, b"junk"):
        sha256 = hashlib.sha256(data).hexdigest()
        assert (workspace.archive / sha256[:2] / f"{sha256}.xlsx").read_bytes() == data
    assert path.read_bytes() == good
    assert junk.read_bytes() == b"junk"


def test_received_on_is_given_or_the_folder_or_today(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(1)))
    put(workspace, "b.xlsx", filled(workspace, "C7-02", Decimal(2)))
    days = {item.file.name: item.received_on for item in receive(workspace, [], today=TODAY).files}
    assert days == {"inbox/2024-03-28/a.xlsx": date(2024, 3, 28), "inbox/b.xlsx": TODAY}
    given = receive(workspace, [], today=TODAY, received_on=date(2024, 3, 20))
    assert {item.received_on for item in given.files} == {date(2024, 3, 20)}


def test_a_unit_that_is_not_in_the_register_is_refused_until_it_is(workspace: Workspace) -> None:
    data = filled(workspace, "C7-01", Decimal(3))
    register = load_register(example_folder("cum7-2024-q1") / "organisation.yaml")
    others = tuple(row for row in register.memberships if row.code != "C7-01")
    without = replace(register, memberships=others)
    build_workspace(workspace.root, [standard_form_file("cum-quy")], without, "vi", name="w")
    put(workspace, "a.xlsx", data)
    assert outcomes(receive(workspace, [], today=TODAY)) == {"inbox/a.xlsx": ("refused", ["XR109"])}
    build_workspace(workspace.root, [standard_form_file("cum-quy")], register, "vi", name="w")
    assert outcomes(receive(workspace, [], today=TODAY)) == {"inbox/a.xlsx": ("accepted", [])}


def test_a_unit_reports_for_the_cluster_it_belonged_to_at_the_end_of_the_period(workspace: Workspace) -> None:
    put(workspace, "a.xlsx", filled(workspace, "C7-16", Decimal(3)))
    result = consolidate(workspace, PERIOD, language="vi", today=TODAY)
    (state,) = result.states
    assert "C7-16" in state.coverage["CUM-07"].accepted
    before = consolidate(workspace, parse_period("2024-Q1"), language="vi", today=TODAY, nodes=["CUM-08"])
    assert [one.node for one in before.published] == ["CUM-08"]
    tree = at(load_organisation(workspace), date(2024, 3, 7))
    assert tree.parent("C7-16") == "CUM-08"


def accepted_revenue(workspace: Workspace) -> list[Decimal]:
    return [value for _, value, _ in revenue_facts(workspace)]


def test_an_earlier_version_sent_again_counts_again(workspace: Workspace) -> None:
    first, second = filled(workspace, "C7-01", Decimal(10)), filled(workspace, "C7-01", Decimal(11))
    put(workspace, "2024-03-26/a.xlsx", first)
    receive(workspace, [], today=TODAY)
    put(workspace, "2024-03-27/a.xlsx", second)
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(11)]
    put(workspace, "2024-03-28/a.xlsx", first)
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(10)]
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(10)]


def test_the_original_put_back_in_its_place_counts_again(workspace: Workspace) -> None:
    first, second = filled(workspace, "C7-01", Decimal(10)), filled(workspace, "C7-01", Decimal(11))
    for data in (first, second, first):
        put(workspace, "2024-03-26/a.xlsx", data)
        receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(10)]


def test_a_file_left_in_the_inbox_is_no_new_arrival(workspace: Workspace) -> None:
    put(workspace, "a.xlsx", filled(workspace, "C7-01", Decimal(10)))
    receive(workspace, [], today=TODAY)
    put(workspace, "b.xlsx", filled(workspace, "C7-01", Decimal(11)))
    receive(workspace, [], today=TODAY)
    receive(workspace, [], today=date(2024, 5, 1))
    assert accepted_revenue(workspace) == [Decimal(11)]


def test_a_file_set_aside_stays_aside_in_later_runs(workspace: Workspace) -> None:
    newest = put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(10)))
    older = put(workspace, "2024-03-28/b.xlsx", filled(workspace, "C7-01", Decimal(11)))
    os.utime(older, (1_700_000_000, 1_700_000_000))
    os.utime(newest, (1_700_000_100, 1_700_000_100))
    receive(workspace, [], today=TODAY, prefer_newest=True)
    again = outcomes(receive(workspace, [], today=TODAY))
    assert again["inbox/2024-03-28/b.xlsx"] == ("rejected", ["XR605"])
    assert accepted_revenue(workspace) == [Decimal(10)]


def test_a_rival_does_not_drag_down_an_earlier_day_through_its_copy(workspace: Workspace) -> None:
    data = filled(workspace, "C7-01", Decimal(10))
    put(workspace, "2024-03-28/a.xlsx", data)
    put(workspace, "2024-03-29/a copy.xlsx", data)
    put(workspace, "2024-03-29/b.xlsx", filled(workspace, "C7-01", Decimal(11)))
    result = receive(workspace, [], today=TODAY)
    assert outcomes(result)["inbox/2024-03-28/a.xlsx"][0] == "accepted"
    assert len(accepted_revenue(workspace)) == 1


def test_corrections_of_corrections_come_in_their_order(workspace: Workspace) -> None:
    first = filled(workspace, "C7-01", Decimal(1))
    second = filled(workspace, "C7-01", Decimal(2), corrects=hashlib.sha256(first).hexdigest())
    third = filled(workspace, "C7-01", Decimal(3), corrects=hashlib.sha256(second).hexdigest())
    for name, data in (("a", third), ("b", second), ("c", first)):
        put(workspace, f"2024-03-28/{name}.xlsx", data)
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(3)]


def test_a_newer_file_that_is_sent_back_is_told_beside_the_accepted_one(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(10)))
    put(workspace, "2024-03-29/a.xlsx", filled(workspace, "C7-01", "1,840"))
    (state,) = consolidate(workspace, PERIOD, language="vi", today=TODAY).states
    own = state.coverage["CUM-07"]
    assert (own.accepted, own.disputed, own.states["C7-01"]) == (("C7-01",), ("C7-01",), "disputed")
    put(workspace, "2024-03-30/a.xlsx", filled(workspace, "C7-01", Decimal(12)))
    result = consolidate(workspace, PERIOD, language="vi", today=TODAY)
    assert result.states[0].coverage["CUM-07"].disputed == ()
    settled = {item.file.name: item.settled for item in result.received.files}
    assert settled["inbox/2024-03-29/a.xlsx"]


def test_a_correction_does_not_make_a_unit_late(workspace: Workspace) -> None:
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(10)))
    put(workspace, "2024-04-05/a.xlsx", filled(workspace, "C7-01", Decimal(11)))
    put(workspace, "2024-04-05/b.xlsx", filled(workspace, "C7-02", Decimal(11)))
    (state,) = consolidate(workspace, PERIOD, language="vi", today=TODAY).states
    assert state.coverage["CUM-07"].late == ("C7-02",)


def test_what_counts_is_read_again_when_a_definition_changes(workspace: Workspace) -> None:
    """Also a file that is no longer in the inbox: figures read by one definition are not added up by another."""
    path = put(workspace, "a.xlsx", filled(workspace, "C7-01", Decimal("10.25")))
    receive(workspace, [], today=TODAY)
    path.unlink()
    form = workspace.forms_folder / "cum-quy.yaml"
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace("[01] = [02] + [03]", "[01] = [02] + [03] + 5"), encoding="utf-8")
    result = receive(workspace, [], today=TODAY)
    assert outcomes(result) == {"inbox/a.xlsx": ("rejected", ["XR401", "XR123"])}
    assert accepted_revenue(workspace) == []
    form.write_text(text, encoding="utf-8")
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == []


def test_two_files_of_one_name_keep_their_own_findings(workspace: Workspace, tmp_path: Path) -> None:
    put(workspace, "x.xlsx", filled(workspace, "C7-01", Decimal(5)))
    other = tmp_path / "elsewhere" / "inbox" / "x.xlsx"
    other.parent.mkdir(parents=True)
    other.write_bytes(filled(workspace, "C7-02", Decimal(-1)))
    result = receive(workspace, [workspace.inbox, other.parent], today=TODAY)
    by_unit = {item.file.identity.unit: item.file for item in result.files if item.file.identity}
    assert (by_unit["C7-01"].outcome, by_unit["C7-02"].outcome) == ("accepted", "rejected")


def test_names_tell_nothing_of_this_computers_folders(workspace: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "secret" / "sent" / "a.xlsx"
    outside.parent.mkdir(parents=True)
    outside.write_bytes(filled(workspace, "C7-01", Decimal(5)))
    receive(workspace, [outside.parent], today=TODAY)
    assert [name for _, _, name in revenue_facts(workspace)] == ["sent/a.xlsx"]


def test_a_very_long_text_in_a_cell_stops_nothing(workspace: Workspace) -> None:
    put(workspace, "a.xlsx", filled(workspace, "C7-01", "x" * 32_000))
    put(workspace, "b.xlsx", filled(workspace, "C7-02", Decimal(2)))
    result = consolidate(workspace, PERIOD, language="vi", today=TODAY)
    assert result.received.checked.count("accepted") == 1
    assert all(one.path.is_file() for one in result.published)


def test_a_file_name_that_is_no_unicode_stops_nothing(workspace: Workspace) -> None:
    data = filled(workspace, "C7-01", Decimal(5))
    name = os.fsencode(workspace.inbox) + b"/b\xe9o c\xe1o.xlsx"
    with open(name, "wb") as file:
        file.write(data)
    assert receive(workspace, [], today=TODAY).checked.count("accepted") == 1


def test_an_existing_workspace_is_never_overwritten(workspace: Workspace, tmp_path: Path) -> None:
    before = (workspace.root / "organisation.xlsx").read_bytes()
    for overwrite in (lambda: run_demo(workspace.root, "vi"), lambda: initialise(workspace.root, None, "vi")):
        with pytest.raises(UsageError):
            overwrite()
    assert (workspace.root / "organisation.xlsx").read_bytes() == before
    (tmp_path / "half" / "forms").mkdir(parents=True)
    with pytest.raises(UsageError):
        initialise(tmp_path / "half", None, "vi")


def test_two_forms_in_one_folder_do_not_overwrite_each_other(workspace: Workspace, tmp_path: Path) -> None:
    text = (workspace.forms_folder / "cum-quy.yaml").read_text(encoding="utf-8")
    (workspace.forms_folder / "second.yaml").write_text(text.replace("form: cum-quy", "form: second"), encoding="utf-8")
    result = consolidate(workspace, PERIOD, language="vi", today=TODAY, out=tmp_path / "out", nodes=["CUM-07"])
    assert len({one.path for one in result.published}) == 2


def rivals_after_an_accepted_file(workspace: Workspace) -> tuple[Path, Path]:
    """U with 20 accepted on the first day; 22 and 23 come together on a later one and are held."""
    put(workspace, "2024-03-20/a.xlsx", filled(workspace, "C7-01", Decimal(20)))
    receive(workspace, [], today=TODAY)
    older = put(workspace, "2024-03-28/a new.xlsx", filled(workspace, "C7-01", Decimal(22)))
    newer = put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(23)))
    os.utime(older, (1_700_000_000, 1_700_000_000))
    os.utime(newer, (1_700_000_100, 1_700_000_100))
    held = outcomes(receive(workspace, [], today=TODAY))
    assert [held[f"inbox/2024-03-28/{name}"][0] for name in ("a new.xlsx", "a.xlsx")] == ["rejected"] * 2
    assert accepted_revenue(workspace) == [Decimal(20)]
    return older, newer


def test_held_files_can_be_settled_by_the_newest(workspace: Workspace) -> None:
    rivals_after_an_accepted_file(workspace)
    receive(workspace, [], today=TODAY, prefer_newest=True)
    assert accepted_revenue(workspace) == [Decimal(23)]
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(23)]
    (state,) = consolidate(workspace, PERIOD, language="vi", today=TODAY).states
    assert state.coverage["CUM-07"].disputed == ()


def test_held_files_can_be_settled_by_taking_one_away(workspace: Workspace) -> None:
    older, newer = rivals_after_an_accepted_file(workspace)
    newer.unlink()
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(22)]
    assert older.is_file()


def test_a_file_set_aside_counts_when_it_arrives_anew(workspace: Workspace) -> None:
    older, _ = rivals_after_an_accepted_file(workspace)
    receive(workspace, [], today=TODAY, prefer_newest=True)
    put(workspace, "2024-03-29/a.xlsx", older.read_bytes())
    result = receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(22)]
    assert outcomes(result)["inbox/2024-03-29/a.xlsx"][0] == "accepted"


def test_a_file_set_aside_stays_aside_when_a_definition_changes(workspace: Workspace) -> None:
    rivals_after_an_accepted_file(workspace)
    receive(workspace, [], today=TODAY, prefer_newest=True)
    form = workspace.forms_folder / "cum-quy.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("KT2", "KT9"), encoding="utf-8")
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(23)]


def test_a_file_that_a_rule_kept_back_counts_once_the_rule_is_mended(workspace: Workspace) -> None:
    put(workspace, "2024-03-20/a.xlsx", filled(workspace, "C7-01", Decimal(20)))
    receive(workspace, [], today=TODAY)
    form = workspace.forms_folder / "cum-quy.yaml"
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace('assert: "[13] <= [06]"', 'assert: "[13] < [06]"'), encoding="utf-8")
    put(workspace, "2024-03-28/a.xlsx", filled(workspace, "C7-01", Decimal(30)))
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == []
    form.write_text(text, encoding="utf-8")
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(30)]


def test_an_earlier_version_sent_again_says_what_it_replaces(workspace: Workspace) -> None:
    first = filled(workspace, "C7-01", Decimal(10))
    put(workspace, "2024-03-26/a.xlsx", first)
    put(workspace, "2024-03-27/a.xlsx", filled(workspace, "C7-01", Decimal(11)))
    receive(workspace, [], today=TODAY)
    put(workspace, "2024-03-28/again.xlsx", first)
    result = receive(workspace, [], today=TODAY)
    (again,) = [item for item in result.files if item.file.name.endswith("again.xlsx")]
    assert again.is_new
    assert [item.code for item in again.file.findings] == ["XR602", "XR603"]
    assert [item.is_new for item in result.files if item is not again] == [False, False]


def test_what_counted_in_an_order_counts_in_it_when_read_again(workspace: Workspace) -> None:
    for name, revenue in (("b.xlsx", 10), ("a.xlsx", 11)):
        put(workspace, f"2024-03-28/{name}", filled(workspace, "C7-01", Decimal(revenue)))
        receive(workspace, [], today=TODAY)
    form = workspace.forms_folder / "cum-quy.yaml"
    form.write_text(form.read_text(encoding="utf-8").replace("KT2", "KT9"), encoding="utf-8")
    receive(workspace, [], today=TODAY)
    assert accepted_revenue(workspace) == [Decimal(11)]
