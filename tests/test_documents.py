"""References of documents: what is read, what is the same, and that no text breaks the reader."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.documents import DocumentRef, Style, parse, same

PARTY, STATE = Style.PARTY, Style.STATE
READ = {
    "44-KH/ĐUK": DocumentRef(44, None, "KH", "ĐUK", PARTY),
    "41-NQ/CB": DocumentRef(41, None, "NQ", "CB", PARTY),
    "135-CTr/TU": DocumentRef(135, None, "CTr", "TU", PARTY),
    "475-TB/ĐUK": DocumentRef(475, None, "TB", "ĐUK", PARTY),
    "05-BC/ĐUK": DocumentRef(5, None, "BC", "ĐUK", PARTY),
    "12-NQ/TƯ": DocumentRef(12, None, "NQ", "TƯ", PARTY),
    "12-HD/BTC-ĐUK": DocumentRef(12, None, "HD", "BTC-ĐUK", PARTY),
    "33/KH-TTKC&XTTM": DocumentRef(33, None, "KH", "TTKC&XTTM", STATE),
    "33/2023/KH-UBND": DocumentRef(33, 2023, "KH", "UBND", STATE),
    "30/2020/NĐ-CP": DocumentRef(30, 2020, "NĐ", "CP", STATE),
    "01/TTr-SCT": DocumentRef(1, None, "TTr", "SCT", STATE),
    "22/KH-ĐU": DocumentRef(22, None, "KH", "ĐU", STATE),
    "33a/QĐ-UBND": DocumentRef(33, None, "QĐ", "UBND", STATE, "a"),
}
#: The same in other spellings, and with words around it.
SPELT = {
    "41-NQ/CB": ("Nghị quyết số 41-NQ/CB ngày 31/10/2022", "số 41-NQ/CB", "Số: 41-NQ/CB", "Nghị quyết 41-NQ/CB",
                 "41-NQ/CB, ngày 31 tháng 10 năm 2022", "41-NQ/CB (ngày 31/10/2022)", "41-NQ/CB.",
                 "41-NQ/CB của Chi bộ", "41-NQ/CB NGÀY 31/10/2022", "SỐ 41-NQ/CB",
                 "“41-NQ/CB”", "041-NQ/CB", "41 - NQ / CB", "41–NQ/CB", "41-nq/CB", "số41-NQ/CB",
                 "41-NQ/CB ngày", "41-NQ/CB - ngày 31/10/2022", "41\N{NO-BREAK SPACE}-\tNQ/CB\n"),
    "44-KH/ĐUK": ("44-KH/\N{LATIN CAPITAL LETTER ETH}UK", "44—kh/đuk", unicodedata.normalize("NFD", "Số 44-KH/ĐUK"),
                  "Kế hoạch số 0044-KH/ĐUK ngày 22/4/2022 về đại hội chi bộ"),
    "135-CTr/TU": ("135-CTR/TU", "135-ctr/TU", "Chương trình hành động số 135-CTr/TU"),
    "33/KH-TTKC&XTTM": ("33 / KH - TTKC & XTTM", "Kế hoạch số 33/KH-TTKC&XTTM ngày 02/02/2023", "33⁄KH‑TTKC＆XTTM"),
    "12-NQ/TƯ": ("12-nq/tư", unicodedata.normalize("NFD", "Nghị quyết 12-NQ/TƯ")),
    "33/2023/KH-UBND": ("33 / 2023 / KH-UBND", "033/2023/kh-ubnd"),
    "33a/QĐ-UBND": ("33A/QĐ-UBND", "Quyết định 33a/Qđ-UBND"),
}  # fmt: skip
NO_REFERENCE = (
    "", " ", "44", "KH/ĐUK", "-KH/ĐUK", "44-KH", "44/KH", "44-KH-ĐUK", "44/KH/ĐUK", "00-KH/ĐUK", "1/2024", "06-07",
    "8/17", "31/10/2022", "2022-10-31", "33/1823/KH-UBND", "33/223/KH-UBND", "44-KH/", "44--KH/ĐUK", "44_KH/ĐUK",
    "ngày 31/10/2022", "Nghị quyết số …-NQ/CB", "44-KH/ĐUK và 45-KH/ĐUK", "1234567-KH/ĐUK", "44-K1/ĐUK", "44.KH/ĐUK",
    "CB44-KH/ĐUK", "44-KH/ŒUVRE", "44-ĸH/ĐUK", "٤٤-KH/ĐUK", "44-KH/ĐUK abc",
    "5 báo cáo 44-KH/ĐUK", "44" * 10_000, "44-KH/" + "Đ-" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_reference(text: str) -> None:
    found = parse(text)
    assert found == READ[text]
    assert found is not None
    assert found.canonical == str(found) == text


@pytest.mark.parametrize(("plain", "text"), [(plain, text) for plain, spelt in SPELT.items() for text in spelt])
def test_a_reference_in_other_spellings(plain: str, text: str) -> None:
    assert parse(text) == READ[plain]
    assert same(text, plain)


@pytest.mark.parametrize("text", NO_REFERENCE)
def test_no_reference(text: str) -> None:
    assert parse(text) is None
    assert not same(text, text)


def test_one_document_in_two_styles() -> None:
    assert same("22/KH-ĐU", "22-KH/ĐU")
    assert same(READ["22/KH-ĐU"], "Kế hoạch 22 – KH/ÐU")
    assert parse("22/KH-ĐU") != parse("22-KH/ĐU")
    assert [str(parse(text)) for text in ("22/kh-đu", "022 - KH/ĐU")] == ["22/KH-ĐU", "22-KH/ĐU"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("44-KH/ĐUK", "45-KH/ĐUK"),
        ("44-KH/ĐUK", "44-BC/ĐUK"),
        ("44-KH/ĐUK", "44-KH/DUK"),
        ("33/2023/KH-UBND", "33/2024/KH-UBND"),
        ("33/2023/KH-UBND", "33/KH-UBND"),
        ("33/KH-UBND", "33a/KH-UBND"),
        ("22-KH/ĐU-VP", "22-KH/ĐU"),
    ],
)
def test_different_documents(one: str, other: str) -> None:
    assert parse(one) is not None
    assert parse(other) is not None
    assert not same(one, other)


LETTERS = st.text(alphabet="ABCDĐEGHIKLMNOPQRSTUVXY", min_size=1, max_size=6)
REFERENCES = st.builds(
    DocumentRef,
    number=st.integers(1, 999_999),
    year=st.none() | st.integers(1900, 2099),
    type=LETTERS.map(lambda text: {"CTR": "CTr", "TTR": "TTr", "QYĐ": "QyĐ"}.get(text, text)),
    organ=st.lists(LETTERS, min_size=1, max_size=3).map("&".join),
    style=st.just(STATE),
    suffix=st.sampled_from(["", "", "a", "đ"]),
) | st.builds(
    DocumentRef, number=st.integers(1, 9_999), year=st.none(), type=LETTERS, organ=LETTERS, style=st.just(PARTY)
).map(lambda one: parse(one.canonical) or one)


@given(REFERENCES)
def test_the_canonical_text_is_read_as_it_stands(reference: DocumentRef) -> None:
    assert parse(reference.canonical) == reference


@given(REFERENCES, st.data())
def test_spelling_makes_no_difference(reference: DocumentRef, data: st.DataObject) -> None:
    text = reference.canonical
    for change in data.draw(st.lists(st.sampled_from(CHANGES), max_size=4, unique=True)):
        text = change(text)
    assert parse(text) == reference, text
    assert same(text, reference)


CHANGES = (
    str.lower,
    lambda text: text.replace("Đ", "\N{LATIN CAPITAL LETTER ETH}"),
    lambda text: text.replace("-", "–"),
    lambda text: text.replace("-", " - ").replace("/", " / "),
    lambda text: f"0{text.lstrip()}",
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: f"  {text}\N{NO-BREAK SPACE}",
)


@given(st.lists(REFERENCES, min_size=2, max_size=2))
def test_same_is_same_in_key_only(pair: list[DocumentRef]) -> None:
    one, other = pair
    assert same(one, other) == same(other, one) == (one.key == other.key)
    assert same(one.canonical, one)


@given(st.text() | st.text(alphabet="0123456789-/&. KHĐUÐsốngàyNQ\u0301\u2013", max_size=30))
def test_any_text_is_a_reference_or_none(text: str) -> None:
    found = parse(text)
    if found is not None:
        assert parse(found.canonical) == found
        assert same(text, found)
