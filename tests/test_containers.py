"""Archives and messages of workbooks: opened in memory, every file in them accounted for, order told by messages."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest
from test_receive import PERIOD, filled, outcomes, put, revenue_facts, workspace
from workbooks import RIGHT_ENTRIES, standard_book

from xlreport.findings import Finding
from xlreport.grid.containers import Member, is_left_out, open_container
from xlreport.grid.safely import SafeReader
from xlreport.intake.identify import Definitions
from xlreport.sheets.unit_workbook import unit_workbook
from xlreport.usecases.check import CheckResult, check_files
from xlreport.usecases.files import found_files, opened_files
from xlreport.usecases.receive import receive
from xlreport.workspace import Workspace

__all__ = ["workspace"]

GOOD = unit_workbook(standard_book(RIGHT_ENTRIES))
TODAY = date(2024, 4, 1)
SENDER = "Nguyễn Văn Mẫu <mau@don-vi.example>"


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def letter(files: Mapping[str, bytes], *, sent: str = "Thu, 28 Mar 2024 09:15:00 +0700", sender: str = SENDER) -> bytes:
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = sender, sent, "Báo cáo quý I"
    message.set_content("Kính gửi Văn phòng, gửi kèm báo cáo.")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def opened(data: bytes, name: str) -> dict[str, str | None]:
    """What came out of a container: name, and code of the problem with an inner one."""
    members = open_container(data, name)
    assert isinstance(members, tuple)
    return {member.name: member.problem.code if member.problem else None for member in members}


def refused(data: bytes, name: str = "a.zip") -> str:
    found = open_container(data, name)
    assert isinstance(found, Finding)
    assert found.location.file == name
    return found.code


def checked(folder: Path) -> CheckResult:
    return check_files(opened_files(found_files([folder]), SafeReader()), Definitions())


class TestArchives:
    def test_files_at_any_depth_but_what_nobody_sent(self) -> None:
        files = {
            "Cụm 7/đơn vị 1.xlsx": GOOD,
            "Cụm 7/sâu/hơn/2.xlsx": GOOD,
            "Cụm 7/~$đơn vị 1.xlsx": b"lock",
            "__MACOSX/Cụm 7/._1.xlsx": b"fork",
            ".DS_Store": b"?",
            "Thumbs.db": b"?",
            "thư mục/": b"",
            "ghi chú.docx": b"PK",
        }
        assert opened(zipped(files), "a.zip") == {
            "Cụm 7/đơn vị 1.xlsx": None,
            "Cụm 7/sâu/hơn/2.xlsx": None,
            "ghi chú.docx": None,
        }

    @pytest.mark.parametrize("raw", ["Đơn vị 1.xlsx".encode(), "Đơn vi\u0323 1.xlsx".encode("cp1258")])
    def test_names_in_encodings_that_nobody_declared(self, raw: bytes) -> None:
        data = zipped({"x" * len(raw): GOOD}).replace(b"x" * len(raw), raw)
        assert list(opened(data, "a.zip")) == ["Đơn vị 1.xlsx"]

    def test_a_second_name_in_unicode_is_taken_if_it_is_of_this_entry(self) -> None:
        name = "Báo cáo.xlsx".encode()
        for crc, expected in ((zlib.crc32(b"BAOCAO.xlsx"), "Báo cáo.xlsx"), (1, "BAOCAO.xlsx")):
            info = zipfile.ZipInfo("BAOCAO.xlsx")
            info.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, crc) + name
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr(info, GOOD)
            assert list(opened(buffer.getvalue(), "a.zip")) == [expected]

    def test_decomposed_names_are_composed(self) -> None:
        assert list(opened(zipped({"Ba\u0301o ca\u0301o.xlsx": GOOD}), "a.zip")) == ["Báo cáo.xlsx"]

    def test_one_archive_in_another_and_no_more(self) -> None:
        inner = zipped({"b.xlsx": GOOD})
        data = zipped({"inner.zip": inner, "deep.zip": zipped({"deeper.zip": inner}), "a.xlsx": GOOD})
        assert opened(data, "a.zip") == {"inner.zip/b.xlsx": None, "deep.zip/deeper.zip": "XR145", "a.xlsx": None}

    def test_a_bad_inner_archive_is_one_file_and_the_rest_is_opened(self) -> None:
        bad = {"cut.zip": zipped({"b.xlsx": GOOD})[:-30], "void.zip": zipped({"~$a.xlsx": b""}), "a.xlsx": GOOD}
        assert opened(zipped(bad), "a.zip") == {"cut.zip": "XR103", "void.zip": "XR144", "a.xlsx": None}

    def test_a_workbook_named_zip_is_a_workbook(self, tmp_path: Path) -> None:
        assert open_container(GOOD, "a.zip") is None
        (tmp_path / "a.zip").write_bytes(GOOD)
        assert [file.outcome for file in checked(tmp_path).files] == ["accepted"]

    def test_refused_as_a_whole(self) -> None:
        locked = bytearray(zipped({"a.xlsx": GOOD}))
        locked[6] |= 1
        assert refused(bytes(locked)) == "XR143"
        assert refused(zipped({"a.xlsx": GOOD})[:-10]) == "XR103"
        assert refused(zipped({})) == "XR144"
        assert refused(zipped({"~$a.xlsx": b""})) == "XR144"
        assert refused(zipped({"../evil.xlsx": GOOD})) == "XR104"
        assert refused(zipped({"C:\\evil.xlsx": GOOD})) == "XR104"
        assert refused(zipped({"a.xlsx": GOOD, "A.XLSX": GOOD})) == "XR104"
        assert refused(zipped({f"{number}.xlsx": b"" for number in range(2001)})) == "XR104"
        assert refused(zipped({"a.xlsx": bytes(30 * 1024**2)})) == "XR104"

    def test_inner_archives_share_one_budget(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from xlreport.grid import containers

        monkeypatch.setattr(containers, "MAX_UNPACKED", 3 * len(GOOD))
        inner = zipped({"b.xlsx": GOOD})
        found = opened(zipped({"one.zip": inner, "two.zip": inner}), "a.zip")
        assert found == {"one.zip/b.xlsx": None, "two.zip": "XR104"}


class TestMessages:
    def test_attachments_with_sender_and_time(self) -> None:
        members = open_container(letter({"Đơn vị 1.xlsx": GOOD, "2.xlsx": GOOD}), "thư.eml")
        assert isinstance(members, tuple)
        assert [(member.name, member.data == GOOD) for member in members] == [("Đơn vị 1.xlsx", True), ("2.xlsx", True)]
        told = members[0].letter
        assert told is not None
        assert told.sender == SENDER
        assert told.sent_at == datetime(2024, 3, 28, 2, 15, tzinfo=UTC)

    def test_two_attachments_of_one_name(self) -> None:
        data = letter({"a.xlsx": GOOD, "b.xlsx": GOOD}).replace(b'"b.xlsx"', b'"a.xlsx"')
        assert list(opened(data, "a.eml")) == ["a.xlsx", "a (2).xlsx"]

    @pytest.mark.parametrize("name", ["../../evil.xlsx", "..\\..\\evil.xlsx", "/etc/evil.xlsx", "C:\\x\\evil.xlsx"])
    def test_names_lead_nowhere(self, name: str) -> None:
        assert list(opened(letter({name: GOOD}), "a.eml")) == ["evil.xlsx"]

    def test_names_that_mislead_the_eye_or_are_none(self) -> None:
        assert list(opened(letter({"bao\u202excod.xlsx": GOOD}), "a.eml")) == ["baoxcod.xlsx"]
        data = letter({"a.xlsx": GOOD}).replace(b'filename="a.xlsx"', b'filename=".."')
        assert list(opened(data, "a.eml")) == ["attachment-1"]

    def test_pictures_in_the_text_and_signatures_are_no_files(self) -> None:
        message = EmailMessage()
        message["From"] = SENDER
        message.set_content("x")
        message.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png")
        message.make_mixed()
        message.add_attachment(b"\0", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
        assert refused(message.as_bytes(), "a.eml") == "XR144"
        message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="ảnh chụp biểu.png")
        assert list(opened(message.as_bytes(), "a.eml")) == ["ảnh chụp biểu.png"]

    def test_an_archive_in_a_message_and_a_message_in_an_archive(self) -> None:
        assert list(opened(letter({"c.zip": zipped({"x/a.xlsx": GOOD})}), "a.eml")) == ["c.zip/x/a.xlsx"]
        members = open_container(zipped({"thư.eml": letter({"a.xlsx": GOOD})}), "a.zip")
        assert isinstance(members, tuple)
        assert [(member.name, member.letter.sender if member.letter else "") for member in members] == [
            ("thư.eml/a.xlsx", SENDER)
        ]

    def test_a_forwarded_message_says_who_sent_it_first(self) -> None:
        from email import message_from_bytes
        from email.policy import default

        outer = EmailMessage()
        outer["From"], outer["Date"] = "Cụm 7 <cum@khoi.example>", "Fri, 29 Mar 2024 08:00:00 +0700"
        outer.set_content("Chuyển tiếp")
        outer.add_attachment(message_from_bytes(letter({"a.xlsx": GOOD}), policy=default))
        (member,) = _members(outer.as_bytes(), "a.eml")
        assert member.name == "message.eml/a.xlsx"
        assert member.letter is not None
        assert member.letter.sender == SENDER

    @pytest.mark.parametrize(
        ("header", "wrong"),
        [
            (b"From: =?utf-8?b?", b"From: =?no-such-charset?q?=C3?= =?utf-8?b?%%%?= <a@b>\nX: =?utf-8?b?"),
            (b"Date: Thu, 28 Mar 2024 09:15:00 +0700", b"Date: Thg 3, ng\xc3\xa0y 28"),
            (b"Date: Thu, 28 Mar 2024 09:15:00 +0700", b"Date: Thu, 99 Mar 99999 99:99:99 +9999"),
        ],
    )
    def test_odd_headers_stop_nothing(self, header: bytes, wrong: bytes) -> None:
        data = letter({"a.xlsx": GOOD})
        assert header in data
        (member,) = _members(data.replace(header, wrong, 1), "a.eml")
        assert member.data == GOOD
        assert member.letter is not None
        assert header.startswith(b"From") or member.letter.sent_at is None

    def test_damaged(self) -> None:
        assert refused(b"", "a.eml") == "XR103"
        assert refused(b"\0\1\2", "a.eml") == "XR103"
        nested = b"Content-Type: message/rfc822\n\n" * 3000
        assert isinstance(open_container(b"From: a@b\n" + nested, "a.eml"), Finding | tuple)


def _members(data: bytes, name: str) -> tuple[Member, ...]:
    members = open_container(data, name)
    assert isinstance(members, tuple)
    return members


class TestFolder:
    def test_found_is_accepted_and_rejected_and_refused(self, tmp_path: Path) -> None:
        blank = unit_workbook(standard_book())
        (tmp_path / "sâu" / "hơn").mkdir(parents=True)
        (tmp_path / "sâu" / "hơn" / "a.xlsx").write_bytes(GOOD)
        (tmp_path / "~$a.xlsx").write_bytes(b"lock")
        (tmp_path / "b.zip").write_bytes(zipped({"blank.xlsx": blank, "x.pdf": b"%PDF-1.7", "a2.xlsx": GOOD}))
        (tmp_path / "c.eml").write_bytes(letter({"cut.xlsx": GOOD[:-100], "in.zip": zipped({"blank2.xlsx": blank})}))
        (tmp_path / "d.zip").write_bytes(b"PK\3\4 cut")
        result = checked(tmp_path)
        root = tmp_path.as_posix()
        assert {
            file.name.removeprefix(f"{root}/"): (file.outcome, *sorted({one.code for one in file.findings}))
            for file in result.files
        } == {
            "b.zip/blank.xlsx": ("rejected", "XR301"),
            "b.zip/x.pdf": ("refused", "XR102"),
            "b.zip/a2.xlsx": ("accepted",),
            "c.eml/cut.xlsx": ("refused", "XR103", "XR146"),
            "c.eml/in.zip/blank2.xlsx": ("rejected", "XR604"),
            "d.zip": ("refused", "XR103"),
            "sâu/hơn/a.xlsx": ("accepted", "XR604"),
        }
        assert sum(map(result.count, ("accepted", "rejected", "refused"))) == len(result.files) == 7

    def test_left_out(self) -> None:
        from pathlib import PurePosixPath

        assert is_left_out(PurePosixPath("a/~$b.xlsx"))
        assert is_left_out(PurePosixPath(".git/b.xlsx"))
        assert is_left_out(PurePosixPath("a/desktop.ini"))
        assert not is_left_out(PurePosixPath("a/b$~.xlsx"))


class TestReceiving:
    def test_sender_and_time_are_kept_and_the_original_is_archived(self, workspace: Workspace) -> None:
        data = filled(workspace, "C7-01", Decimal("10.5"))
        put(workspace, "2024-03-28/thư.eml", letter({"bao-cao.xlsx": data}))
        name = "inbox/2024-03-28/thư.eml/bao-cao.xlsx"
        result = receive(workspace, [], today=TODAY)
        assert outcomes(result) == {name: ("accepted", ["XR146"])}
        assert result.files[0].received_on == date(2024, 3, 28)
        (note,) = result.files[0].file.findings
        assert dict(note.params) == {"sender": SENDER, "sent_at": "2024-03-28T02:15+00:00"}
        assert [path.read_bytes() for path in workspace.archive.rglob("*.xlsx")] == [data]
        assert revenue_facts(workspace) == [("C7-01", Decimal("10.5"), name)]
        assert outcomes(receive(workspace, [], today=TODAY)) == {name: ("accepted", ["XR602"])}

    def test_a_dated_folder_within_an_archive_says_nothing_about_the_day(self, workspace: Workspace) -> None:
        data = filled(workspace, "C7-01", Decimal("10.5"))
        put(workspace, "a.zip", zipped({"2020-01-01/C7-01.xlsx": data}))
        assert receive(workspace, [], today=TODAY).files[0].received_on == TODAY

    @pytest.mark.parametrize("order", ["at once", "earlier first", "later first"])
    def test_of_two_messages_the_later_counts_in_whatever_order_they_are_received(
        self, workspace: Workspace, order: str
    ) -> None:
        early = letter({"b.xlsx": filled(workspace, "C7-01", Decimal(10))}, sent="Thu, 28 Mar 2024 23:00:00 +0700")
        late = letter({"a.xlsx": filled(workspace, "C7-01", Decimal(12))}, sent="Thu, 28 Mar 2024 17:00:00 +0000")
        files = {"z.eml": early, "a.eml": late}
        names = ["z.eml", "a.eml"] if order == "earlier first" else ["a.eml", "z.eml"]
        for name in names:
            put(workspace, f"2024-03-29/{name}", files[name])
            if order != "at once":
                receive(workspace, [], today=TODAY)
        receive(workspace, [], today=TODAY)
        receive(workspace, [], today=TODAY)
        assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(12)]

    @pytest.mark.parametrize("together", [True, False])
    def test_a_file_received_after_its_own_correction_does_not_count(
        self, workspace: Workspace, together: bool
    ) -> None:
        import hashlib

        wrong = filled(workspace, "C7-01", Decimal(10))
        right = filled(workspace, "C7-01", Decimal(11), corrects=hashlib.sha256(wrong).hexdigest())
        put(workspace, "2024-03-28/b.xlsx", right)
        if not together:
            receive(workspace, [], today=TODAY)
        put(workspace, "2024-03-28/c.xlsx", wrong)
        receive(workspace, [], today=TODAY)
        receive(workspace, [], today=TODAY)
        assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(11)]

    def test_the_newest_of_an_archive_is_told_by_the_archive(self, workspace: Workspace) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, value, hour in (("b.xlsx", 10, 8), ("a.xlsx", 12, 9)):
                info = zipfile.ZipInfo(name, (2024, 3, 28, hour, 0, 0))
                archive.writestr(info, filled(workspace, "C7-01", Decimal(value)))
        put(workspace, "x.zip", buffer.getvalue())
        held = outcomes(receive(workspace, [], today=TODAY))
        assert {codes[0] for _, codes in held.values()} == {"XR601"}
        receive(workspace, [], today=TODAY, prefer_newest=True)
        assert [value for _, value, _ in revenue_facts(workspace)] == [Decimal(12)]

    def test_a_file_named_for_another_unit_is_refused(self, workspace: Workspace) -> None:
        data = filled(workspace, "C7-01", Decimal(10))
        put(workspace, "Báo cáo C7-02 quý I.xlsx", data)
        assert outcomes(receive(workspace, [], today=TODAY)) == {
            "inbox/Báo cáo C7-02 quý I.xlsx": ("refused", ["XR148"])
        }
        for name in ("C7-01 thay C7-02.xlsx", "bao cao 2024.xlsx", "gửi CUM-07.xlsx", "C7-021.xlsx"):
            put(workspace, name, data)
            found = outcomes(receive(workspace, [workspace.inbox / name], today=TODAY))
            assert found[f"inbox/{name}"][0] == "accepted", name
        assert PERIOD.code == "2024-Q1"
