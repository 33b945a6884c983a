"""The reading for people."""

from __future__ import annotations

import pytest

from xlreport.rules import Ref, parse, sentence
from xlreport.rules.tree import Operator
from xlreport.rules.words import WORDS

NAMES = {
    "01": "[01] Tổng doanh thu",
    "03": "[03] Tổng quỹ thu nhập",
    "04": "[04] Lao động bình quân",
    "09": "[09] Đạt chuẩn văn hóa",
    "10": "[10] Đảng viên",
    "11": "[11] Chính thức",
    "12": "[12] Trong đó: nữ",
}


def said(text: str, language: str = "vi") -> str:
    return sentence(parse(text), lambda ref: NAMES[ref.indicator], language)


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        (
            "[12] <= [10]",
            "[12] Trong đó: nữ không được lớn hơn [10] Đảng viên",
            "[12] Trong đó: nữ must not be greater than [10] Đảng viên",
        ),
        (
            "[10] = [11] + [12]",
            "[10] Đảng viên phải bằng tổng của [11] Chính thức và [12] Trong đó: nữ",
            "[10] Đảng viên must equal the sum of [11] Chính thức and [12] Trong đó: nữ",
        ),
        (
            "[10] <> sum([10]@previous, [11], [12])",
            "[10] Đảng viên phải khác tổng của [10] Đảng viên (kỳ trước), [11] Chính thức và [12] Trong đó: nữ",
            "[10] Đảng viên must differ from the sum of [10] Đảng viên (previous period), [11] Chính thức "
            "and [12] Trong đó: nữ",
        ),
        (
            "[10] < 1234.5",
            "[10] Đảng viên phải nhỏ hơn 1.234,5",
            "[10] Đảng viên must be less than 1,234.5",
        ),
        (
            "[10] > [10]@same_period - 5",
            "[10] Đảng viên phải lớn hơn [10] Đảng viên (cùng kỳ năm trước) − 5",
            "[10] Đảng viên must be greater than [10] Đảng viên (same period of the previous year) − 5",
        ),
        (
            "[10] - ([11] + 1) >= -2",
            "[10] Đảng viên − ([11] Chính thức + 1) không được nhỏ hơn −2",
            "[10] Đảng viên − ([11] Chính thức + 1) must not be less than −2",
        ),
        (
            "not ([10] < 5 and [11] = 0)",
            "[10] Đảng viên không được nhỏ hơn 5, hoặc [11] Chính thức phải khác 0",
            "[10] Đảng viên must not be less than 5, or [11] Chính thức must differ from 0",
        ),
        (
            "if([10] > 0, [11] >= 1, [11] = 0)",
            "Nếu [10] Đảng viên lớn hơn 0 thì [11] Chính thức không được nhỏ hơn 1; "
            "trường hợp khác thì [11] Chính thức phải bằng 0",
            "If [10] Đảng viên is greater than 0, then [11] Chính thức must not be less than 1; "
            "otherwise [11] Chính thức must equal 0",
        ),
        (
            "within([01], [03] * [04] / 1000, 0.5)",
            "Chênh lệch giữa [01] Tổng doanh thu và [03] Tổng quỹ thu nhập × [04] Lao động bình quân ÷ 1.000 "
            "không được vượt quá 0,5",
            "[01] Tổng doanh thu and [03] Tổng quỹ thu nhập × [04] Lao động bình quân ÷ 1,000 "
            "must not differ by more than 0.5",
        ),
        (
            "not within([10], [11], 1)",
            "Chênh lệch giữa [10] Đảng viên và [11] Chính thức phải lớn hơn 1",
            "[10] Đảng viên and [11] Chính thức must differ by more than 1",
        ),
        (
            'count([09], "đạt", "kiểu mẫu") <= count([09]) and ([11] = 1 or [12] = 1)',
            "Số đơn vị chọn “đạt” hoặc “kiểu mẫu” ở chỉ tiêu [09] Đạt chuẩn văn hóa không được lớn hơn "
            "số đơn vị đã báo cáo chỉ tiêu [09] Đạt chuẩn văn hóa, đồng thời ([11] Chính thức phải bằng 1, hoặc "
            "[12] Trong đó: nữ phải bằng 1)",
            "The number of units that chose “đạt” or “kiểu mẫu” for [09] Đạt chuẩn văn hóa must not be greater than "
            "the number of units that reported [09] Đạt chuẩn văn hóa, and ([11] Chính thức must equal 1, or "
            "[12] Trong đó: nữ must equal 1)",
        ),
        (
            "round([03] / ([04] * months), 2)",
            "([03] Tổng quỹ thu nhập ÷ ([04] Lao động bình quân × số tháng trong kỳ)) "
            "(làm tròn đến 2 chữ số thập phân)",
            "([03] Tổng quỹ thu nhập ÷ ([04] Lao động bình quân × the number of months in the period)) "
            "(rounded to 2 decimals)",
        ),
        (
            "abs([10] - [11]) = round([12], 0)",
            "Giá trị tuyệt đối của ([10] Đảng viên − [11] Chính thức) phải bằng "
            "[12] Trong đó: nữ (làm tròn đến hàng đơn vị)",
            "The absolute value of ([10] Đảng viên − [11] Chính thức) must equal "
            "[12] Trong đó: nữ (rounded to a whole number)",
        ),
        (
            "if([10] > 0, [11], [12]) = 3",
            "([11] Chính thức nếu [10] Đảng viên lớn hơn 0; trường hợp khác là [12] Trong đó: nữ) phải bằng 3",
            "([11] Chính thức if [10] Đảng viên is greater than 0; otherwise [12] Trong đó: nữ) must equal 3",
        ),
    ],
)
def test_sentences(text: str, vi: str, en: str) -> None:
    assert said(text) == vi
    assert said(text, "en") == en


@pytest.mark.parametrize("language", list(WORDS))
def test_a_denied_comparison_is_its_opposite(language: str) -> None:
    for operator in Operator:
        assert said(f"not [10] {operator} 1", language) == said(f"[10] {operator.opposite} 1", language)
        assert said(f"not not [10] {operator} 1", language) == said(f"[10] {operator} 1", language)


def test_and_within_or_stands_in_brackets_and_like_within_like_does_not() -> None:
    assert said("[10] = 1 or ([11] = 2 and [12] = 3)").count("(") == 1
    assert said("[10] = 1 or ([11] = 2 or [12] = 3)").count("(") == 0
    assert said("[10] = 1 and not ([11] = 2 and [12] = 3)").count("(") == 1
    assert said("[10] = 1 and not ([11] = 2 or [12] = 3)").count("(") == 0


def test_names_may_hold_any_character() -> None:
    assert sentence(parse("[10] >= 0"), lambda _: "{0} % {x}", "vi") == "{0} % {x} không được nhỏ hơn 0"


def test_the_name_is_asked_for_with_the_full_reference() -> None:
    asked: list[Ref] = []

    def name(ref: Ref) -> str:
        asked.append(ref)
        return str(ref)

    assert sentence(parse("[a/10:plan]@previous > 0"), name, "en").startswith("[a/10:plan]@previous (previous period)")
    assert asked == [Ref("10", "a", "plan", "previous")]
