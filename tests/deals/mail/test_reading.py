"""What is read out of a message's bytes."""

import base64
from datetime import UTC, datetime

import pytest

from deals.intake.mail import content
from deals.intake.mail.reading import Address, Unreadable, read
from tests.deals.mail.making import NOW, mail, parts, raw


def test_the_usual_headers():
    one = mail("Hello Bob")
    assert one.sender == Address("Ann Field", "ann@customer.example")
    assert one.to == (Address("Bob", "bob@brightwater.example"),)
    assert (one.subject, one.text.strip(), one.message_id) == ("The offer", "Hello Bob", "<one@customer.example>")
    assert one.date == datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert one.defects == ()


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x00", b"%PDF-1.7 ...", b"PK\x03\x04 zip", b"just words\nwithout any header", b"\xff\xfeF\x00"]
)
def test_what_is_no_message_is_refused_in_a_sentence(content):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert refusal.value.reason.endswith(".")


def test_a_message_without_an_id_gets_the_same_one_each_time():
    first, again = mail(Message_ID=None), mail(Message_ID=None)
    assert first.message_id_made_up
    assert first.message_id == again.message_id != mail("Other", Message_ID=None).message_id


def test_ids_are_cleaned():
    one = mail(In_Reply_To="Your message of Monday <a@x>, <b@x>", References="<r1@x>\n <r2@x> <r1@x> junk")
    assert one.in_reply_to == ("<a@x>", "<b@x>")
    assert one.references == ("<r1@x>", "<r2@x>")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe_aus?= =?iso-8859-1?Q?_K=F6ln?=", "Grüße aus Köln"),
        ("=?utf-8?B?4pyTIOKc?= =?utf-8?B?kyBvaw==?=", "✓ ✓ ok"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?unknown-9?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("plain   with  spaces", "plain with spaces"),
    ],
)
def test_subjects_are_decoded(written, read_as):
    assert mail(Subject=written).subject == read_as


def test_a_subject_of_bare_bytes_is_letters():
    assert read(raw(Subject="X").replace(b"Subject: X", "Subject: Grüße".encode("cp1252"))).subject == "Grüße"


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("a@x.example, B <b@x.example>", [("", "a@x.example"), ("B", "b@x.example")]),
        ('"Field, Ann" <Ann@X.example>', [("Field, Ann", "ann@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("ann@x.example (Ann Field)", [("Ann Field", "ann@x.example")]),
        ("=?utf-8?Q?J=C3=BCrgen?= <j@x.example>", [("Jürgen", "j@x.example")]),
        ("<a@x.example>a@x.example", [("a@x.example", "a@x.example")]),
        ("a@x.example a@x.example, <a@x.example>", [("", "a@x.example")]),
        ("'j@x.example' <j@x.example>", [("j@x.example", "j@x.example")]),
        ("<@relay.example:a@x.example>", [("", "a@x.example")]),
        ("Pete(A nice \\) chap) <pete(his account)@x.example(his host)>", [("Pete", "pete@x.example")]),
        ('"', []),
    ],
)
def test_addresses(written, people):
    assert [(one.name, one.address) for one in mail(To=written).to] == people


@pytest.mark.parametrize("written", ["Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 19 Nov 2099 10:00:00 +0000", "yesterday", "99 Foo 2026 99:99", None])
def test_a_date_that_cannot_be_right_is_when_it_came_in(written):
    one = mail(Date=written)
    assert one.date == NOW
    assert one.written_date == (written or "")
    assert any("date" in defect for defect in one.defects)


def test_without_a_moment_of_receipt_the_newest_server_says_when():
    one = read(raw(Date=None, Received="from a by b; Fri, 20 Nov 2026 08:00:00 +0000"))
    assert one.date == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_where_it_was_delivered():
    one = mail(Delivered_To="sales@brightwater.example", X_Original_To="info@brightwater.example", Bcc="Eve <eve@x.example>")
    assert [each.address for each in one.delivered_to] == ["sales@brightwater.example", "info@brightwater.example"]
    assert [each.address for each in one.bcc] == ["eve@x.example"]
    assert {"eve@x.example", "info@brightwater.example", "bob@brightwater.example"} <= {each.address for each in one.recipients}


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "5 €".encode("cp1252"), "5 €"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("nonsense", "Grüße".encode("latin-1"), "Grüße"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("zlib", b"plain \xff", "plain ÿ"),
        ("punycode", b"plain \xff", "plain ÿ"),
        ("utf-8", b"a\x00b", "ab"),
    ],
)
def test_bodies_in_any_charset(charset, octets, text):
    one = read(raw("BODY", Content_Type=f"text/plain; charset={charset}").replace(b"BODY", octets))
    assert one.text.strip() == text


def test_plain_and_html_of_one_letter():
    one = read(
        parts(
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe",
            "Content-Type: text/html\n\n<p>Hi</p>",
            kind="alternative",
        )
    )
    assert (one.text, one.html, one.attachments) == ("Grüße", "<p>Hi</p>", ())


def test_attachments_are_listed_with_what_they_are():
    data = base64.b64encode(b"%PDF-1.4 data").decode()
    whole = parts(
        "Content-Type: text/plain\n\nsee attached",
        f"Content-Type: a/pdf; name*=utf-8''Angebot%20%C3%BC.pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n{data}",
        f"Content-Type: image/png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\nContent-Disposition: inline\n\n{data}",
    )
    one = read(whole)
    offer, logo = one.attachments
    assert (offer.name, offer.kind, offer.size, offer.inline_image) == ("Angebot ü.pdf", "a/pdf", 13, False)
    assert (logo.content_id, logo.inline_image, logo.position) == ("logo@x", True, 2)
    assert content.content(whole, offer.part) == b"%PDF-1.4 data"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "a\u202efdp.exe"])
def test_a_file_name_carries_no_folders_and_no_tricks(name):
    one = read(parts(f'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="{name}"\n\nx'))
    assert not {"/", "\\", "\u202e"} & set(one.attachments[0].name)


def test_a_calendar_is_found_in_the_letter():
    one = read(
        parts("Content-Type: text/plain\n\ncome", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR")
    )
    assert one.calendars[0].startswith(b"BEGIN:VCALENDAR")


def test_nothing_is_lost_where_the_boundary_never_comes():
    one = read(raw("The whole text", Content_Type='multipart/mixed; boundary="b1"'))
    assert one.text.strip() == "The whole text"
    assert one.defects


def test_line_ends_of_all_kinds():
    for ends in (b"\n", b"\r\n", b"\r", b"\r\r\n"):
        one = read(parts("Content-Type: text/plain\n\nfirst", "Content-Type: text/html\n\n<b>x</b>").replace(b"\n", ends))
        assert (one.subject, one.text.strip(), one.html.strip()) == ("The offer", "first", "<b>x</b>")


def test_marks_that_turn_text_round_are_no_part_of_a_name_a_subject_or_a_file():
    people = "From: =?utf-8?q?Ann=E2=80=AE_Field=E2=80=8F?= <ann@customer.example>\nTo: \u200eBob <bob@brightwater.example>\n"
    head = people + "Subject: The \u202eoffer\u2066\n"
    kind = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n'
    file = "Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''cod%E2%80%AEtxt%E2%80%8F.exe\n\nHello\n--b--\n"
    one = read((head + kind + file).encode())
    assert (one.sender.name, one.to[0].name, one.subject) == ("Ann Field", "Bob", "The offer")
    assert one.attachments[0].name == "codtxt.exe"
