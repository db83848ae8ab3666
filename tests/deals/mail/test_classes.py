"""Which messages count as a person's: letters of many programs and languages, none of them from a collection."""

import pytest

from deals.intake.mail.classes import KINDS, classify
from deals.intake.mail.reading import read
from tests.deals.mail.making import mail, parts, raw, report

FAILED = "Final-Recipient: rfc822; ann@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
DELAYED = "Final-Recipient: rfc822; ann@customer.example\nAction: delayed\nStatus: 4.4.1"
DELIVERED = "Final-Recipient: rfc822; ann@customer.example\nAction: delivered\nStatus: 2.0.0"
LIST = {"List_Id": "Sales <sales.brightwater.example>", "List_Unsubscribe": "<mailto:x@brightwater.example>", "Precedence": "list"}


def kind(message, **standing):
    verdict = classify(message, **standing)
    assert verdict.kind in KINDS
    assert verdict.evidence
    return verdict.kind


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Could you send the prices by Friday?", {}),
        ("Merci, c'est parfait. On signe lundi.", {"Subject": "Re: L'offre"}),
        ("I am out of office next week. Can we talk on Monday?", {"Subject": "Re: The offer"}),
        ("Ich bin nächste Woche im Urlaub, passt Ihnen der 14.?", {"Subject": "AW: Termin"}),
        ("Thanks for the note, enjoy your holiday! Talk when you are back.", {"Subject": "Re: Automatic reply: The offer", "In_Reply_To": "<a@b>"}),
        ("It seems my last mail could not be delivered, so here it is again.", {"Subject": "Fwd: Undeliverable: The offer"}),
        (
            "See below, your address bounces with 550 5.1.1 user unknown. What is the right one?",
            {"Subject": "FW: Delivery Status Notification (Failure)"},
        ),
        ("Your ticket price is fine with us, we take it.", {"Subject": "Tickets"}),
        ("Undeliverable goods came back to us. Please advise.", {"Subject": "Undeliverable goods"}),
        ("We have a full mailbox of questions about the delivery failure clause.", {"Subject": "Delivery failure clause in the contract"}),
        ("The delay is fine with us.", {"Subject": "Delayed: our answer"}),
        ("We do", {"Auto_Submitted": "no"}),
        (
            "Please write to me directly",
            {"From": "postmaster@customer.example", "Return_Path": "<postmaster@customer.example>", "Subject": "Re: DNS"},
        ),
        ("お世話になっております。見積書をお願いします。", {"Subject": "見積の件"}),
        ("Привет! Когда ждать договор?", {"Subject": "Re: Договор"}),
    ],
)
def test_people(text, headers):
    assert kind(mail(text, **headers)) == "human"


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("I'm away", {"Auto_Submitted": "auto-replied"}),
        ("I'm away", {"Auto_Submitted": "auto-replied; owner-email=ann@customer.example", "Subject": "Re: The offer"}),
        ("away", {"X_Autoreply": "yes"}),
        ("away", {"Precedence": "auto_reply"}),
        ("away", {"X_Auto_Response_Suppress": "All"}),
        ("away", {"Subject": "Automatic reply: The offer"}),
        ("Ich bin im Urlaub.", {"Subject": "Automatische Antwort: Angebot"}),
        ("x", {"Subject": "Abwesenheitsnotiz: Angebot"}),
        ("x", {"Subject": "Réponse automatique : L'offre"}),
        ("x", {"Subject": "Respuesta automática: La oferta"}),
        ("x", {"Subject": "Risposta automatica: Offerta"}),
        ("x", {"Subject": "Resposta automática: A oferta"}),
        ("x", {"Subject": "Automatisch antwoord: Het aanbod"}),
        ("x", {"Subject": "Odpowiedź automatyczna: Oferta"}),
        ("x", {"Subject": "Automatická odpověď: Nabídka"}),
        ("x", {"Subject": "Autosvar: Tilbud"}),
        ("x", {"Subject": "Automaattinen vastaus: Tarjous"}),
        ("x", {"Subject": "Автоответ: Предложение"}),
        ("x", {"Subject": "自動応答: 見積"}),
        ("x", {"Subject": "自动回复: 报价"}),
        ("x", {"Subject": "자동 회신: 견적"}),
        ("x", {"Subject": "The offer (out of office)"}),
        ("Thanks for your message. I am out of the office until 3 August with limited access to email. For urgent matters please contact Eve.", {}),
        (
            "Guten Tag, vielen Dank für Ihre Nachricht. Ich bin bis 14. August nicht im Büro. In dringenden Fällen wenden Sie sich an Eva.",
            {"Subject": "Re: Angebot"},
        ),
        ("Bonjour, je suis absent du bureau jusqu'au 20 août. En cas d'urgence, veuillez contacter Eve.", {"Subject": "Re: L'offre"}),
        ("Estoy de vacaciones hasta el 20 de agosto. Para asuntos urgentes puede contactar con Eva.", {"Subject": "Re: Oferta"}),
        ("Sono in ferie fino al 20 agosto. Per urgenze contattare Eva.", {"Subject": "Re: Offerta"}),
        ("Ik ben op vakantie tot 20 augustus. Bij spoed neem contact op met Eva.", {"Subject": "Re: Aanbod"}),
        ("Jestem na urlopie do 20 sierpnia. W pilnych sprawach proszę o kontakt z Ewą.", {"Subject": "Re: Oferta"}),
        ("Добрый день! Я в отпуске до 20 августа. По срочным вопросам обращайтесь к Еве.", {"Subject": "Re: Договор"}),
        ("We have received your request. This is an automated message, a member of our team will answer.", {"From": "help@desk.example"}),
        ("Noted.", {"Return_Path": "<>"}),
    ],
)
def test_answers_nobody_wrote(text, headers):
    assert kind(mail(text, **headers)) == "auto_reply"


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("The following message could not be delivered: ann@customer.example", {"From": "MAILER-DAEMON@mx.example", "Subject": "Returned mail"}),
        (
            "A message that you sent could not be delivered.\n\n  ann@customer.example\n    550 User unknown",
            {
                "Auto_Submitted": "auto-replied",
                "X_Failed_Recipients": "ann@customer.example",
                "From": "Mail Delivery System <Mailer-Daemon@mx.example>",
                "Subject": "Mail delivery failed: returning message to sender",
            },
        ),
        (
            "<ann@customer.example>: host mx said: 550 5.1.1 no such user here",
            {"Return_Path": "<>", "From": "it@mx.example", "Subject": "Undelivered Mail Returned to Sender"},
        ),
        (
            "Your message to ann@customer.example couldn't be delivered. The mailbox is full.",
            {"From": "postmaster@mx.example", "Subject": "Undeliverable: The offer"},
        ),
        (
            "Ihre Nachricht an ann@customer.example konnte nicht zugestellt werden.",
            {"From": "postmaster@mx.example", "Subject": "Unzustellbar: Angebot"},
        ),
        ("Votre message n'a pas pu être remis : adresse inconnue", {"From": "postmaster@mx.example", "Subject": "Échec de la remise"}),
        ("No se ha podido entregar el mensaje", {"From": "MAILER-DAEMON@mx.example", "Subject": "Error de entrega"}),
        ("Сообщение не было доставлено", {"From": "mailer-daemon@mx.example", "Subject": "Не доставлено"}),
        ("メッセージを配信できません", {"From": "Mail Delivery Subsystem <mailer-daemon@mx.example>", "Subject": "配信不能"}),
    ],
)
def test_mail_that_came_back(text, headers):
    assert kind(mail(text, **headers)) == "bounce"


def test_delivery_reports():
    assert kind(read(report(FAILED))) == "bounce"
    assert kind(read(report(DELAYED, Subject="Delayed"))) == "delay_notice"
    assert kind(read(report(DELIVERED, Subject="Delivered"))) == "auto_reply"
    assert kind(read(report(f"{DELAYED}\n\n{FAILED}"))) == "bounce"


def test_a_report_whose_status_is_broken_is_a_bounce():
    assert kind(read(report("garbage"))) == "bounce"


@pytest.mark.parametrize(
    "text", ["Your message is delayed. The server will keep trying for 2 days.", "THIS IS A WARNING MESSAGE ONLY. It will be retried until Monday."]
)
def test_a_server_that_still_tries(text):
    assert kind(mail(text, From="MAILER-DAEMON@mx.example", Subject="Warning: message delayed 24 hours")) == "delay_notice"


def test_complaints():
    feedback = parts(
        "Content-Type: text/plain\n\nabuse",
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse",
        kind="report",
        extra="; report-type=feedback-report",
    )
    assert kind(read(feedback)) == "feedback_report"


def test_invitations_are_the_calendars():
    invitation = parts("Content-Type: text/plain\n\nJoin", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", kind="alternative")
    assert kind(read(invitation)) == "calendar"


def test_a_letter_with_a_calendar_file_is_a_persons():
    letter = parts(
        "Content-Type: text/plain\n\nHere are our holidays",
        'Content-Type: text/calendar; name="h.ics"\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR',
    )
    assert kind(read(letter)) == "human"


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Unsubscribe": "<https://x.example>", "List_Unsubscribe_Post": "List-Unsubscribe=One-Click"},
        {"Precedence": "bulk"},
        {"List_Id": "News <news.x.example>"},
        {"From": "no-reply@shop.example"},
        {"From": "newsletter@shop.example"},
        {"Feedback_ID": "1:2:3:shop"},
        {"Return_Path": "<news-bob=brightwater.example@shop.example>"},
        {"Auto_Submitted": "auto-generated", "List_Unsubscribe": "<https://x.example>"},
    ],
)
def test_mail_for_many(headers):
    assert kind(mail("Our offers of this week", **headers)) == "bulk"


def test_a_form_of_a_web_page_is_the_persons_who_filled_it_in():
    assert kind(mail("Please call me about 200 seats", From="noreply@brightwater.example", Reply_To="ann@customer.example")) == "human"
    assert kind(mail("Your order", From="noreply@shop.example", Reply_To="help@shop.example")) == "bulk"


def test_a_link_to_leave_the_list():
    letter = '<p>Our news</p><a href="https://x.example/u"><b>Unsubscribe here</b></a>'
    assert kind(mail(letter, Content_Type="text/html")) == "bulk"
    assert kind(mail("<p>Look at this</p><blockquote>" + letter, Content_Type="text/html", Subject="News")) == "human"
    assert kind(mail("<p>Please unsubscribe us, https://x.example</p>", Content_Type="text/html")) == "human"


def test_a_service_desk_in_a_known_thread_is_a_person():
    answer = mail("We take 200 seats.", Subject="Re: The offer", X_Auto_Response_Suppress="All")
    assert kind(answer, known_thread=True) == "human"
    assert kind(mail("away", Subject="Automatic reply: The offer", X_Auto_Response_Suppress="All"), known_thread=True) == "auto_reply"


def test_list_headers_of_our_own_group_make_no_bulk():
    ours = frozenset({"sales@brightwater.example"})
    assert kind(mail("I need a price", **LIST), our_groups=ours) == "human"
    assert kind(mail("I need a price", To="sales@brightwater.example", **LIST), our_groups=ours) == "human"
    assert kind(mail("I need a price", **LIST)) == "bulk"


def test_list_headers_in_a_known_thread_make_no_bulk_of_a_persons_answer():
    answer = mail("Yes, let us do that", Subject="Re: The offer", **LIST)
    assert kind(answer, known_thread=True) == "human"
    assert kind(mail("Yes", From="no-reply@customer.example", **LIST), known_thread=True) == "bulk"


def test_a_machine_in_a_known_thread_stays_a_machine():
    assert kind(mail("away", Auto_Submitted="auto-replied"), known_thread=True) == "auto_reply"
    assert kind(read(report(FAILED)), known_thread=True) == "bounce"


def test_exim_marks_its_bounces_as_automatic_answers():
    bounce = raw(
        "This message was created automatically by mail delivery software.\nA message that you sent could not be delivered.",
        Auto_Submitted="auto-replied",
        From="Mailer-Daemon@mx.example",
        Return_Path="<>",
        Subject="Mail delivery failed",
    )
    assert kind(read(bounce)) == "bounce"
