"""The texts: complete and alike in both languages, and exactly those that the code asks for."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from xlreport.findings import CATALOGUE, Finding, Kind, Location, finding, finding_with
from xlreport.findings.catalogue import hint, message
from xlreport.grid.read import read_workbook
from xlreport.language import LANGUAGES, Texts, texts

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "xlreport"
PARTS = ("title", "message", "hint")
SEVERITIES = {"error": ("Lỗi", "Error"), "warning": ("Cảnh báo", "Warning"), "info": ("Lưu ý", "Note")}

#: "uỷ", "hoà": the tone on the second vowel, where administrative texts write "ủy", "hòa".
OTHER_SPELLING = re.compile(r"(?<![qQ])[uU][ỳýỷỹỵ]\b|[oO][àáảãạèéẻẽẹ]\b")


def entries(words: Texts) -> dict[str, str]:
    """All texts of a language by key."""
    return {key: words(key) for key in sorted(words.keys())}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module", params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


# The languages


def test_languages_have_the_same_keys() -> None:
    vi, en = texts("vi").keys(), texts("en").keys()
    assert sorted(vi - en) == [], "only in Vietnamese"
    assert sorted(en - vi) == [], "only in English"


def test_languages_have_the_same_placeholders() -> None:
    vi, en = texts("vi"), texts("en")
    differing = [key for key in vi.keys() & en.keys() if placeholders(vi(key)) != placeholders(en(key))]
    assert sorted(differing) == []


def test_no_text_is_empty_or_padded(words: Texts) -> None:
    # What stands before and after a number: it carries the space between them, or is nothing in one language.
    joined = {"template.errors_before", "template.errors_after"}
    wrong = [key for key, text in entries(words).items() if not text.strip() or text != text.strip()]
    assert sorted(set(wrong) - joined) == []


def test_texts_are_composed(words: Texts) -> None:
    assert [key for key, text in entries(words).items() if not unicodedata.is_normalized("NFC", text)] == []


def test_vietnamese_is_spelt_one_way() -> None:
    assert [key for key, text in entries(texts("vi")).items() if OTHER_SPELLING.search(text)] == []


def test_only_the_other_spelling_is_recognised() -> None:
    assert all(OTHER_SPELLING.search(wrong) for wrong in ("uỷ ban", "hoà bình", "khoẻ", "Đảng uỷ"))
    assert OTHER_SPELLING.search("ủy ban hòa bình, quý và quỹ, hoàn thành, khóa") is None


def test_unknown_language_key_and_placeholder_are_faults() -> None:
    with pytest.raises(ValueError, match="no such language"):
        texts("fr")
    with pytest.raises(KeyError):
        texts("vi")("findings.XR999.message")
    with pytest.raises(KeyError):
        texts("vi")("findings.XR201.message", val="x")


# Findings


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_kind_is_worded(code: str, words: Texts) -> None:
    title, text, advice = (words(f"findings.{code}.{part}") for part in PARTS)
    # What is nearest to a wrong word follows the hint, where there is such a thing.
    params = set(CATALOGUE[code].params) - {"suggestion"}
    assert placeholders(title) == set()
    assert placeholders(text) <= params
    assert placeholders(text) | placeholders(advice) == params


def test_every_worded_kind_is_catalogued(words: Texts) -> None:
    expected = {f"findings.{code}.{part}" for code in CATALOGUE for part in PARTS}
    assert sorted(key for key in words.keys() - expected if key.startswith("findings.XR")) == []


@pytest.mark.parametrize("code", CATALOGUE)
def test_sentences_end_as_sentences_do(code: str, words: Texts) -> None:
    assert words(f"findings.{code}.message").endswith((".", "?"))
    assert words(f"findings.{code}.hint").endswith(".")
    assert not words(f"findings.{code}.title").endswith(".")


def test_first_example_of_the_register_of_words() -> None:
    item = finding("XR201", value="chín nghìn")
    assert message(item, texts("vi")) == 'Giá trị "chín nghìn" không phải là số.'
    assert hint(item, texts("vi")).startswith("Ví dụ đúng: 9605,38.")


def test_nearest_thing_is_suggested_only_where_there_is_one() -> None:
    for language, words in (("vi", "Gợi ý gần nhất: "), ("en", "Closest: ")):
        plain = hint(finding("XR738", key="unit", suggestion=""), texts(language))
        assert plain == texts(language)("findings.XR738.hint")
        assert hint(finding("XR738", key="unit", suggestion="units"), texts(language)) == f"{plain} {words}units"


@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE.values() if "suggestion" in kind.params])
def test_every_suggestion_is_shown(kind: Kind, words: Texts) -> None:
    params = dict.fromkeys(kind.params, "x")
    with_it, without = (
        hint(finding_with(kind.code, Location(), params | {"suggestion": nearest}), words) for nearest in ("nix", "")
    )
    assert with_it == f"{without} {words('findings.suggestion', suggestion='nix')}"


def test_parameters_are_shown_in_the_reader_s_language() -> None:
    item = finding("XR302", value=Decimal("-1840.5"), minimum=Decimal(0))
    assert "-1.840,5" in message(item, texts("vi"))
    assert "-1,840.5" in message(item, texts("en"))
    item = finding("XR301", name={"vi": "Đảng viên", "en": "Members"})
    assert '"Đảng viên"' in message(item, texts("vi"))
    assert '"Members"' in message(item, texts("en"))


@pytest.mark.parametrize(
    ("data", "vi", "en"),
    [
        (b"%PDF-1.7", "là tệp PDF.", "but a PDF file."),
        (b"", "là tệp rỗng (0 byte).", "but an empty file (0 bytes)."),
        (b"<html><table><tr><td>1</td></tr></table></html>", "là trang web (.html).", "but a web page (.html)."),
        (b"\x00\x01\x02\x03", "là tệp không rõ loại.", "but a file of an unknown kind."),
    ],
)
def test_kind_of_another_file_is_worded(data: bytes, vi: str, en: str) -> None:
    (item,) = read_workbook(data, "a.xls").findings
    assert item.code == "XR102"
    assert message(item, texts("vi")).endswith(vi)
    assert message(item, texts("en")).endswith(en)


@pytest.mark.parametrize("item", [finding("XR102", kind="spool"), finding("XR104", reason="spool")])
def test_unworded_kind_or_reason_is_a_fault(item: Finding, words: Texts) -> None:
    with pytest.raises(KeyError):
        message(item, words)


def test_file_kinds_are_those_of_the_guard(words: Texts) -> None:
    assert group(words, "file_kinds") == set(told_kinds(tree("grid/guard.py")))


def test_unsafe_reasons_are_those_of_the_readers(words: Texts) -> None:
    given = {
        text
        for path in (PACKAGE / "grid").glob("*.py")
        for call in calls(tree(path), "unsafe")
        for text in strings(call.args[0])
    }
    assert group(words, "unsafe_reasons") == given


def group(words: Texts, name: str) -> set[str]:
    prefix = f"findings.{name}."
    return {key.removeprefix(prefix) for key in entries(words) if key.startswith(prefix)}


# What the code asks for


def tree(path: Path | str) -> ast.Module:
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


def calls(module: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a function of that name with an argument."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def strings(node: ast.expr | None) -> Iterator[str]:
    """The texts an expression can be: a literal, or either side of a conditional one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def told_kinds(module: ast.Module) -> Iterator[str]:
    """Kinds of files: in pairs with the bytes that tell them, returned by functions, given to the refusal."""
    for node in ast.walk(module):
        match node:
            case ast.Tuple(elts=[ast.Constant(value=bytes()), ast.Constant(value=str() as kind)]):
                yield kind
            case ast.FunctionDef(name=name) if "kind" in name:
                for part in ast.walk(node):
                    if isinstance(part, ast.Return):
                        yield from strings(part.value)
    for call in calls(module, "not_a_workbook"):
        yield from strings(call.args[0])


class Asked(NamedTuple):
    """A text that the code looks up by a key standing there: where, the call, and the keys it can mean."""

    place: str
    call: ast.Call
    key: re.Pattern[str]
    is_literal: bool


def asked() -> Iterator[Asked]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args and (prefix := prefix_of(node)) is not None:
                place = f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {ast.unparse(node.args[0])}"
                for key in strings(node.args[0]):
                    yield Asked(place, node, re.compile(re.escape(prefix + key)), is_literal=True)
                if isinstance(node.args[0], ast.JoinedStr):
                    yield Asked(place, node, re.compile(re.escape(prefix) + pattern(node.args[0])), is_literal=False)


def prefix_of(call: ast.Call) -> str | None:
    """Where a function looks its first argument up; None for a function that looks nothing up.

    `texts("…")`, `self.texts("…")` and `texts(language)("…")` do; `texts("vi")` picks the language.
    """
    match call.func:
        case ast.Name(id="texts"):
            picks = isinstance(call.args[0], ast.Constant) and call.args[0].value in LANGUAGES
            return None if picks else ""
        case ast.Attribute(attr="texts" | "_texts") | ast.Call(func=ast.Name(id="texts")):
            return ""
        case ast.Name(id="UsageError"):
            return "errors."
        case ast.Name(id="problem"):
            return "problems."
    return None


def pattern(key: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in key.values)


def test_texts_asked_for_exist() -> None:
    keys = texts("vi").keys()
    assert [one.place for one in asked() if not any(map(one.key.fullmatch, keys))] == []


def test_texts_are_given_their_placeholders() -> None:
    vi = entries(texts("vi"))
    wrong = [
        f"{one.place}: {placeholders(text)}"
        for one in asked()
        if one.is_literal
        for key, text in vi.items()
        if one.key.fullmatch(key) and not fits(one.call, text)
    ]
    assert wrong == []


@pytest.mark.parametrize("prefix", ["", "errors.", "problems."])
def test_every_way_of_asking_is_seen(prefix: str) -> None:
    assert any(prefix_of(one.call) == prefix for one in asked())


def fits(call: ast.Call, text: str) -> bool:
    """Whether a call names a text's placeholders; parameters passed on as a whole are not looked into."""
    given = {keyword.arg for keyword in call.keywords}
    return None in given or given == placeholders(text)


# The page that explains every code


def sections() -> dict[str, str]:
    """The text under each heading of the second level."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^## ", page, flags=re.MULTILINE)
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def test_every_code_has_its_heading() -> None:
    assert list(sections()) == [f"{code} {kind.slug}" for code, kind in CATALOGUE.items()]


@pytest.mark.parametrize("code", CATALOGUE)
def test_page_says_severity_in_both_languages_and_shows_both_examples(code: str) -> None:
    kind = CATALOGUE[code]
    section = sections()[f"{code} {kind.slug}"]
    vi, en = SEVERITIES[kind.severity]
    order = [section.find(part) for part in (f"**{vi}** – ", f"**{en}** – ", "Sai · Wrong:", "Đúng · Corrected:")]
    assert -1 not in order
    assert order == sorted(order)
