"""How long issuing takes, held against building each workbook from nothing: `make bench-issue`.

Both ways are timed in turns in one process and on the same books, files written. What counts is the ratio.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from xlreport.aggregation import Value
from xlreport.datapoints import DataPoint
from xlreport.forms.expressions import bind
from xlreport.forms.model import Form
from xlreport.forms.roles import Filler
from xlreport.periods import parse_period
from xlreport.sheets.casting import Foundry
from xlreport.sheets.entries import UnitBook
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.workspace import write_whole

INDICATORS = 60


def form() -> Form:
    """One table of 60 indicators with 4 columns of figures, 2 computed columns and notes, and 10 rules."""
    indicators = [
        {"code": f"{number:02}", "name": f"Chỉ tiêu số {number} của biểu đo tốc độ phát hành", "decimals": 1}
        for number in range(1, INDICATORS + 1)
    ]
    rules = [{"code": f"KT{number}", "assert": f"[{number:02}] <= [{number + 1:02}]"} for number in range(1, 11)]
    measures = ["plan", "actual", "cumulative", "same_period", "completion", "index", "note"]
    table = {"table": "t", "title": "Bảng đo", "unit_measure": "triệu đồng", "completion": "cumulative / plan"}
    return Form.model_validate(
        {
            "form": "do",
            "version": 1,
            "title": "Báo cáo đo",
            "frequency": "quarter",
            "filled_by": ["don-vi"],
            "tables": [{**table, "measures": measures, "indicators": indicators, "rules": rules}],
        }
    )


def blank_books(count: int) -> list[UnitBook]:
    """Books of units that differ in code, name and cluster."""
    bound = bind(form(), parse_period("2024-Q1"), Filler("don-vi"))
    return [
        UnitBook(
            bound=bound,
            unit=f"U-{number:04}",
            unit_name=f"Đảng bộ công ty số {number}{', chi nhánh miền Trung và Tây Nguyên' * (number % 3)}",
            unit_type=None,
            receiver=f"Cụm số {number % 12}",
            language="vi",
            unit_level="don-vi",
            contact="Văn phòng Khối, điện thoại 024 0000 0000",
        )
        for number in range(count)
    ]


def prefilled(book: UnitBook) -> UnitBook:
    """With a plan and last year's figures of its own, as from the second year on."""
    chance = random.Random(book.unit)
    codes = [indicator.code for indicator in book.bound.tables[0].indicators]
    points = [DataPoint("t", code, measure) for code in codes for measure in ("plan", "same_period")]
    figures = {point: Decimal(chance.randrange(10**6)) / 10 for point in points}
    return replace(book, prefilled={point: Value(number=figure, units=1) for point, figure in figures.items()})


def seconds(write: Callable[[UnitBook], bytes], books: Sequence[UnitBook], folder: Path) -> float:
    """How long it takes to make and write the workbooks."""
    start = time.perf_counter()
    for book in books:
        write_whole(folder / f"{book.unit}.xlsx", write(book))
    return time.perf_counter() - start


def main() -> None:
    """Print the ratio for blank and for prefilled workbooks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    blank = blank_books(options.units)
    for title, books in (("blank", blank), ("prefilled", list(map(prefilled, blank)))):
        unit_workbook(books[0])
        with tempfile.TemporaryDirectory() as folder:
            times = [
                (seconds(Foundry().workbook, books, Path(folder)), seconds(unit_workbook, books, Path(folder)))
                for _ in range(options.rounds)
            ]
        cast, built = (statistics.median(one) for one in zip(*times, strict=True))
        ratio = statistics.median(one / other for one, other in times)
        print(f"{title}: {len(books)} workbooks of {INDICATORS} indicators, median of {options.rounds} rounds")
        print(
            f"  cast {cast:.2f} s, built from nothing {built:.2f} s: {ratio:.3f} of the time, at most 0.250 is wanted"
        )


if __name__ == "__main__":
    main()
