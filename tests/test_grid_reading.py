"""Reading whatever comes back: every bad input is built for real, from a good workbook or byte by byte."""

from __future__ import annotations

import hashlib
import io
import pickle
import re
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import PasswordError

from xlreport.grid import fast, raw
from xlreport.grid.cells import Sheet
from xlreport.grid.read import read_file, read_workbook
from xlreport.grid.reading import Reading
from xlreport.grid.refusal import Refusal
from xlreport.refs import Cell, a1

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROWS = 40


def written() -> bytes:
    """A workbook as an office would send it, with Unicode names and texts that look like XML."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Biểu 'số' 1")
        sheet.merge_range("A1:C1", "BÁO CÁO")
        for row in range(1, ROWS):
            sheet.write_string(row, 0, f"{row:02}")
            sheet.write_number(row, 1, row * 1.25)
            sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 2.5)
        sheet.write_string("D2", "<v>1</v> & \"t='e'\"")
        sheet.write_boolean("E2", False)
        sheet.write_number("F2", 0)
        sheet.write_datetime("G2", date(2024, 3, 30), workbook.add_format({"num_format": "dd/mm/yyyy"}))
        workbook.add_worksheet("Ẩn").write("B3", "kín")
        workbook.worksheets()[1].hide()
    return buffer.getvalue()


GOOD = written()


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(**parts: bytes | str) -> bytes:
    """GOOD with parts replaced or added."""
    return zipped(entries(GOOD) | {name: encoded(content) for name, content in parts.items()})


def encoded(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def one_sheet(body: str, tail: str = "", *, root: str = f'<worksheet xmlns="{MAIN}">') -> bytes:
    """A workbook whose only worksheet "S" has these rows."""
    return with_sheet(f"{root}<sheetData>{body}</sheetData>{tail}</worksheet>")


def with_sheet(xml: bytes | str) -> bytes:
    relations = f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": b"<Types>application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            b"</Types>",
            "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>".encode(),
            SHEET: encoded(xml),
        }
    )


def refusal(data: bytes) -> tuple[str, Any]:
    """Code of a refused file and its only parameter, if it has one."""
    reading = read_workbook(data, "x.xlsx")
    assert reading.workbook is None
    (found,) = reading.findings
    assert found.is_error
    assert found.location.file == "x.xlsx"
    return found.code, next(iter(found.params.values()), None)


def sheet_of(data: bytes) -> Sheet:
    reading = read_workbook(data, "x.xlsx")
    assert reading.workbook is not None, reading.findings
    return reading.workbook.sheets[0]


class TestGoodWorkbook:
    def test_every_value_is_where_it_was_written(self) -> None:
        sheet = sheet_of(GOOD)
        assert sheet.name == "Biểu 'số' 1"
        assert len(sheet.rows) == ROWS
        assert [sheet.value(row, 1) for row in range(1, ROWS)] == [row * 1.25 for row in range(1, ROWS)]
        assert [sheet.value(row, 2) for row in range(1, ROWS)] == [row * 2.5 for row in range(1, ROWS)]
        assert sheet.value(1, 0) == "01"
        assert sheet.value(1, 3) == "<v>1</v> & \"t='e'\""

    def test_false_and_zero_are_not_blank(self) -> None:
        sheet = sheet_of(GOOD)
        assert sheet.value(1, 4) is False
        assert sheet.value(1, 5) == 0
        assert sheet.value(1, 6) == date(2024, 3, 30)
        assert sheet.value(2, 4) is None

    def test_merged_and_hidden(self) -> None:
        reading = read_workbook(GOOD, "x.xlsx")
        assert reading.findings == ()
        assert reading.workbook is not None
        first, second = reading.workbook.sheets
        assert first.merged == ((Cell(0, 0), Cell(0, 2)),)
        assert (first.hidden, second.hidden) == (False, True)
        assert list(second.filled()) == [(Cell(2, 1), "kín")]
        assert not first.errors
        assert not first.unstored

    def test_a_reading_can_be_sent_between_processes(self) -> None:
        reading = read_workbook(GOOD, "x.xlsx")
        assert pickle.loads(pickle.dumps(reading)) == reading

    def test_stored_without_compression_and_with_sizes_after_the_parts(self) -> None:
        buffer = io.BytesIO()
        unseekable = io.BufferedWriter(_Unseekable(buffer))
        with zipfile.ZipFile(unseekable, "w") as archive:
            for name, content in entries(GOOD).items():
                archive.writestr(name, content)
        unseekable.flush()
        assert buffer.getvalue()[6] & 8
        assert sheet_of(buffer.getvalue()) == sheet_of(GOOD)


class _Unseekable(io.RawIOBase):
    def __init__(self, target: io.BytesIO) -> None:
        self.target = target

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.target.write(data)


class TestFile:
    def test_missing_file_and_directory(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.xlsx", tmp_path):
            digest, reading = read_file(path)
            assert digest is None
            assert [found.code for found in reading.findings] == ["XR101"]
            assert reading.findings[0].location.file == str(path)

    def test_too_large_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "big.xlsx"
        with path.open("wb") as file:
            file.truncate(25 * 1024**2 + 1)
        digest, reading = read_file(path)
        assert digest is None
        assert [(found.code, dict(found.params)) for found in reading.findings] == [
            ("XR120", {"size": 26, "limit": 25})
        ]

    def test_the_hash_is_of_the_whole_content(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(GOOD)
        digest, reading = read_file(path, "Cụm 7/a.xlsx")
        assert digest == hashlib.sha256(GOOD).hexdigest()
        assert reading == read_workbook(GOOD, "a.xlsx")


MIMETYPE = "application/vnd.oasis.opendocument."


def types(main: str) -> dict[str, bytes]:
    return {"[Content_Types].xml": f'<Types><Override ContentType="application/{main}"/></Types>'.encode()}


KINDS = {
    "empty": b"",
    "csv": "Mã số;Kế hoạch\n01;9.605,38\n".encode(),
    "text": "Kính gửi Văn phòng".encode(),
    "html": b"\r\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td>1</td></tr></table>",
    "xml": b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
    "pdf": b"%PDF-1.7\n\0\1",
    "image": b"\x89PNG\r\n\x1a\n\0\0",
    "archive": b"Rar!\x1a\x07\x00",
    "rtf": b"{\\rtf1 text}",
    "unknown": b"\x00\x01\x02\x03",
    "zip": zipped({"bao-cao.xlsx": GOOD}),
    "docx": zipped(types("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")),
    "pptx": zipped(types("vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")),
    "xlsb": zipped(types("vnd.ms-excel.sheet.binary.macroEnabled.main")),
    "odt": zipped({"mimetype": f"{MIMETYPE}text".encode(), "content.xml": b"<a/>"}),
    "numbers": zipped({"Index/Document.iwa": b"\0", "Metadata/Properties.plist": b"bplist00"}),
    "msg": OLE + "__properties_version1.0".encode("utf-16-le"),
    "excel95": OLE + "Book".encode("utf-16-le"),
    "eml": "From: a@don-vi.example\nSubject: Báo cáo\n\nKính gửi".encode(),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "ppt": OLE + "PowerPoint Document".encode("utf-16-le"),
}


class TestKinds:
    @pytest.mark.parametrize("kind", KINDS)
    def test_not_a_workbook(self, kind: str) -> None:
        assert refusal(KINDS[kind]) == ("XR102", kind)

    def test_a_legacy_code_page_is_text(self) -> None:
        assert refusal("B¸o c¸o, quý\nI, 2\n".encode("latin-1")) == ("XR102", "csv")

    @pytest.mark.parametrize(
        "start", [b"\xff\xd8\xff\xe0", b"GIF89a", b"BM\0\0", b"II*\0", b"RIFF\0\0\0\0WEBPVP8", b"\0\0\0\x18ftypheic"]
    )
    def test_pictures(self, start: bytes) -> None:
        assert refusal(start + bytes(20)) == ("XR102", "image")

    def test_worksheets_before_excel_97(self) -> None:
        assert refusal(b"\x09\x04\x06\x00\x00\x00\x10\x00") == ("XR102", "excel95")

    def test_a_page_saved_as_xls_in_utf16(self) -> None:
        assert refusal("<html><table><tr><td>1</td></tr></table></html>".encode("utf-16")) == ("XR102", "html")

    def test_utf16_text(self) -> None:
        assert refusal("a\tb\n1\t2\n".encode("utf-16")) == ("XR102", "csv")

    def test_passwords(self) -> None:
        assert refusal(OLE + "EncryptedPackage".encode("utf-16-le")) == ("XR105", None)
        encrypted = bytearray(GOOD)
        encrypted[6] |= 1
        assert refusal(bytes(encrypted)) == ("XR105", None)
        manifest = b"<manifest><encryption-data/></manifest>"
        sealed = {"mimetype": f"{MIMETYPE}spreadsheet".encode(), "META-INF/manifest.xml": manifest, "content.xml": b"?"}
        assert refusal(zipped(sealed)) == ("XR105", None)

    def test_a_broken_xls_is_damaged(self) -> None:
        assert refusal(OLE + "Workbook".encode("utf-16-le")) == ("XR103", None)

    def test_macros_are_ignored_and_said(self) -> None:
        reading = read_workbook(changed(**{"xl/vbaProject.bin": b"\0"}), "x.xlsm")
        assert [(found.code, found.location.file) for found in reading.findings] == [("XR116", "x.xlsm")]
        assert reading.workbook is not None
        assert reading.workbook.has_macros
        assert reading.workbook.sheets[0].value(2, 1) == 2.5

    def test_excel4_macro_sheets_are_refused(self) -> None:
        assert refusal(changed(**{"xl/macrosheets/sheet1.xml": "<a/>"})) == ("XR104", "excel4-macro")
        relations = entries(GOOD)["xl/_rels/workbook.xml.rels"].replace(b"relationships/worksheet", b"x/xlMacrosheet")
        assert refusal(changed(**{"xl/_rels/workbook.xml.rels": relations})) == ("XR104", "excel4-macro")


def spans(data: bytes) -> dict[str, tuple[int, int]]:
    """Where the compressed content of every part stands."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            info.filename: (
                start := info.header_offset + 30 + sum(struct.unpack_from("<2H", data, info.header_offset + 26)),
                start + info.compress_size,
            )
            for info in archive.infolist()
        }


class TestDamage:
    @pytest.mark.parametrize("tenth", range(1, 10))
    def test_truncated(self, tenth: int) -> None:
        assert refusal(GOOD[: len(GOOD) * tenth // 10]) == ("XR103", None)

    @pytest.mark.parametrize("missing", [1, 2, 21, 22, 23, 100])
    def test_truncated_at_the_end(self, missing: int) -> None:
        assert refusal(GOOD[:-missing]) == ("XR103", None)

    @pytest.mark.parametrize("name", spans(GOOD))
    def test_one_flipped_bit_in_any_part(self, name: str) -> None:
        start, end = spans(GOOD)[name]
        for position in (start, (start + end) // 2):
            flipped = bytearray(GOOD)
            flipped[position] ^= 0x10
            assert refusal(bytes(flipped)) == ("XR103", None), position

    def test_wrong_checksum_everywhere(self) -> None:
        crc = struct.pack("<L", zlib.crc32(entries(GOOD)[SHEET]))
        assert GOOD.count(crc) == 2
        assert refusal(GOOD.replace(crc, b"\1\2\3\4")) == ("XR103", None)

    def test_directory_and_local_header_contradict_each_other(self) -> None:
        name = b"xl/worksheets/sheet1.xml"
        assert refusal(GOOD.replace(name, b"xl/worksheets/sheet9.xml", 1)) == ("XR103", None)

    def test_a_part_larger_than_it_says(self) -> None:
        data = zipped(entries(GOOD) | {"bomb.bin": bytes(300_000)})
        smaller = data.replace(struct.pack("<L", 300_000), struct.pack("<L", 1_000))
        assert refusal(smaller) == ("XR103", None)

    def test_bytes_after_the_end(self) -> None:
        assert refusal(GOOD + b"\n") == ("XR103", None)

    def test_parts_missing(self) -> None:
        for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", SHEET, "xl/sharedStrings.xml"):
            assert refusal(zipped({key: part for key, part in entries(GOOD).items() if key != name}))[0] == "XR103"

    def test_no_worksheet(self) -> None:
        relations = entries(GOOD)["xl/_rels/workbook.xml.rels"].replace(b"/worksheet", b"/chartsheet")
        assert refusal(changed(**{"xl/_rels/workbook.xml.rels": relations})) == ("XR103", None)

    def test_not_well_formed(self) -> None:
        assert refusal(one_sheet("<row r='1'><c r='A1'><v>1</v></c>")) == ("XR103", None)

    def test_the_same_cell_twice(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
        assert refusal(one_sheet(body)) == ("XR103", None)

    def test_two_sets_of_cells(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><sheetData>'
        assert refusal(one_sheet(body + '<row r="2"><c r="A2"><v>2</v></c></row>')) == ("XR103", None)

    @pytest.mark.parametrize("reference", ["XFE1", "A1048577", "AAAAAAA1", "1A", "A"])
    def test_cells_outside_a_worksheet(self, reference: str) -> None:
        assert refusal(one_sheet(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')) == ("XR103", None)

    def test_a_panic_of_the_reader_is_a_damaged_file(self) -> None:
        panic = type("PanicException", (BaseException,), {})
        assert _fails_with(panic()).code == "XR103"
        assert _fails_with(PasswordError()).code == "XR105"
        with pytest.raises(KeyboardInterrupt):
            _fails_with(KeyboardInterrupt())


def _fails_with(error: BaseException) -> Refusal:
    def fail() -> None:
        raise error

    with pytest.raises(Refusal) as caught:
        fast._guarded(fail)
    return caught.value


def listed(names: list[str]) -> bytes:
    """A container with these names in this order, doubles included."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(len(names)):
            archive.writestr(f"{number:0{len(names[number].encode())}}", b"<a/>")
    data = buffer.getvalue()
    for number, name in enumerate(names):
        data = data.replace(f"{number:0{len(name.encode())}}".encode(), name.encode())
    return data


class TestUnsafe:
    @pytest.mark.parametrize(
        ("names", "reason"),
        [
            (["[Content_Types].xml", "xl/a.xml", "xl/a.xml"], "duplicate-name"),
            (["[Content_Types].xml", "xl/a.xml", "XL/A.xml"], "duplicate-name"),
            (["[Content_Types].xml", "xl\\a.xml", "xl/a.xml"], "duplicate-name"),
            (["[Content_Types].xml", "../evil.xml"], "unsafe-name"),
            (["[Content_Types].xml", "xl\\..\\..\\evil"], "unsafe-name"),
            (["[Content_Types].xml", "/etc/passwd"], "unsafe-name"),
            (["[Content_Types].xml", "C:\\evil.xml"], "unsafe-name"),
        ],
    )
    def test_names(self, names: list[str], reason: str) -> None:
        assert refusal(listed(names)) == ("XR104", reason)

    def test_compression_ratio(self) -> None:
        assert refusal(changed(**{"xl/media/a.bin": bytes(2 * 1024**2)})) == ("XR104", "compression-ratio")

    def test_a_small_part_may_compress_well(self) -> None:
        assert sheet_of(changed(**{"xl/media/a.bin": bytes(1024**2)})) == sheet_of(GOOD)

    def test_declared_sizes(self) -> None:
        data = changed(**{"xl/media/a.bin": bytes(70_001)})
        larger = data.replace(struct.pack("<L", 70_001), struct.pack("<L", 129 * 1024**2))
        assert refusal(larger) == ("XR104", "too-large-unpacked")

    def test_too_many_parts(self) -> None:
        assert refusal(zipped({f"{number}.xml": b"" for number in range(2_001)})) == ("XR104", "too-many-parts")

    def test_two_parts_that_share_their_bytes(self) -> None:
        inner = zipped({"b.xml": b"<b/>"}, zipfile.ZIP_STORED)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive, zipfile.ZipFile(io.BytesIO(inner)) as hidden:
            archive.writestr("[Content_Types].xml", inner[: inner.index(b"PK\1\2")])
            (shared,) = hidden.infolist()
            shared.header_offset = 30 + len("[Content_Types].xml")
            archive.filelist.append(shared)
        assert entries(buffer.getvalue())["b.xml"] == b"<b/>"
        assert refusal(buffer.getvalue()) == ("XR104", "overlapping-parts")

    def test_another_container_in_front(self) -> None:
        buffer = io.BytesIO()
        buffer.write(GOOD)
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("[Content_Types].xml", b"<Types/>")
        assert refusal(buffer.getvalue()) == ("XR104", "overlapping-parts")

    BILLION = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'

    @pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels"])
    def test_document_types_and_entities(self, name: str) -> None:
        body = re.sub(rb"<\?xml[^>]*\?>", b"", entries(GOOD)[name]).decode()
        assert refusal(changed(**{name: self.BILLION + body})) == ("XR104", "doctype")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037", "utf-7"])
    def test_other_encodings(self, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a []><worksheet xmlns="{MAIN}"/>'
        assert refusal(with_sheet(text.encode(encoding)))[0] == "XR104"

    def test_parts_that_nobody_parses_may_be_utf16(self) -> None:
        item = '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")
        assert sheet_of(changed(**{"customXml/item1.xml": item})) == sheet_of(GOOD)

    def test_two_far_corners(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        data = one_sheet(body)
        assert len(data) < 2_000
        for workbook in (data, one_sheet(body.replace('"', "'"))):
            (found,) = read_workbook(workbook, "x.xlsx").findings
            assert (found.code, found.params["reason"]) == ("XR104", "too-many-cells")
            assert (found.location.sheet, found.location.cell) == ("S", "XFD1048576")

    def test_a_cell_far_from_its_row(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
        assert refusal(one_sheet(body)) == ("XR104", "too-many-cells")

    def test_formatted_cells_without_content_do_no_harm(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
        for text in (body, body.replace('"', "'")):
            assert [list(row) for row in sheet_of(one_sheet(text)).rows] == [[1.0]]

    def test_a_long_column_is_within_the_limit(self) -> None:
        sheet = sheet_of(one_sheet('<row r="1048576"><c r="A1048576"><v>7</v></c></row>'))
        assert sheet.value(1_048_575, 0) == 7

    @pytest.mark.parametrize("quote_mark", ['"', "'"])
    def test_huge_merged_area(self, quote_mark: str) -> None:
        tail = '<mergeCells><mergeCell ref="A1:XFD100"/></mergeCells>'.replace('"', quote_mark)
        assert refusal(one_sheet('<row r="1"/>', tail)) == ("XR104", "too-many-merged-cells")

    @pytest.mark.parametrize("kind", ["n", "str"])
    @pytest.mark.parametrize("value", ["1<!-- -->2", "1<?x y?>2", "<![CDATA[12]]>", "<!-- 1 -->12", "12<!---->"])
    def test_values_that_the_fast_reader_would_lose(self, kind: str, value: str) -> None:
        data = one_sheet(f'<row r="1"><c r="A1" t="{kind}"><v>{value}</v></c></row>')
        assert refusal(data) == ("XR104", "unusual-xml")

    def test_characters_written_as_numbers(self) -> None:
        split = one_sheet('<row r="1"><c r="A1"><v>1&#50;3</v></c></row>')
        assert refusal(split) == ("XR104", "unusual-xml")
        text = one_sheet('<row r="1"><c r="A1" t="str"><f>B1</f><v>a&#10;b</v></c></row>')
        assert sheet_of(text).value(0, 0) == "a\nb"

    def test_the_parts_must_be_where_every_reader_looks(self) -> None:
        relations = entries(GOOD)["xl/_rels/workbook.xml.rels"].replace(b'"sharedStrings.xml"', b'"other.xml"')
        other = {"xl/_rels/workbook.xml.rels": relations, "xl/other.xml": entries(GOOD)["xl/sharedStrings.xml"]}
        assert refusal(changed(**other)) == ("XR104", "unusual-xml")
        root = entries(GOOD)["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/other.xml")
        book = {"_rels/.rels": root, "xl/other.xml": entries(GOOD)["xl/workbook.xml"]}
        assert refusal(changed(**book)) == ("XR104", "unusual-xml")


#: One sheet with everything a look must see: the usual spelling.
BODY = (
    '<row r="1" spans="1:3"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="1"/><c r="C1" s="1"/></row>'
    '<row r="3" hidden="1"><c r="A3"><v>1.5</v></c><c r="B3" t="e"><f>A3/0</f><v>#DIV/0!</v></c>'
    '<c r="C3"><f>A3*2</f></c><c r="D3" t="e"><v>#REF!</v></c><c r="E3"><f>A3*2</f><v></v></c></row>'
    '<row r="4" hidden="0"><c r="A4" t="str"><f>IF(A3&gt;1,"","x")</f><v></v></c>'
    '<c r="B4" t="str"><f>"a&amp;b"</f><v>a&amp;b</v></c><c r="C4"><f t="shared" si="0"/><v>9</v></c>'
    '<c r="D4"><f t="shared" si="0"/></c><c r="E4" t="b"><v>0</v></c></row>'
)
TAIL = '<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>'


def prefixed(xml: str) -> str:
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")


def positional(xml: str) -> str:
    """Without references, where position alone tells them; row 2 has to be there then."""
    spelled = re.sub(r'(<(?:c|row)) r="[A-Z]*[0-9]+"', r"\1", xml)
    return spelled.replace('<row hidden="1">', '<row/><row hidden="true">')


SPELLINGS: dict[str, Callable[[str], str]] = {
    "usual": lambda xml: xml,
    "single quotes": lambda xml: re.sub(r"=\"([^\"<>]*)\"(?=[ />])", r"='\1'", xml),
    "spaces": lambda xml: re.sub(r'( [a-z]+)="([^"<>]*)"(?=[ />])', r'\1 = "\2" ', xml),
    "line breaks": lambda xml: xml.replace("><", ">\n<").replace("<v>\n</v>", "<v></v>"),
    "prefix": prefixed,
    "strict": lambda xml: xml.replace(MAIN, STRICT_MAIN),
    "positional": positional,
    "other order": lambda xml: re.sub(r'<c (r="\w+") t="(\w+)">', r'<c t="\2" \1>', xml),
    "comments": lambda xml: xml.replace("<row", "<!-- <c r='A9' t='e'><v>#N/A</v></c> --><row"),
    "self closed": lambda xml: xml.replace("<v></v>", "<v />"),
    "byte order mark": lambda xml: "\ufeff" + xml,
}


class TestLook:
    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_every_spelling_is_understood(self, spelling: str) -> None:
        xml = SPELLINGS[spelling](f'<worksheet xmlns="{MAIN}"><sheetData>{BODY}</sheetData>{TAIL}</worksheet>')
        strings = f'<sst xmlns="{MAIN}"><si><t>tên</t></si></sst>'
        data = zipped(entries(with_sheet(xml)) | {"xl/sharedStrings.xml": strings.encode()})
        sheet = sheet_of(data)
        assert sheet.errors == {Cell(2, 1): "#DIV/0!", Cell(2, 3): "#REF!"}
        assert sheet.unstored == {Cell(2, 2), Cell(2, 4), Cell(3, 3)}
        assert sheet.hidden_rows == {2}
        assert sheet.merged == ((Cell(0, 0), Cell(1, 2)),)
        expected = {Cell(0, 0): "tên", Cell(2, 0): 1.5, Cell(3, 1): "a&b", Cell(3, 2): 9, Cell(3, 4): False}
        assert dict(sheet.filled()) == expected

    @pytest.mark.parametrize("spelling", ["usual", "self closed"])
    def test_usual_spellings_need_no_parser(self, spelling: str) -> None:
        xml = SPELLINGS[spelling](f"<worksheet><sheetData>{BODY}</sheetData>{TAIL}</worksheet>")
        assert raw.look(xml.encode()).stored is None

    def test_a_formula_written_by_openpyxl_has_no_value(self) -> None:
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        assert sheet is not None
        sheet["A1"] = 2
        sheet["B2"] = "=A1*2"
        sheet["C3"] = "chữ"
        sheet.row_dimensions[3].hidden = True
        buffer = io.BytesIO()
        workbook.save(buffer)
        read = sheet_of(buffer.getvalue())
        assert read.unstored == {Cell(1, 1)}
        assert read.value(1, 1) is None
        assert read.hidden_rows == {2}
        assert read.value(2, 2) == "chữ"

    def test_empty_shared_strings_are_blank(self) -> None:
        strings = f'<sst xmlns="{MAIN}"><si><t></t></si></sst>'
        body = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>5</v></c></row>'
        data = zipped(entries(one_sheet(body)) | {"xl/sharedStrings.xml": strings.encode()})
        assert dict(sheet_of(data).filled()) == {Cell(0, 1): 5}

    def test_no_cells_at_all(self) -> None:
        for xml in ("<worksheet><sheetData/></worksheet>", "<worksheet></worksheet>", "<worksheet/>"):
            assert not sheet_of(with_sheet(xml)).rows

    def test_trailing_blank_rows_are_dropped(self) -> None:
        body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="A9" t="str"><f>""</f><v></v></c></row>'
        assert len(sheet_of(one_sheet(body)).rows) == 1

    CELLS = st.one_of(
        st.just("/>"),
        st.sampled_from(["", "<f>A1</f>", '<f t="shared" si="0"/>', '<f aca="false">"&lt;c r="</f>']).flatmap(
            lambda formula: st.sampled_from(
                [
                    f">{formula}<v>1.5</v></c>",
                    f' t="n">{formula}<v>0</v></c>',
                    f' t="e">{formula}<v>#N/A</v></c>',
                    f' t="str">{formula}<v>x&amp;y t="e"</v></c>',
                    f' t="str">{formula}<v></v></c>',
                    f' t="str">{formula}</c>',
                    f">{formula}<v></v></c>",
                    f' s="2" t="b">{formula}<v>1</v></c>',
                    f" >{formula}</c>",
                ]
            )
        ),
        st.sampled_from(["<is><t>a</t></is>", "<is><t></t></is>"]).map(lambda text: f' t="inlineStr">{text}</c>'),
    )
    ATTRIBUTES = st.sampled_from(["", ' spans="1:4"', ' hidden="1"', ' hidden="false"', ' ht="12" hidden="true"'])

    @given(st.lists(st.tuples(ATTRIBUTES, st.lists(CELLS, max_size=5)), max_size=6))
    def test_the_plain_look_equals_the_parsed_one(self, rows: list[tuple[str, list[str]]]) -> None:
        body = "".join(
            f'<row r="{row + 1}"{attributes}>'
            + "".join(f'<c r="{a1(row, column)}"{cell}' for column, cell in enumerate(cells))
            + "</row>"
            for row, (attributes, cells) in enumerate(rows)
        )
        part = f"<worksheet><sheetData>{body}</sheetData></worksheet>".encode()
        plain, parsed = raw.look(part), raw.look_carefully(part)
        assert (plain.errors, plain.unstored, plain.filled) == (parsed.errors, parsed.unstored, parsed.filled)
        assert (plain.hidden_rows, plain.merged) == (parsed.hidden_rows, parsed.merged)


def spreadsheet(rows: str, **parts: str) -> bytes:
    """An OpenDocument spreadsheet with one table."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<office:document-content {spaces} xmlns:calcext="urn:calcext"><office:body><office:spreadsheet>'
        f'<table:table table:name="Biểu 1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    files = {"content.xml": content, "META-INF/manifest.xml": manifest} | parts
    encoded_files = {name: text.encode() for name, text in files.items()}
    return zipped({"mimetype": f"{MIMETYPE}spreadsheet".encode()} | encoded_files, zipfile.ZIP_STORED)


def number(value: str, attributes: str = "") -> str:
    shown = f"<text:p>{value}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="float" office:value="{value}"{attributes}>{shown}'


class TestOpenDocument:
    def test_what_a_look_must_see(self) -> None:
        error = '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        old_error = '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
        rows = (
            f"<table:table-row>{number('7', ' table:number-columns-spanned=' + repr('2'))}"
            "<table:covered-table-cell/></table:table-row>"
            f'<table:table-row table:visibility="filter" table:number-rows-repeated="2">{number("1.5")}'
            "</table:table-row>"
            f"<table:table-row>{error}<text:p>#DIV/0!</text:p></table:table-cell>"
            f"{old_error}<text:p>Err:502</text:p></table:table-cell>"
            '<table:table-cell table:formula="of:=1"/>'
            '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'
            f"{number('3', ' table:number-columns-repeated=' + repr('2'))}</table:table-row>"
            '<table:table-row table:number-rows-repeated="1048570" table:visibility="collapse">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        )
        sheet = sheet_of(spreadsheet(rows))
        assert sheet.name == "Biểu 1"
        assert sheet.merged == ((Cell(0, 0), Cell(0, 1)),)
        assert sheet.hidden_rows == {1, 2}
        assert sheet.errors == {Cell(3, 0): "#DIV/0!", Cell(3, 1): "Err:502"}
        assert sheet.unstored == {Cell(3, 2)}
        expected = {Cell(0, 0): 7, Cell(1, 0): 1.5, Cell(2, 0): 1.5, Cell(3, 4): 3, Cell(3, 5): 3}
        assert dict(sheet.filled()) == expected

    def test_far_corner(self) -> None:
        rows = (
            f"<table:table-row>{number('1')}</table:table-row>"
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
            f'<table:table-row><table:table-cell table:number-columns-repeated="16000"/>{number("1")}</table:table-row>'
        )
        assert refusal(spreadsheet(rows)) == ("XR104", "too-many-cells")

    def test_repeated_figures(self) -> None:
        rows = f'<table:table-row table:number-rows-repeated="1048576">{number("1")}{number("2")}</table:table-row>'
        assert refusal(spreadsheet(rows)) == ("XR104", "too-many-cells")

    def test_parts_that_nobody_parses_may_be_empty(self) -> None:
        data = spreadsheet(f"<table:table-row>{number('1')}</table:table-row>")
        empty = {"Configurations2/accelerator/current.xml": b""}
        assert sheet_of(zipped(entries(data) | empty)) == sheet_of(data)

    def test_document_types_and_macros(self) -> None:
        data = entries(spreadsheet(f"<table:table-row>{number('1')}</table:table-row>"))
        content = b"<!DOCTYPE a []>" + data["content.xml"]
        assert refusal(zipped(data | {"content.xml": content})) == ("XR104", "doctype")
        with_macros = read_workbook(zipped(data | {"Basic/script-lc.xml": b"<a/>"}), "x.ods")
        assert [found.code for found in with_macros.findings] == ["XR116"]


@pytest.mark.libreoffice
def test_other_formats_as_libreoffice_writes_them(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(GOOD)
    command = ["soffice", f"-env:UserInstallation=file://{quote(str(tmp_path / 'profile'))}", "--headless"]
    for extension in ("ods", "xls"):
        arguments = [*command, "--convert-to", extension, "--outdir", str(tmp_path), str(source)]
        subprocess.run(arguments, check=True, capture_output=True, timeout=300)
    ods, xls = (read_file(tmp_path / f"a.{extension}")[1] for extension in ("ods", "xls"))
    assert ods.findings == ()
    assert [found.code for found in xls.findings] == ["XR121"]
    for reading in (ods, xls):
        assert reading.workbook is not None
        assert [sheet.hidden for sheet in reading.workbook.sheets] == [False, True]
        for sheet, original in zip(reading.workbook.sheets, _sheets(read_workbook(GOOD, "a")), strict=True):
            assert dict(sheet.filled()) == dict(original.filled())
            assert sheet.merged == original.merged


def _sheets(reading: Reading) -> tuple[Sheet, ...]:
    assert reading.workbook is not None
    return reading.workbook.sheets


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(1, 255)), min_size=1, max_size=3))
def test_changed_bytes_never_change_a_value(changes: list[tuple[int, int]]) -> None:
    """Either the file is refused, or it says exactly what it said before."""
    mutated = bytearray(GOOD)
    for position, difference in changes:
        mutated[position] ^= difference
    reading = read_workbook(bytes(mutated), "x.xlsx")
    if reading.workbook is None:
        assert reading.findings
    else:
        assert reading == read_workbook(GOOD, "x.xlsx")


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\3\4", b"PK\5\6", OLE, b"<?xml"]))
def test_any_bytes_are_refused_with_a_reason(content: bytes, start: bytes) -> None:
    reading = read_workbook(start + content, "x")
    assert reading.workbook is None
    assert reading.findings[0].code in ("XR102", "XR103", "XR104", "XR105")
