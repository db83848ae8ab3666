"""The signs of mail for many, and when they mean nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deals.intake.mail.marking import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from deals.intake.mail.facts import Facts

    Table = tuple[tuple[str, Callable[[Facts], bool]], ...]

# What a list or group program adds to the letters of people.
LIST_MARKS = (
    "list-id", "list-post", "list-help", "list-archive", "list-subscribe", "list-unsubscribe", "list-owner", "mailing-list", "x-beenthere",
    "x-mailman-version", "x-mailing-list", "x-google-group-id", "x-list", "x-loop", "errors-to", "x-majordomo-version",
    "x-mlserver", "x-ml-name", "x-ml-driver", "x-sympa-to", "x-discourse-post-id",
)  # fmt: skip
# What only senders of campaigns and notifications add.
CAMPAIGN_MARKS = (
    "list-unsubscribe-post", "feedback-id", "x-campaign", "x-campaign-id", "x-campaignid", "x-mailchimp", "x-mc-user", "x-mailer-lid",
    "x-csa-complaints",
    "x-sfmc-stack", "x-job", "x-rpcampaign", "x-cron-env", "x-github-reason", "x-jira-fingerprint",
    "x-report-abuse", "x-hubspot-message-source", "x-mailjet-campaign", "x-klaviyo-message-id", "x-newsletter", "x-emarsys-identify",
)  # fmt: skip
NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?repl(?:y|ies)|do[._-]?not[._-]?reply|dont[._-]?reply|donotreply|noreply|nicht[._-]?antworten"
    r"|ne[._-]?pas[._-]?repondre|no[._-]?responder"
    r"|nao[._-]?responda|non[._-]?rispondere|unattended|auto[._-]?confirm)(?:[._+-].*)?"
)
MASS = re.compile(r"(?:newsletters?|news|mailings?|notifications?|notify|alerts?|updates?|digest|campaigns?|promo(?:tion)?s?|bounces?)(?:[._+-].*)?")
# How a text for many lets its readers go; it counts where it is a link, as a customer may write the word as well.
LEAVING = (
    "unsubscribe", "opt out", "opt-out", "email preferences", "abmelden", "abbestellen", "austragen", "désabonner", "désinscrire",
    "darse de baja", "cancelar suscripción",
    "cancelar la suscripción", "disiscri", "annulla l'iscrizione", "descadastrar", "cancelar inscrição", "uitschrijven", "afmelden",
    "avregistrera", "afmeld", "wypisz",
    "odhlásit", "отписаться", "配信停止", "退订",
)  # fmt: skip
LEAVING_LINK = re.compile(rf"<a\b[^<>]*>(?:<[^<>]*>)*[^<]{{0,80}}(?:{'|'.join(re.escape(one) for one in LEAVING)})", re.IGNORECASE)
# A newsletter that somebody passes on is theirs.
QUOTING = re.compile(r"<blockquote|gmail_quote|(?:from|von|de|da|van|od|от)\s*:\s*(?:</?[^<>]*>\s*)*[^<]", re.IGNORECASE)
PRECEDENCE = {"bulk", "list", "junk"}


def is_no_reply(facts: Facts) -> bool:
    return bool(NO_REPLY.fullmatch(facts.local_part))


def has_list_marks(facts: Facts) -> bool:
    return facts.has(*LIST_MARKS) or facts.header("precedence") in PRECEDENCE


def by_a_person(facts: Facts) -> bool:
    """List headers that say only which way a person's letter came: through a group of ours, or as an answer in a thread we know."""
    if facts.has(*CAMPAIGN_MARKS) and not facts.known_thread:
        return False
    if is_no_reply(facts) or MASS.fullmatch(facts.local_part):
        return False
    return facts.known_thread or through_our_group(facts)


def through_our_group(facts: Facts) -> bool:
    if not facts.our_groups:
        return False
    groups = {group.lower() for group in facts.our_groups}
    mail = facts.mail
    if groups & {one.address for one in (*mail.to, *mail.cc, *mail.delivered_to)}:
        return True
    named = f"{facts.header('list-id')} {facts.header('list-post')} {facts.header('mailing-list')} {facts.header('x-beenthere')}"
    return any(group in named or group.replace("@", ".") in named for group in groups)


def is_campaign(facts: Facts) -> bool:
    return facts.has(*CAMPAIGN_MARKS) and not by_a_person(facts)


def is_list(facts: Facts) -> bool:
    return facts.has(*LIST_MARKS) and not by_a_person(facts)


def is_precedence(facts: Facts) -> bool:
    return facts.header("precedence") in PRECEDENCE and not by_a_person(facts)


def is_from_nobody(facts: Facts) -> bool:
    """A form on a web page sends from such an address too; the answer then goes to the person who filled it in, elsewhere."""
    asks_for = [one for one in facts.mail.reply_to if not NO_REPLY.fullmatch(one.local_part)]
    own = facts.mail.sender.domain if facts.mail.sender else ""
    return is_no_reply(facts) and not any(one.domain != own for one in asks_for)


def is_mass_sender(facts: Facts) -> bool:
    return bool(MASS.fullmatch(facts.local_part)) and not facts.known_thread and not facts.is_answer


def lets_readers_go(facts: Facts) -> bool:
    """A link to be taken off the list, in a text that answers nobody and quotes nobody."""
    html = facts.mail.html[-20_000:]
    if "<a" not in html or facts.known_thread or facts.is_answer or facts.mail.in_reply_to or by_a_person(facts):
        return False
    found = LEAVING_LINK.search(html)
    return bool(found) and not QUOTING.search(html[: found.start()] if found else "")


def has_return_path_of_its_own(facts: Facts) -> bool:
    """The return path spells the recipient (VERP), so that a program may know which copy failed."""
    path = facts.mail.return_path or ""
    if "=" not in path or by_a_person(facts) or path.startswith(("prvs=", "srs0", "srs1", "btv1==")):
        return False
    return any(one.address.replace("@", "=") in path for one in (*facts.mail.to, *facts.mail.cc, *facts.mail.delivered_to))


BULK: Table = (
    (_("A program for campaigns or notifications sent it."), is_campaign),
    (_("It came through a mailing list."), is_list),
    (_("It calls itself mail for many (Precedence)."), is_precedence),
    (_("It comes from an address that takes no answers."), is_from_nobody),
    (_("It comes from an address of newsletters or notifications."), is_mass_sender),
    (_("It has a link by which its readers may leave the list."), lets_readers_go),
    (_("Each recipient has a return path of their own, as only programs send."), has_return_path_of_its_own),
)
