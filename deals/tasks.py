"""Celery entry points of deals: they read the clock and call the services."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from deals import rhythms, totals, totals_check
from deals.models import RuleFailure
from deals.risk.sweep import sweep as sweep_due
from deals.services import rates, retiring


@shared_task
def sweep() -> None:
    """Every minute: raise, worsen, climb and clear what is due."""
    sweep_due(timezone.now())


@shared_task
def fold_totals() -> None:
    """Every minute: put the rows of the running totals together."""
    totals.fold()


@shared_task
def check_totals() -> None:
    """Every night: do the running totals say what a full count says?"""
    totals_check.check(timezone.now())


@shared_task
def revalue() -> None:
    """Every night: deals in a currency whose new rate begins today."""
    now = timezone.now()
    rates.revalue_by_todays_rates(today=now.date(), now=now)


@shared_task
def clear_stages() -> None:
    """Every minute, and when somebody retires a stage: its deals go to where the admin said."""
    retiring.clear(timezone.now())


@shared_task
def learn_rhythms() -> None:
    """Every night: how long things usually take."""
    rhythms.learn(timezone.now())


@shared_task
def run_import(import_id: int) -> None:
    """Run an import that somebody started in the browser."""
    from deals.services import imports

    imports.run(import_id, timezone.now())


@shared_task
def resume_imports() -> None:
    """Every two minutes: imports whose worker died, or whose start was lost on the way, go on."""
    from deals.services import imports

    imports.resume(timezone.now())


@shared_task
def poll_mailboxes() -> None:
    """Every minute: a task for each mailbox that is due, so that a slow one holds no other up."""
    from deals.services import mailboxes

    for mailbox_id in mailboxes.due(timezone.now()):
        poll_mailbox.apply_async((mailbox_id,), expires=55)


@shared_task
def poll_mailbox(mailbox_id: int) -> None:
    """Read what is new in one mailbox, if nobody else is at it."""
    from deals.services import mailboxes

    mailboxes.poll(mailbox_id=mailbox_id, clock=timezone.now)


@shared_task
def send_mail() -> None:
    """Every ten seconds, and when somebody wrote: the mail that is due. Any number at once is fine."""
    from deals.services import outbox

    outbox.drain(timezone.now())


@shared_task
def fetch_calendars() -> None:
    """Every minute: a task for each calendar that is due, so that a slow one holds no other up."""
    from deals.services.calendars import feeds

    for feed_id in feeds.due(timezone.now()):
        fetch_calendar.apply_async((feed_id,), expires=55)


@shared_task
def fetch_calendar(feed_id: int) -> None:
    """Read one calendar at its address, if nobody else is at it."""
    from deals.services.calendars import feeds

    feeds.read_feed(feed_id=feed_id, clock=timezone.now)


@shared_task
def extend_meetings() -> None:
    """Every night: recurring meetings reach one day further ahead."""
    from deals.services.calendars import extending

    extending.extend(timezone.now())


@shared_task
def expire_handoffs() -> None:
    """Every minute: offers that nobody answered in time."""
    from deals.services import handoffs

    handoffs.expire_handoffs(timezone.now())


@shared_task
def ask_about_meetings() -> None:
    """Every minute: how did the meetings go that have ended? Each is asked about once."""
    from deals.services.meetings import asking

    asking.ask(timezone.now())


@shared_task
def tidy() -> None:
    """Every night: forget failures of rules that have not come back for a month."""
    RuleFailure.objects.filter(last_at__lt=timezone.now() - timedelta(days=30)).delete()
