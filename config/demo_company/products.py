# ruff: noqa: E501 - a table, one product a line
"""What Brightwater sells: sensors, software and service that keep the water in buildings and plants safe."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from deals.models import Product

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


@dataclass(frozen=True)
class Offer:
    """``units``: how many are usually bought at once. ``titles``: what a deal for it is called, at a {site}. ``thing``: in a sentence."""

    name: str
    series: str
    price: int
    weight: int
    units: tuple[int, ...]
    titles: tuple[str, ...]
    thing: str


OFFERS = (
    Offer("Sentinel", "Monitor", 36_000, 24, (1, 1, 1, 2, 2, 3, 4), ("Water monitoring, {site}", "Sentinel for {site}", "Legionella monitoring, {site}"), "the monitoring"),
    Offer("Sentinel Lite", "Monitor", 12_000, 18, (1, 1, 2, 2, 3), ("Temperature logging, {site}", "Sentinel Lite, {site}", "Starter sensors, {site}"), "the sensors"),
    Offer("FlowMap", "Monitor", 54_000, 14, (1, 1, 1, 2), ("Leak detection, {site}", "FlowMap, {site}", "Flow metering, {site}"), "the leak detection"),
    Offer("Steward", "Comply", 24_000, 14, (1, 1, 1, 2), ("Compliance reports, {site}", "Steward roll-out, {site}", "Water safety file, {site}"), "the compliance reports"),
    Offer("LabLink", "Comply", 18_000, 8, (1, 1, 2), ("Sample tracking, {site}", "LabLink, {site}"), "the sample tracking"),
    Offer("Tide", "Operate", 96_000, 9, (1, 1, 1, 2), ("Dosing control, {site}", "Tide retrofit, {site}", "Automatic flushing, {site}"), "the dosing control"),
    Offer("Harbor", "Operate", 240_000, 3, (1,), ("Harbor platform, {site}", "Operations platform, {site}"), "the platform"),
    Offer("Care Plan", "Service", 9_600, 10, (1, 1, 2, 3, 4), ("Service plan, {site}", "Yearly calibration, {site}"), "the service plan"),
)  # fmt: skip
RENEWED = ("Sentinel", "Steward", "LabLink", "Care Plan")


def make_products() -> dict[str, Product]:
    return {
        offer.name: Product(
            name=offer.name,
            name_key=offer.name.lower().replace(" ", ""),
            series=offer.series,
            list_price=Decimal(offer.price),
            external_id=f"demo-{offer.name}",
        )
        for offer in OFFERS
    }


def some_offer(rng: random.Random, names: Sequence[str] = ()) -> Offer:
    offers = [offer for offer in OFFERS if not names or offer.name in names]
    return rng.choices(offers, [offer.weight for offer in offers])[0]


def some_amount(rng: random.Random, offer: Offer) -> Decimal:
    """List price times units, a usual discount, and now and then installation on top; rounded as quotes are."""
    units = rng.choice(offer.units)
    discount = rng.choice((0, 0, 0, 5, 5, 8, 10, 12, 15))
    installation = rng.choice((0, 0, 0, 0.08, 0.12, 0.15))
    value = offer.price * units * (1 + installation) * (100 - discount) / 100
    step = 100 if value < 15_000 else 500 if value < 100_000 else 2_500
    return Decimal(round(value / step) * step)
