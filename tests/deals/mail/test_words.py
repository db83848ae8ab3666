"""What was newly said, in mail of our own making."""

import pytest

from deals.intake.mail.reading import read
from deals.intake.mail.words import said, said_in
from tests.deals.mail.making import mail, raw


@pytest.mark.parametrize(
    "announced",
    [
        "On Thu, Nov 19, 2026 at 9:00 AM Bob Miller <bob@brightwater.example> wrote:",
        "On Thu, Nov 19, 2026 at 9:00 AM Bob Miller from the sales team at\nBrightwater <bob@brightwater.example> wrote:",
        "Am 19.11.2026 um 09:00 schrieb Bob Miller:",
        "Bob Miller <bob@brightwater.example> schrieb am Do., 19. Nov. 2026,\n09:00:",
        "Le jeu. 19 nov. 2026 à 09:00, Bob Miller <bob@brightwater.example> a\nécrit :",
        "El jue, 19 nov 2026 a las 9:00, Bob (<bob@brightwater.example>) escribió:",
        "Il giorno gio 19 nov 2026 alle ore 09:00 Bob <bob@brightwater.example> ha scritto:",
        "Em qui., 19 de nov. de 2026 às 09:00, Bob <bob@brightwater.example> escreveu:",
        "Op do 19 nov. 2026 om 09:00 schreef Bob <bob@brightwater.example>:",
        "Den tors 19 nov. 2026 kl 09:00 skrev Bob <bob@brightwater.example>:",
        "to 19. marrask. 2026 klo 9.00 Bob (bob@brightwater.example) kirjoitti:",
        "czw., 19 lis 2026 o 09:00 Bob <bob@brightwater.example> napisał(a):",
        "čt 19. 11. 2026 v 9:00 odesílatel Bob <bob@brightwater.example> napsal:",
        "чт, 19 нояб. 2026 г. в 09:00, Bob <bob@brightwater.example> написал:",
        "19 Kas 2026 Per 09:00 tarihinde Bob <bob@brightwater.example> şunu yazdı:",
        "Bob <bob@brightwater.example> 于2026年11月19日周四 09:00写道：",
    ],
)
def test_attributions_in_many_languages(announced):
    assert said_in(f"We take it.\n\n{announced}\n\n> Dear Ann\n> the offer\n") == "We take it."


@pytest.mark.parametrize(
    "block",
    [
        "From: Bob <bob@x.example>\nSent: Thursday\nTo: Ann\nSubject: The offer",
        "________________________________\nFrom: Bob <bob@x.example>\nSent: Thursday\nTo: Ann\nSubject: The offer",
        "Von: Bob\nGesendet: Donnerstag\nAn: Ann\nBetreff: Angebot",
        "De : Bob\nEnvoyé : jeudi\nÀ : Ann\nObjet : Offre",
        "De: Bob\nEnviado el: jueves\nPara: Ann\nAsunto: Oferta",
        "Da: Bob\nInviato: giovedì\nA: Ann\nOggetto: Offerta",
        "Van: Bob\nVerzonden: donderdag\nAan: Ann\nOnderwerp: Aanbod",
        "Od: Bob\nWysłano: czwartek\nDo: Ann\nTemat: Oferta",
        "От: Bob\nОтправлено: четверг\nКому: Ann\nТема: Договор",
        "发件人: Bob\n发送时间: 2026年\n收件人: Ann\n主题: 报价",
        "-----Original Message-----\nFrom: Bob\nTo: Ann\nSubject: x",
        "-----Ursprüngliche Nachricht-----\nVon: Bob\nAn: Ann\nBetreff: x",
    ],
)
def test_header_blocks_in_many_languages(block):
    assert said_in(f"We take it.\n\n{block}\n\nDear Ann, here is the offer.") == "We take it."


@pytest.mark.parametrize(
    "announced",
    [
        "On Thu, Nov 19, 2026 at 9:00 AM Bob <bob@x.example> wrote:",
        '19.11.2026 9:00 пользователь "bob@x.example" <\nbob@x.example> написал:',
        "> On 19 Nov 2026, at 09:00, Bob <bob@x.example> wrote:\n>",
        "Am 19.11.2026 um 09:00 schrieb Bob:",
    ],
)
def test_a_line_right_above_the_attribution_is_said(announced):
    assert said_in(f"Hello\n{announced}\n> Hi") == "Hello"
    assert said_in(f"Call me at 10:30\n{announced}\n> Hi") == "Call me at 10:30"


def test_answers_between_the_quotes_are_kept():
    text = "Hi Bob,\n\nOn 19/11/2026 09:00, Bob wrote:\n> How many?\n\n200 seats.\n\n> When?\n\nIn May.\n\n-- \nAnn"
    assert said_in(text).split("\n\n") == ["Hi Bob,", "200 seats.", "In May."]


def test_an_answer_below_the_quote():
    assert said_in("On 19/11/2026 09:00, Bob wrote:\n> How many\n> seats?\n\n200 seats.") == "200 seats."


def test_a_bare_forward_says_what_it_passes_on():
    text = "---------- Forwarded message ---------\nFrom: Eve <eve@x.example>\nDate: Thu, 19 Nov 2026\nSubject: Price\nTo: Ann\n\nWe want 200."
    assert said_in(text) == "We want 200."
    assert said_in(f"See below\n\n{text}") == "See below"


@pytest.mark.parametrize(
    "text",
    [
        "From: our side it is fine.\nWe sign on Monday.",
        "We need:\n- 200 seats\n- a discount",
        "You wrote: the price is 200. Is it?",
        "On Monday I wrote to Eve about it.\nNo answer yet.",
        "Prices:\n\n-5% for 200\n-7% for 300",
        "Best regards are all I can send.\n\nBest regards\nAnn",
        "Date: Monday\nRoom: 5\nSee you",
        "The contract is signed.\nSent by courier on Monday.",
    ],
)
def test_what_only_looks_like_a_quote_stays(text):
    assert said_in(text) == text


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAnn Field\nCustomer Ltd",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPad",
        "Get Outlook for Android",
    ],
)
def test_signatures_go(ending):
    assert said_in(f"We take it.\n\n{ending}") == "We take it."


def test_html_alone_is_read_as_words():
    html = "<p>We take it.</p><div>On Thu, Nov 19, 2026 Bob &lt;bob@x.example&gt; wrote:</div><blockquote><p>Dear Ann</p></blockquote>"
    assert said(read(raw(html, Content_Type="text/html"))) == "We take it."


def test_a_message_of_files_says_nothing():
    assert said(mail("")) == ""
