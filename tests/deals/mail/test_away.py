"""Until when somebody is away, and whom they name. Written on Thursday 19 November 2026."""

from datetime import date

import pytest

from deals.intake.mail.away import absence
from tests.deals.mail.making import mail


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("I am out of the office until 3 December 2026.", date(2026, 12, 3)),
        ("I am away until December 3rd.", date(2026, 12, 3)),
        ("I'm on leave through Friday, December 4.", date(2026, 12, 4)),
        ("I am away and will be back on Monday.", date(2026, 11, 22)),
        ("I will return on January 4th.", date(2027, 1, 3)),
        ("I will be travelling from 23 to 27 November.", date(2026, 11, 27)),
        ("On vacation from November 20 - December 2, 2026", date(2026, 12, 2)),
        ("Ich bin bis zum 03.12.2026 nicht im Büro.", date(2026, 12, 3)),
        ("Ich bin vom 23.11. bis 27.11. abwesend.", date(2026, 11, 27)),
        ("Ab dem 4. Dezember bin ich wieder im Büro.", date(2026, 12, 3)),
        ("Je suis absent jusqu'au 3 décembre inclus.", date(2026, 12, 3)),
        ("Estaré fuera de la oficina hasta el 3 de diciembre.", date(2026, 12, 3)),
        ("Sono in ferie fino al 3 dicembre.", date(2026, 12, 3)),
        ("Estou de férias até 03/12/2026.", date(2026, 12, 3)),
        ("Ik ben afwezig tot en met 3 december.", date(2026, 12, 3)),
        ("Jestem na urlopie do 3 grudnia.", date(2026, 12, 3)),
        ("Я в отпуске до 3 декабря.", date(2026, 12, 3)),
        ("I am away until 2026-12-03", date(2026, 12, 3)),
        ("I am away until 12/24/2026.", date(2026, 12, 24)),
        ("I will be out of the office, returning 12/03/2026", date(2026, 12, 2)),
        ("I am away until further notice.", None),
        ("I am not reading mail.", None),
        ("I worked here until 3 March 2019.", None),
    ],
)
def test_the_last_day_away(text, until):
    assert absence(mail(text)).until == until


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("For urgent matters please contact Eve Stone (eve@customer.example).", "Eve Stone", "eve@customer.example"),
        ("In dringenden Fällen wenden Sie sich an meine Kollegin Eva Stein, eva@customer.example.", "Eva Stein", "eva@customer.example"),
        ("En cas d'urgence, veuillez contacter Zoé Petit à zoe@customer.example", "Zoé Petit", "zoe@customer.example"),
        ("If it is urgent, write to desk@customer.example", "", "desk@customer.example"),
    ],
)
def test_the_stand_in(text, name, address):
    found = absence(mail(f"I am away. {text}")).stand_in
    assert (found.name, found.address) == (name, address)


def test_ones_own_address_is_no_stand_in():
    assert absence(mail("Please contact me again at ann@customer.example or bob@brightwater.example")).stand_in is None
