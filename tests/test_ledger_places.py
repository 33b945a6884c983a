"""An office comes to the same, wherever its ledger is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from databases import new_database
from offices import Office, office

from xlreport.workspace import open_workspace

FORM = """
form: f
title: F
frequency: quarter
filled_by: [don-vi]
tables:
  - table: t
    title: T
    measures: [plan, actual, cumulative, same_period, completion, index, note]
    indicators:
      - {code: "01", name: Doanh thu, decimals: 1}
      - {code: "02", name: Ghi chú, kind: text, measures: [actual]}
      - {code: "03", name: Xếp loại, kind: choice, options: [{option: tot, name: Tốt}, {option: kem, name: Kém}]}
    rules:
      - {code: R, assert: "[01] >= [01]@previous", severity: warning}
"""


def at_work(made: Office) -> list[object]:
    """Two quarters, a correction, a file with an error: totals, findings and the workbook of the bloc."""
    figures = {"t/01:plan": 100, "t/01": 20.5, "t/02": "Ý kiến “khác” của đơn vị", "t/03": "Tốt"}
    made.send("f", "2024-Q1", {"A": figures, "B": {**figures, "t/01": 7}})
    seen: list[object] = [made.receive()]
    made.send("f", "2024-Q1", {"B": {**figures, "t/01": 8}, "C": {**figures, "t/01": "tám"}}, day="2030-01-02")
    seen += [made.receive(), made.consolidate("2024-Q1"), made.totals("2024-Q1")]
    made.send("f", "2024-Q2", {"A": {**figures, "t/01": 5}, "B": figures}, day="2030-01-02")
    result = made.consolidate("2024-Q2")
    return [*seen[:2], seen[3], made.totals("2024-Q2"), made.workbook(result, "KHOI")]


@pytest.mark.postgresql
def test_an_office_with_a_database_server(tmp_path: Path, postgresql: str) -> None:
    in_file = at_work(office(tmp_path / "mau", FORM))
    with new_database(postgresql) as address:
        other = office(tmp_path / "khac" / "mau", FORM)
        settings = other.workspace.root / "xlreport.toml"
        settings.write_text(settings.read_text("utf-8") + f'[ledger]\nurl = "{address}"\n', "utf-8")
        in_server = at_work(Office(open_workspace(other.workspace.root)))
        assert not (other.workspace.root / "ledger.sqlite").exists()
    assert in_server == in_file
