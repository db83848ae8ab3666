"""The story people remember: a current customer asks for a quote at the address of somebody who has left,
twice, and then turns to somebody else. Nobody has answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from accounts.models import Account, Contact
from config.demo_company.episode import Episode
from config.demo_company.names import SECTORS
from config.demo_company.people import DEPARTED
from config.demo_company.products import OFFERS
from config.demo_company.rhythm import Wish, make_closed
from config.demo_company.standing import begin
from config.demo_company.talk import Talk
from deals.models import Deal, StageChange

if TYPE_CHECKING:
    from config.demo_company.customers import Customer
    from config.demo_company.scene import Scene

CUSTOMER = "Hollis Valley Hospitals"
WHO = "Marguerite Odell"
REQUEST = "Monitoring for two more clinics"


def make_customer(scene: Scene) -> Customer:
    """The customer of the story: one of the best, known to everybody."""
    customer = scene.customers.named(CUSTOMER)
    account = customer.account
    account.lifecycle, account.recurring_value, account.employees = Account.Lifecycle.CUSTOMER, Decimal(86_000), 2_300
    customer.reserved = True
    customer.owner = account.owner = scene.people.users[DEPARTED]
    customer.sites = SECTORS["H"][2]
    customer.contacts[:] = [
        Contact(
            account=account,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@hollis-valley-hospitals.example",
            phone=phone,
            title=title,
            seniority=rank,
            created_at=account.created_at,
        )
        for name, title, rank, phone in (
            (WHO, "Head of Facilities", "head", "+1 555 0117"),
            ("Alan Pruitt", "CFO", "director", "+1 555 0118"),
            ("Joyce Whitlow", "Water Safety Officer", "manager", "+1 555 0119"),
        )
    ]
    return customer


def make_past(scene: Scene, customer: Customer) -> None:
    """Two deals she gave us."""
    for _one in range(2):
        scene.episodes.append(make_closed(scene, Wish("east", "won", owner=DEPARTED, customer=customer)))


def make_request(scene: Scene, customer: Customer) -> None:
    """The request itself, and the deal she brought us meanwhile."""
    rng, office, dana = scene.rng, scene.people.offices["east"], scene.people.users[DEPARTED]
    referred = begin(scene, Wish("east", "Proposal", stay=0.5, owner="Grace Adeyemi", customer=scene.customers.named("Castine Hotel Group")))
    deal = referred.episode.deal
    deal.source, deal.introduced_by, deal.amount = Deal.Source.INTRODUCED, customer.contacts[0], Decimal(88_500)
    referred.well()
    last = max(one.at for one in referred.episode.talk)
    referred.talk.from_us(
        last + timedelta(minutes=20),
        "Thank you",
        "Thank you for naming us to Castine. We are speaking; I will keep you posted.",
        customer.contacts[0],
    )
    referred.done()

    offer = next(offer for offer in OFFERS if offer.name == "Sentinel")
    first = office.back(scene.now, 8 * 11.4)
    request = Deal(
        name=REQUEST,
        account=customer.account,
        owner=dana,
        team=scene.people.teams["east"],
        product=scene.products[offer.name],
        amount=Decimal(64_500),
        source=Deal.Source.INBOUND,
        created_at=first,
        owner_since=first,
        opened_on=office.clock.local_date(first),
    )
    episode = Episode(request, customer, offer, office, dana, "two more clinics", 2, customer.contacts)
    inquiry = scene.stages["Sales"]["Inquiry"]
    episode.moves.append(StageChange(deal=request, from_stage=None, to_stage=inquiry, at=first, by=None))
    episode.enter(inquiry, first)
    talk, her = Talk(rng, episode), customer.contacts[0]
    talk.from_them(
        first,
        "Request for a quote",
        "Could you quote the monitoring for two more clinics? They open in spring and I have to order by the end of the quarter.",
        her,
    )
    talk.automatic(first + timedelta(seconds=40), "Request for a quote", her)
    machine = episode.talk[-1]
    machine.direction, machine.subject, machine.body = (
        "out",
        "Automatic reply: Request for a quote",
        "I am no longer with Brightwater. Your message has been forwarded.",
    )
    second = office.back(scene.now, 8 * 6.2)
    talk.from_them(second, "Re: Request for a quote", "Did my request reach you? A date for an answer would be enough for now.", her)
    third = office.back(scene.now, 8 * 1.3)
    talk.from_them(
        third,
        "Who looks after us now?",
        "I wrote to Dana twice and only a machine answered. Is anybody looking after us? Clearline has offered to come by on Friday.",
        her,
        user=scene.people.users["Tom Whitaker"],
    )
    episode.settle(keep_steps=0)
    scene.episodes.append(episode)
