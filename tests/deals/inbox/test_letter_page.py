"""A message's own page, and what strangers put into it: shown as text, cleaned, or downloaded; never run."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.urls import reverse

from deals.intake.mail.marking import OTHER_CHARSET, WITH_VALUES, parted
from deals.letters.sentences import in_words
from deals.models import MailAttachment, MailMessage, UndeliverableAddress

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
HOSTILE = """
<p>Hello</p><script>alert(1)</script><img src="https://track.example/open.gif"><img src=x onerror=alert(2)>
<a href="javascript:alert(3)">link</a><form action="https://evil.example"><input name=password></form><iframe src="https://evil.example"></iframe>
<style>body{display:none}</style><svg onload=alert(4)></svg><img src="cid:one"><img src="cid:nobody">
"""


def with_files(html=HOSTILE, *files):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Priya Raman <priya@norwood.example>", "owner@salvor.example", "Plans"
    message["Message-ID"] = "<plans@norwood.example>"
    message.set_content("The plans.\n\nOn Monday Olaf wrote:\n> Could you send\n> the plans?\n")
    message.add_alternative(html, subtype="html")
    for main, sub, name, content, more in files:
        message.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)
    return message.as_bytes()


@pytest.fixture
def client(client, company):
    client.force_login(company.owner)
    return client


@pytest.fixture
def plans(arrives):
    inline = {"cid": "<one>", "disposition": "inline"}
    files = [
        ("image", "png", "plan.png", PNG, inline),
        ("image", "svg+xml", "plan.svg", b"<svg onload='alert(5)'/>", inline),
        ("text", "html", "invoice.html", b"<script>alert(6)</script>", {}),
        ("application", "octet-stream", "../../etc/\u202egnp.exe", b"MZ", {}),
    ]
    return arrives(with_files(HOSTILE, *files))


def position(name):
    return MailAttachment.objects.get(name=name).position


def test_the_page_says_who_when_what_and_where_it_belongs(client, company, plans):
    page = client.get(reverse("mail", args=[plans.pk])).content.decode()
    for words in ("Priya Raman", "priya@norwood.example", "The plans.", "Clinics, two more", "Person", "plan.png", "image/png", "28\xa0bytes"):
        assert words in page
    assert "Could you send" not in page  # quotes come when they are asked for
    assert "<script>alert" not in page


def test_what_was_found_of_a_message_is_said_in_the_readers_language(client, company, plans):
    """By words that Django itself brings in German."""
    company.owner.language = "de"
    company.owner.save()
    MailMessage.objects.filter(pk=plans.pk).update(kind="unreadable", text="", evidence=["Monday"], defects=["Tuesday"], reason="Wednesday")
    page = client.get(reverse("mail", args=[plans.pk])).content.decode()
    for word in ("Montag", "Dienstag", "Mittwoch"):
        assert word in page


def test_a_sentence_that_names_a_value_is_said_in_the_readers_language_too(monkeypatch):
    """Known by its template, also where it was kept long ago."""
    monkeypatch.setattr("deals.letters.sentences.gettext", lambda words: {OTHER_CHARSET: "Der Zeichensatz ist nicht %(charset)s."}.get(words, words))
    assert in_words(["The text is not in the charset it names (100% koi8).", "Sure. It was (r)."]) == [
        "Der Zeichensatz ist nicht 100% koi8.",
        "Sure. It was (r).",
    ]
    values = dict.fromkeys(("size", "most", "written", "charset", "error"), "7")
    assert [parted(template % values)[0] for template in WITH_VALUES] == list(WITH_VALUES)


def test_an_answer_begins_on_the_page_of_what_was_written(client, plans):
    page = client.get(reverse("mail", args=[plans.pk])).content.decode()
    way = f"{reverse('deal-write', args=[plans.deal_id])}?answers={plans.interaction_id}"
    assert way in page
    assert client.get(way).status_code == 200


def test_the_whole_text_has_its_quotes_folded(client, plans):
    page = client.get(reverse("mail-whole", args=[plans.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert "2 quoted lines" in page
    assert "&gt; Could you send" in page


def test_the_frame_holds_clean_html_and_may_do_nothing(client, plans):
    answer = client.get(reverse("mail-html", args=[plans.pk]))
    body = answer.content.decode()
    for evil in ("<script", "track.example", "onerror", "javascript:", "<form", "<input", "<iframe", "display:none", "<svg", "cid:"):
        assert evil not in body
    assert f'src="{reverse("mail-image", args=[plans.pk, position("plan.png")])}"' in body
    policy = answer["Content-Security-Policy"]
    for rule in ("script-src 'none'", "default-src 'none'", "sandbox allow-same-origin"):
        assert rule in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_drawn_by_our_own_route_alone(client, plans):
    answer = client.get(reverse("mail-image", args=[plans.pk, position("plan.png")]))
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == ("image/png", PNG)
    assert client.get(reverse("mail-image", args=[plans.pk, position("plan.svg")])).status_code == 404
    assert client.get(reverse("mail-image", args=[plans.pk, position("invoice.html")])).status_code == 404


def test_everything_else_is_a_file_to_keep(client, plans):
    answer = client.get(reverse("mail-attachment", args=[plans.pk, position("invoice.html")]))
    assert b"".join(answer.streaming_content) == b"<script>alert(6)</script>"
    assert answer["Content-Disposition"] == 'attachment; filename="invoice.html"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_name_neither_climbs_nor_turns_around(client, plans):
    odd = MailAttachment.objects.get(message=plans, content_type="application/octet-stream")
    MailAttachment.objects.filter(pk=odd.pk).update(name='../..\\etc/\u202e"gnp\r\n.exe')
    answer = client.get(reverse("mail-attachment", args=[plans.pk, odd.position]))
    assert answer["Content-Disposition"] == 'attachment; filename="\\"gnp.exe"'


def test_the_message_as_it_came(client, arrives):
    raw = with_files("<p>Hello</p>")
    message = arrives(raw)
    answer = client.get(reverse("mail-raw", args=[message.pk]))
    assert b"".join(answer.streaming_content) == raw
    assert answer["Content-Disposition"] == 'attachment; filename="Plans.eml"'


def test_a_part_that_is_not_there_is_not_found(client, plans):
    assert client.get(reverse("mail-attachment", args=[plans.pk, 99])).status_code == 404


def test_the_thread_is_listed_without_what_one_may_not_see(client, company, arrives):
    first = arrives(message_id="<t1@norwood.example>", subject="First")
    arrives(in_reply_to="<t1@norwood.example>", subject="Re: First", sender="Second Writer <second@norwood.example>")
    page = client.get(reverse("mail", args=[first.pk])).content.decode()
    assert "Second Writer" in page


def test_an_unreadable_message_says_so_and_can_be_downloaded(client, arrives, company, signed_in):
    message = arrives(b"\x00\x00\x00")
    page = client.get(reverse("mail", args=[message.pk]))
    assert page.status_code == 200
    assert "Unreadable" in page.content.decode()
    assert client.get(reverse("mail-whole", args=[message.pk])).status_code == 200


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_the_page_takes_a_few_queries(client, company, plans, signed_in, who, django_assert_max_num_queries):
    client = signed_in(getattr(company, who))
    client.get(reverse("mail", args=[plans.pk]))
    with django_assert_max_num_queries(15):
        client.get(reverse("mail", args=[plans.pk]))


class TestWhatMachinesSaid:
    def test_an_absence_stands_on_the_timeline_and_on_the_contact(self, client, company, arrives, just_now):
        until = just_now + timedelta(days=20)
        day = f"{until.day} {until:%b}"
        body = f"I am out of the office until {until.day} {until:%B %Y}. In urgent cases please contact Jana Weiss, jana.weiss@norwood.example."
        message = arrives(subject="Automatic reply: Clinics", body=body, auto_submitted="auto-replied")
        page = client.get(reverse("deal", args=[company.deal.pk])).content.decode()
        assert f"Automatic answer: away until {day}, Jana Weiss stands in" in page
        assert f'href="{reverse("mail", args=[message.pk])}"' in page
        contact = client.get(reverse("contact", args=[company.contact.pk])).content.decode()
        assert f"Away until {day}, Jana Weiss stands in." in contact

    def test_an_address_that_does_not_work_is_warned_of_until_it_does(self, client, company, just_now):
        UndeliverableAddress.objects.create(address="priya@norwood.example", is_hard=True, at=just_now, words="550 No such user")
        address = reverse("contact", args=[company.contact.pk])
        assert "550 No such user" in client.get(address).content.decode()
        page = client.post(reverse("contact-reachable", args=[company.contact.pk]), {"address": "priya@norwood.example"}, follow=True)
        assert "priya@norwood.example works again" in page.content.decode()
        assert "550 No such user" not in client.get(address).content.decode()

    def test_somebody_elses_address_is_not_cleared_from_here(self, client, company, just_now):
        UndeliverableAddress.objects.create(address="other@else.example", is_hard=True, at=just_now)
        client.post(reverse("contact-reachable", args=[company.contact.pk]), {"address": "other@else.example"})
        assert UndeliverableAddress.objects.get().cleared_at is None

    def test_mail_that_came_back_stands_on_the_deal_as_what_it_is(self, client, company, arrives):
        ours = arrives(sender="owner@salvor.example", to="priya@norwood.example", subject="Papers", message_id="<papers@salvor.example>")
        assert ours.deal == company.deal
        returned = arrives(
            sender="MAILER-DAEMON@salvor.example",
            to="owner@salvor.example",
            subject="Undelivered Mail Returned to Sender",
            body="<priya@norwood.example>: 550 5.1.1 No such user",
            in_reply_to="<papers@salvor.example>",
            auto_submitted="auto-replied",
        )
        assert (returned.kind, returned.deal) == ("bounce", company.deal)
        page = client.get(reverse("deal", args=[company.deal.pk])).content.decode()
        assert f'href="{reverse("mail", args=[returned.pk])}">Undeliverable</a>' in page


def test_what_is_plainly_a_persons_says_no_more_than_it_has_to(client, arrives):
    message = arrives(sender="Priya Raman <priya@norwood.example>", subject="Plans", body="Do you have them?")
    page = client.get(reverse("mail", args=[message.pk])).content.decode()
    assert "Do you have them?" in page
    assert "machine wrote" not in page
    assert "quotes included" not in page


def test_the_whole_text_is_offered_where_it_says_more(client, plans):
    assert "quotes included" in client.get(reverse("mail", args=[plans.pk])).content.decode()
