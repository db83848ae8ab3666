"""Whatever comes in: a Mail or Unreadable, and nothing else is raised; what comes out can be stored."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.intake.mail import reports, threads
from deals.intake.mail.away import absence
from deals.intake.mail.bounces import failures
from deals.intake.mail.classes import classify
from deals.intake.mail.content import content, measured
from deals.intake.mail.html import clean_html, text_of_html
from deals.intake.mail.reading import Unreadable, read
from deals.intake.mail.words import said, said_in
from tests.deals.mail.making import parts, raw, report

SAMPLES = [
    raw("Hello\n> quoted\n-- \nAnn", Subject="=?utf-8?Q?Gr=C3=BC=C3=9Fe?="),
    report("Final-Recipient: rfc822; ann@customer.example\nAction: failed\nStatus: 5.1.1"),
    parts(
        "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<p>Gr=FC=DFe",
        "Content-Type: text/calendar; method=REQUEST\nContent-Transfer-Encoding: base64\n\nQkVHSU46VkNBTEVOREFS",
        "Content-Type: image/png; name*0*=utf-8''a%20; name*1=b.png\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#0V%T\n`\nend",
    ),
    raw("I am out of office until 3 December. For urgent matters contact Eve Stone <eve@x.example>.", Auto_Submitted="auto-replied"),
]


def everything(octets):
    try:
        mail = read(octets)
    except Unreadable:
        return
    verdict = classify(mail)
    text = said(mail)
    failures(mail)
    absence(mail)
    clean_html(mail.html)
    for part in mail.parts:
        assert measured(octets, part)[0] == len(content(octets, part))
    line = reports.line(file="x", mail=mail, verdict=verdict, thread=threads.thread_of(mail), text=text)
    assert "\\u0000" not in json.dumps(line)
    json.dumps(line, ensure_ascii=False).encode()


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=2000))
def test_any_bytes(octets):
    everything(octets)
    everything(b"From: a@x.example\n" + octets)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=12)), max_size=6))
def test_messages_that_were_damaged(message, wounds):
    for at, length, instead in wounds:
        message = message[: at % len(message)] + instead + message[at % len(message) + length :] or b"x"
    everything(message)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("OnwroteFm:Sd <>@\n-_*>.0123:schriebVüÀ"), max_size=800))
def test_any_text_has_words(text):
    assert len(said_in(text).split()) <= len(text.split())


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("<>/divblockquoteap=\"' &;#x0-!"), max_size=400))
def test_any_html(html):
    text_of_html(html)
    assert "<script" not in clean_html(html)


def test_a_hundred_levels_and_a_thousand():
    for depth in (100, 1000):
        inner = b"Content-Type: text/plain\n\ndeepest\n"
        for level in range(depth):
            inner = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (level, level, inner, level)
        mail = read(b"From: a@x.example\n" + inner)
        assert "deepest" in mail.text


def test_a_large_attachment_is_measured_in_pieces():
    body = b"QUJD" * 19 + b"\n"
    whole = parts("Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\nBODY").replace(b"BODY", body * 60_000)
    (attachment,) = read(whole).attachments
    assert attachment.size == 57 * 60_000


@pytest.mark.parametrize("endless", ["-", "> ", "<", "On ", "\n>", "From: a\n", "x:\n", "--\n", "On 1\n", "a@b wrote:\n", '"\\', "é"])
def test_endless_repetition_comes_to_an_end(endless):
    text = endless * (300_000 // len(endless))
    said_in(text)
    everything(raw(text))
    everything(raw(text, Content_Type="text/html", To=text[:100_000].replace("\n", " ")))
