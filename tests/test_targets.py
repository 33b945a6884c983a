"""Plans and what is said of them, with figures computed by hand, from the template to the totals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from loop import Run, one_table, run

D = Decimal


def form(*rows: str, measures: str = "plan, actual, completion, attainment", frequency: str = "year") -> str:
    """A form of one table with plans."""
    return one_table(*rows, measures=measures, frequency=frequency)


# Ranges and years without a goal

CLASSES = form(
    '{code: "01", name: Số lớp, target: {by_year: {2024: 4..5, 2025: 6..7}}}',
    measures="plan, plan_to, actual, completion, attainment",
)


@pytest.mark.parametrize(
    ("actual", "said"),
    [(3, "Không đạt kế hoạch"), (4, "Hoàn thành kế hoạch"), (5, "Hoàn thành kế hoạch"), (6, "Vượt kế hoạch")],
)
def test_a_range_is_met_within_and_exceeded_above(actual: int, said: str, tmp_path: Path) -> None:
    got = run(CLASSES, "2024", {"D": {"01": D(actual)}}, tmp_path)
    assert [got.unit_shown("D", f"01:{one}") for one in ("plan", "plan_to", "attainment")] == ["4", "5", said]
    assert [got.shown("C2", f"01:{one}") for one in ("plan", "plan_to", "attainment")] == ["4", "5", said]


def test_ranges_of_units_add_up(tmp_path: Path) -> None:
    got = run(CLASSES, "2024", {"A": {"01": D(5)}, "B": {"01": D(6)}, "D": {"01": D(3)}}, tmp_path)
    figures = [got.value("K", f"01:{one}").number for one in ("plan", "plan_to", "actual", "completion")]
    assert figures == [12, 15, 14, D("116.7")]
    assert [got.shown(node, "01:attainment") for node in ("K", "C1", "C2")] == [
        "Hoàn thành kế hoạch", "Vượt kế hoạch", "Không đạt kế hoạch",
    ]  # fmt: skip


def test_a_year_without_a_goal_has_no_plan_and_never_0(tmp_path: Path) -> None:
    got = run(CLASSES, "2023", {"A": {"01": D(2)}}, tmp_path)
    for data in (got.data["A"], got.consolidated("K")):
        cells = [got.cell(data, f"01:{one}").value for one in ("plan", "plan_to", "completion", "attainment")]
        assert [cell or "" for cell in cells] == ["", "", "—", "Chưa có kế hoạch"]
        assert 0 not in cells
    assert (got.value("K", "01:plan").number, got.value("K", "01").number) == (None, D(2))
    (row,) = got.totals("K", "01:plan")
    assert (row["value"], row["status"]) == (None, "O")


PHASED = form(
    '{code: "01", name: Thu nhập tăng thêm, unit_measure: triệu đồng}',
    '{code: "02", name: Quỹ lương, unit_measure: triệu đồng}',
    '{code: "03", name: Tỷ lệ, unit_measure: "%", decimals: 1, formula: "100 * [01] / [02]",'
    " target: {by_year: {2023: 15, 2024: 20, 2025: 25}}}",
)
FUNDS = {"A": {"01": D(30), "02": D(100)}, "B": {"01": D(30), "02": D(300)}, "D": {"01": D(30), "02": D(120)}}


@pytest.mark.parametrize(("year", "plan", "bloc"), [("2023", 15, "Vượt"), ("2024", 20, "Không đạt"), ("2022", 0, "")])
def test_a_phased_percentage_is_the_same_goal_everywhere(year: str, plan: int, bloc: str, tmp_path: Path) -> None:
    """90 of 520 is 17,3%, where the mean of 30%, 10% and 25% would be 21,7%."""
    got = run(PHASED, year, FUNDS, tmp_path)
    for subject in ("A", "B", "C1", "C2", "K"):
        assert got.value(subject, "03:plan").number == (plan or None)
    assert [got.value(one, "03").number for one in ("A", "B", "C1", "C2", "K")] == [
        30, 10, 15, 25, D("17.3"),
    ]  # fmt: skip
    assert got.shown("K", "03:attainment") == (f"{bloc} kế hoạch" if bloc else "Chưa có kế hoạch")
    assert got.shown("C2", "03:attainment") == ("Vượt kế hoạch" if plan else "Chưa có kế hoạch")
    assert got.shown("C1", "03:attainment") == {15: "Hoàn thành kế hoạch", 20: "Không đạt kế hoạch"}.get(
        plan, "Chưa có kế hoạch"
    )
    assert got.shown("K", "03:completion") == {15: "115,3", 20: "86,5", 0: "—"}[plan]


def test_a_percentage_can_have_a_range(tmp_path: Path) -> None:
    """The bounds are the form's: its parts need none."""
    ranged = PHASED.replace("2023: 15, 2024: 20", "2024: 15..20").replace("[plan,", "[plan, plan_to,")
    got = run(ranged, "2024", FUNDS, tmp_path)
    assert [got.shown("K", f"03:{one}") for one in ("plan", "plan_to", "actual", "attainment")] == [
        "15,0", "20,0", "17,3", "Hoàn thành kế hoạch",
    ]  # fmt: skip
    assert [got.shown(node, "03:attainment") for node in ("C1", "C2")] == ["Hoàn thành kế hoạch", "Vượt kế hoạch"]


def test_the_goal_of_a_percentage_is_no_total_of_units(tmp_path: Path) -> None:
    got = run(PHASED, "2024", FUNDS, tmp_path)
    rows = {one: got.totals("K", f"03:{one}")[0] for one in ("plan", "actual", "completion")}
    assert {one: (row["reporting_units"], row["expected_units"]) for one, row in rows.items()} == {
        "plan": (None, None), "actual": (3, 3), "completion": (3, 3),
    }  # fmt: skip


# Reductions

REDUCED = form(
    '{code: "01", name: Số phòng chuyên môn, target: {reduction: 25, base_year: 2019, horizon: 2021}}',
    measures="base, plan, actual, attainment",
)


@pytest.mark.parametrize(
    ("base", "actual", "plan", "said"),
    [
        (12, 9, "9,00", "Hoàn thành kế hoạch"),
        (12, 8, "9,00", "Vượt kế hoạch"),
        (12, 10, "9,00", "Không đạt kế hoạch"),
        (13, 10, "9,75", "Không đạt kế hoạch"),
        (13, 9, "9,75", "Vượt kế hoạch"),
        (0, 0, "0,00", "Hoàn thành kế hoạch"),
    ],
)
def test_a_reduction_is_met_at_the_horizon(base: int, actual: int, plan: str, said: str, tmp_path: Path) -> None:
    got = run(REDUCED, "2021", {"A": {"01:base": D(base), "01": D(actual)}}, tmp_path)
    for shown in (got.unit_shown("A", "01:plan"), got.shown("K", "01:plan")):
        assert shown == plan
    for shown in (got.unit_shown("A", "01:attainment"), got.shown("K", "01:attainment")):
        assert shown == said


def test_reductions_add_up_over_units_that_have_both_figures(tmp_path: Path) -> None:
    entries = {"A": {"01:base": D(12), "01": D(9)}, "B": {"01:base": D(13), "01": D(9)}, "D": {"01": D(40)}}
    got = run(REDUCED, "2021", entries, tmp_path)
    assert [got.value("K", f"01:{one}").number for one in ("base", "plan", "actual")] == [25, D("18.75"), 58]
    assert got.shown("K", "01:attainment") == "Vượt kế hoạch"
    assert got.shown("C2", "01:attainment") == "Chưa có kế hoạch"


@pytest.mark.parametrize(("actual", "shown"), [(10, "66,7%"), (12, "0,0%"), (9, "100,0%"), (13, "-33,3%")])
def test_before_the_horizon_there_is_only_progress(actual: int, shown: str, tmp_path: Path) -> None:
    """Of a reduction by 3 of 12, a reduction by 2 is two thirds."""
    got = run(REDUCED, "2020", {"A": {"01:base": D(12), "01": D(actual)}}, tmp_path)
    assert got.unit_shown("A", "01:attainment") == got.shown("K", "01:attainment") == f"Tiến độ {shown}"


def test_progress_in_english(tmp_path: Path) -> None:
    got = run(REDUCED, "2020", {"A": {"01:base": D(12), "01": D(10)}}, tmp_path, language="en")
    assert got.shown("K", "01:attainment", "en") == "Progress 66.7%"


def test_a_reduction_of_the_blocs_own_figure(tmp_path: Path) -> None:
    """Its base, its plan and what follows are the bloc's alone."""
    own = REDUCED.replace("target:", "filled_by: [khoi], target:")
    got = run(own, "2021", {"K": {"01:base": D(13), "01": D(10)}}, tmp_path)
    assert [got.shown("K", f"01:{one}") for one in ("base", "plan", "actual", "attainment")] == [
        "13", "9,75", "10", "Không đạt kế hoạch",
    ]  # fmt: skip
    assert [got.shown("C1", f"01:{one}") for one in ("base", "plan", "actual")] == ["", "", ""]


# Directions, missing plans, plans of 0

TYPED = form(
    '{code: "01", name: Doanh thu, decimals: 2}',
    '{code: "02", name: Tai nạn, target: {direction: lower}}',
    frequency="quarter",
)


@pytest.mark.parametrize(
    ("plan", "actual", "higher", "lower"),
    [
        (10, 10, "Hoàn thành", "Hoàn thành"),
        (10, 11, "Vượt", "Không đạt"),
        (10, 9, "Không đạt", "Vượt"),
        (0, 9, "Chưa có", "Không đạt"),
        (0, 0, "Chưa có", "Hoàn thành"),
        (None, 9, "Chưa có", "Chưa có"),
    ],
)
def test_what_is_said_at_the_end_of_the_year(
    plan: int | None, actual: int, higher: str, lower: str, tmp_path: Path
) -> None:
    plans = {} if plan is None else {"01:plan": D(plan), "02:plan": D(plan)}
    got = run(TYPED, "2024-Q4", {"A": {"01": D(actual), "02": D(actual), **plans}}, tmp_path)
    for code, said in (("01", higher), ("02", lower)):
        assert got.unit_shown("A", f"{code}:attainment") == got.shown("K", f"{code}:attainment") == f"{said} kế hoạch"
        assert got.shown("K", f"{code}:completion") == ("—" if not plan else f"{10 * actual},0")


@pytest.mark.parametrize(
    ("plan", "higher", "lower"), [(40, "Tiến độ 25,0%", "Tiến độ 400,0%"), (0, "—", "Tiến độ 0,0%")]
)
def test_what_is_said_before(plan: int, higher: str, lower: str, tmp_path: Path) -> None:
    entries = {"A": {"01": D(10), "01:plan": D(plan), "02": D(10), "02:plan": D(plan)}}
    got = run(TYPED, "2024-Q1", entries, tmp_path)
    assert [got.shown("K", f"{code}:attainment") for code in ("01", "02")] == [higher, lower]
    assert [got.unit_shown("A", f"{code}:attainment") for code in ("01", "02")] == [higher, lower]


def test_attainment_compares_figures_and_not_rounded_percentages(tmp_path: Path) -> None:
    got = run(TYPED, "2024-Q4", {"A": {"01": D("99.96"), "01:plan": D(100), "02": D(0)}}, tmp_path)
    for shown in (got.unit_shown, lambda _, point: got.shown("K", point)):
        assert (shown("A", "01:completion"), shown("A", "01:attainment")) == ("100,0", "Không đạt kế hoạch")


def test_a_total_is_attained_by_the_units_that_have_a_plan(tmp_path: Path) -> None:
    entries = {"A": {"01": D(9), "01:plan": D(10), "02": D(0)}, "B": {"01": D(50), "02": D(0)}}
    got = run(TYPED, "2024-Q4", entries, tmp_path)
    assert (got.value("K", "01").number, got.shown("K", "01:attainment")) == (D(59), "Không đạt kế hoạch")
    assert got.shown("K", "01:completion") == "90,0 (1/2)"


# Two plans: assigned from above, and one's own

TWO = form(
    '{code: "01", name: Doanh thu, decimals: 1}',
    measures="{measure: plan, assigned: true}, own_plan, actual, completion, "
    "{measure: own, name: So với kế hoạch tự xây dựng, computes: completion, of: actual / own_plan}, attainment",
)


def two_plans(folder: Path, bloc: int | None = 100) -> Run:
    units = {
        "A": {"01:plan": D(40), "01:own_plan": D(50), "01": D(45)},
        "B": {"01:plan": D(30), "01:own_plan": D(30), "01": D(36)},
        "D": {"01:own_plan": D(40), "01": D(9)},
    }
    nodes = {} if bloc is None else {"K": {"01:plan": D(bloc)}, "C1": {"01:plan": D(60)}}
    return run(TWO, "2024", {**units, **nodes}, folder)


def test_assigned_and_own_plans_stand_beside_each_other(tmp_path: Path) -> None:
    got = two_plans(tmp_path)
    found = {
        node: [
            got.shown(node, f"01:{one}") for one in ("plan", "own_plan", "actual", "completion", "own", "attainment")
        ]
        for node in ("K", "C1", "C2")
    }
    assert found == {
        "K": ["100,0", "120,0", "90,0", "90,0", "75,0", "Không đạt kế hoạch"],
        "C1": ["60,0", "80,0", "81,0", "135,0", "101,3", "Vượt kế hoạch"],
        "C2": ["", "40,0", "9,0", "—", "22,5", "Chưa có kế hoạch"],
    }
    assert got.unit_value("D", "01:completion").undefined


def test_what_is_assigned_is_never_added_up(tmp_path: Path) -> None:
    got = two_plans(tmp_path, bloc=None)
    assert [got.shown("K", f"01:{one}") for one in ("plan", "completion", "attainment")] == [
        "",
        "—",
        "Chưa có kế hoạch",
    ]
    (row,) = got.totals("K", "01:plan")
    assert (row["value"], row["reporting_units"]) == (None, None)


# Growth

GROWN = form(
    '{code: "01", name: Doanh thu, decimals: 1}',
    '{code: "02", name: Tỷ lệ hộ nghèo, unit_measure: "%", decimals: 2, formula: "100 * [01] / 3000"}',
    '{code: "03", name: Xếp hạng, kind: rank}',
    '{code: "04", name: Chỉ số, decimals: 1, growth: points, across_units: average}',
    measures="actual, same_period, index, growth, change",
    frequency="quarter",
)


def test_growth_is_told_by_kind_of_figure(tmp_path: Path) -> None:
    """Units without a figure of the year before are no part of the comparison."""
    entries = {
        "A": {"01": D(121), "01:same_period": D(100), "03": D(18), "03:same_period": D(30),
              "04": D(50), "04:same_period": D("48.5")},
        "B": {"01": D(500), "03": D(20), "03:same_period": D(18), "04": D(1)},
        "D": {"01": D(59), "01:same_period": D(100), "03": D(7), "03:same_period": D(7),
              "04": D(2), "04:same_period": D(3)},
    }  # fmt: skip
    got = run(GROWN, "2024-Q1", entries, tmp_path)
    assert [got.shown("K", f"01:{one}") for one in ("index", "growth", "change")] == [
        "90,0 (2/3)", "-10,0 (2/3)", "-20,0 (2/3)",
    ]  # fmt: skip
    assert [got.unit_shown("A", f"02:{one}") for one in ("actual", "index", "growth", "change")] == [
        "4,03", "x", "0,70 điểm %", "0,70 điểm %",
    ]  # fmt: skip
    assert [got.unit_shown(unit, "03:growth") for unit in ("A", "B", "D")] == [
        "tăng 12 bậc",
        "giảm 2 bậc",
        "giữ nguyên",
    ]
    assert got.unit_shown("A", "03:index") == "x"
    assert got.shown("K", "03:growth") == "x"
    assert [got.unit_shown("A", f"04:{one}") for one in ("index", "growth", "change")] == ["103,1", "1,5 điểm %", "1,5"]
    assert got.value("K", "04:growth").number == D("0.2")
    assert [row["unit_measure"] for row in (*got.totals("K", "03:growth"), *got.totals("K", "02:growth"))] == [
        "bậc", "điểm %",
    ]  # fmt: skip


def test_ranks_in_english(tmp_path: Path) -> None:
    entries = {"A": {"01": D(1), "03": D(18), "03:same_period": D(30), "04": D(1), "04:same_period": D(3)}}
    got = run(GROWN, "2024-Q1", entries, tmp_path, language="en")
    assert got.unit_shown("A", "03:growth") == "up 12 places"
    assert got.unit_shown("A", "04:growth") == "-2.0 % points"
