"""How the exports of well-known CRMs call their columns, where that is more particular than the common vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from deals.intake.files.columns import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Preset:
    """``titles``: by kind, a column's title and the field it fills. ``marks``: titles by which an export is told.

    ``logs_sent_mail``: its mails without a direction are ones that were sent.
    """

    key: str
    label: str
    marks: dict[str, tuple[str, ...]]
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    logs_sent_mail: bool = True


SALESFORCE = Preset(
    "salesforce",
    "Salesforce",
    marks={
        "deals": (
            "opportunity name",
            "opportunity owner",
            "stage name",
            "forecast category",
            "fiscal period",
            "is won",
            "lead source",
            "opportunity id",
        ),
        "accounts": ("account owner", "billing country", "number of employees", "account id", "jigsaw company id", "billing state province"),
        "contacts": ("mailing country", "mailing street", "reports to id", "account name", "contact owner"),
        "people": ("user role id", "profile id", "profile", "community nickname", "locale sid key", "alias"),
        "products": ("product code", "product family", "pricebook 2 id"),
        "activities": ("what id", "who id", "task subtype", "activity date", "what count", "company account"),
    },
    titles={
        "deals": {
            "opportunity id": "external_id",
            "opportunity name": "name",
            "account name": "account",
            "opportunity owner": "owner",
            "fiscal period": "",
            "type": "",
            "next step": "",
            "description": "",
            "age": "",
            "created date": "opened_on",
            "close date": "close_date",
            "last stage change date": "stage_entered_on",
            "primary contact": "contact",
        },
        "people": {"username": "", "user role": "role", "profile": "", "manager id": ""},
        "accounts": {"type": "lifecycle", "parent id": "parent_id", "billing country": "country", "shipping country": ""},
        "activities": {
            "who id": "contact_id",
            "what id": "deal_id",
            "status": "outcome",
            "company account": "account",
            "assigned": "user",
            "date": "at",
            "call type": "direction",
            "type": "kind",
            "task subtype": "kind",
            "name": "contact",
        },
    },
)
HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    marks={
        "deals": (
            "record id",
            "deal name",
            "deal stage",
            "deal owner",
            "closed lost reason",
            "associated company",
            "deal pipeline stage id",
            "dealname",
            "create date",
            "portal id",
        ),
        "accounts": ("record id", "company owner", "company domain name", "lifecycle stage", "hs object id", "company name"),
        "contacts": ("record id", "lifecycle stage", "associated company", "contact owner", "hs object id", "lead status"),
        "people": ("owner id", "portal id", "active user id", "hubspot owner id"),
        "products": ("hs sku", "hs object id"),
        "activities": ("engagement id", "hs timestamp", "hs createdate", "activity assigned to", "hubspot owner id"),
    },
    titles={
        "deals": {
            "record id": "external_id",
            "deal id": "external_id",
            "deal name": "name",
            "dealname": "name",
            "deal stage": "stage",
            "deal owner": "owner",
            "create date": "opened_on",
            "createdate": "opened_on",
            "close date": "close_date",
            "closedate": "close_date",
            "pipeline": "pipeline",
            "closed lost reason": "lost_reason",
            "associated company": "account",
            "amount in company currency": "",
            "deal type": "",
            "deal description": "",
        },
        "people": {"id": "", "owner id": "external_id", "type": ""},
        "accounts": {"record id": "external_id", "createdate": "", "create date": "", "company owner": "owner"},
        "activities": {
            "engagement id": "external_id",
            "hs timestamp": "at",
            "hs createdate": "",
            "created at": "",
            "hs email subject": "subject",
            "hs email text": "body",
            "source id": "",
        },
    },
)
PIPEDRIVE = Preset(
    "pipedrive",
    "Pipedrive",
    marks={
        "deals": (
            "deal title",
            "deal value",
            "deal organization",
            "deal contact person",
            "deal expected close date",
            "deal won time",
            "won time",
            "lost time",
            "weighted value",
        ),
        "accounts": ("organization name", "organization owner", "open deals", "won deals"),
        "contacts": ("person name", "person organization", "person email work"),
        "people": (),
        "products": ("product code", "unit prices"),
        "activities": ("activity subject", "activity type", "activity due date", "activity deal"),
    },
    titles={
        "deals": {
            "title": "name",
            "organization": "account",
            "value": "amount",
            "deal created": "opened_on",
            "add time": "opened_on",
            "won time": "won_on",
            "lost time": "lost_on",
            "closed time": "close_date",
            "deal closed on": "close_date",
            "contact person": "contact",
            "expected close date": "expected_close_on",
            "label": "",
            "status": "status",
        },
        "activities": {
            "subject": "subject",
            "type": "kind",
            "due date": "at",
            "organization": "account",
            "deal": "deal",
            "done": "",
            "note": "body",
            "assigned to user": "user",
        },
    },
)
DYNAMICS = Preset(
    "dynamics",
    "Dynamics 365",
    marks={
        "deals": (
            "topic",
            "potential customer",
            "est revenue",
            "est close date",
            "pipeline phase",
            "do not modify opportunity",
            "estimatedvalue",
            "estimatedclosedate",
            "actual revenue",
            "status reason",
        ),
        "accounts": ("do not modify account", "main phone", "primary contact", "address 1 city"),
        "contacts": ("do not modify contact", "business phone", "parentcustomerid"),
        "people": ("systemuserid", "business unit", "do not modify user"),
        "products": ("productnumber", "unit group", "default unit"),
        "activities": ("regarding", "activity status", "regardingobjectid", "activitytypecode", "do not modify activity"),
    },
    titles={
        "deals": {
            "do not modify opportunity": "external_id",
            "topic": "name",
            "potential customer": "account",
            "est revenue": "amount",
            "est close date": "expected_close_on",
            "actual close date": "close_date",
            "actual revenue": "",
            "pipeline phase": "stage",
            "status": "status",
            "status reason": "",
            "probability": "",
            "rating": "",
            "do not modify row checksum": "",
            "do not modify modified on": "",
        },
        "accounts": {"do not modify account": "external_id", "do not modify row checksum": "", "do not modify modified on": ""},
        "contacts": {"do not modify contact": "external_id", "do not modify row checksum": "", "do not modify modified on": ""},
        "people": {"do not modify user": "external_id", "business unit": "region"},
        "activities": {
            "do not modify activity": "external_id",
            "regarding": "deal",
            "activity type": "kind",
            "activity status": "outcome",
            "start date": "at",
            "due date": "ends_at",
        },
    },
)
PRESETS: dict[str, Preset] = {preset.key: preset for preset in (SALESFORCE, HUBSPOT, PIPEDRIVE, DYNAMICS)}


def guess(kind: str, titles: Iterable[str]) -> Preset | None:
    """The CRM whose marks the titles bear: at least two, and more than any other's."""
    keys = {title_key(title) for title in titles} | {title_key(title).removeprefix("property ") for title in titles}
    counts = sorted(((len(keys.intersection(preset.marks[kind])), preset.key) for preset in PRESETS.values()), reverse=True)
    return PRESETS[counts[0][1]] if counts[0][0] >= 2 and counts[0][0] > counts[1][0] else None
