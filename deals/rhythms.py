"""Learned rhythms: set-based queries over our own history, run every night and after an import.

They only ever set a limit within the bounds the rules state (:mod:`deals.risk.rules`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from deals.models import AccountRhythm, PipelineRhythm, StageRhythm
from deals.risk.policy import REPLY_SAMPLES, STAGE_SAMPLES, WON_SAMPLES

if TYPE_CHECKING:
    from datetime import datetime

# How long deals that were won stayed in each stage they passed, from the stage history. A stay that began or ended
# because a stage was retired says nothing of how long its stage takes. Samples can go away, too: an import undone, a deal reopened.
# What nothing stands behind any more is forgotten, here as below: it must not rule.
STAGES = """
WITH stay AS (
    SELECT c.to_stage_id AS stage_id, extract(epoch FROM lead(c.at) OVER w - c.at) / 86400.0 AS days,
           c.rearranged OR lead(c.rearranged) OVER w AS cut
    FROM deals_stagechange c JOIN deals_deal d ON d.id = c.deal_id WHERE d.status = 'won'
    WINDOW w AS (PARTITION BY c.deal_id ORDER BY c.at, c.id)
), learned AS (
    SELECT stay.stage_id, count(*) AS samples, percentile_cont(0.75) WITHIN GROUP (ORDER BY days) AS p75
    FROM stay JOIN deals_stage s ON s.id = stay.stage_id AND s.kind IN ('inquiry', 'open')
    WHERE days IS NOT NULL AND days > 0 AND NOT cut GROUP BY stay.stage_id
), forgotten AS (
    DELETE FROM deals_stagerhythm WHERE stage_id NOT IN (SELECT stage_id FROM learned)
)
INSERT INTO deals_stagerhythm (stage_id, samples, p75_days, learned_at)
SELECT stage_id, samples, p75, %(now)s FROM learned
ON CONFLICT (stage_id) DO UPDATE SET samples = excluded.samples, p75_days = excluded.p75_days, learned_at = excluded.learned_at
WHERE (deals_stagerhythm.samples, deals_stagerhythm.p75_days) IS DISTINCT FROM (excluded.samples, excluded.p75_days)
"""

PIPELINES = """
WITH learned AS (
    SELECT pipeline_id, count(*) AS won, max(closed_on - opened_on) AS longest
    FROM deals_deal WHERE status = 'won' AND opened_on IS NOT NULL AND closed_on >= opened_on GROUP BY pipeline_id
), forgotten AS (
    DELETE FROM deals_pipelinerhythm WHERE pipeline_id NOT IN (SELECT pipeline_id FROM learned)
)
INSERT INTO deals_pipelinerhythm (pipeline_id, won, longest_won_days, learned_at)
SELECT pipeline_id, won, longest, %(now)s FROM learned
ON CONFLICT (pipeline_id) DO UPDATE SET won = excluded.won, longest_won_days = excluded.longest_won_days, learned_at = excluded.learned_at
WHERE (deals_pipelinerhythm.won, deals_pipelinerhythm.longest_won_days) IS DISTINCT FROM (excluded.won, excluded.longest_won_days)
"""

# How long an account takes to answer a message of ours: from our last message before their next word.
# An account without enough samples is forgotten, too.
ACCOUNTS = """
WITH said AS (
    SELECT d.account_id, i.deal_id, i.direction, i.moment,
           lag(i.direction) OVER w AS before, lag(i.moment) OVER w AS asked_at
    FROM deals_interaction i JOIN deals_deal d ON d.id = i.deal_id
    WHERE d.account_id IS NOT NULL AND i.is_human AND i.withdrawn_at IS NULL AND i.direction IN ('in', 'out') AND i.kind IN ('email', 'voicemail')
    WINDOW w AS (PARTITION BY i.deal_id ORDER BY i.moment, i.id)
), learned AS (
    SELECT account_id, count(*) AS samples, percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM moment - asked_at) / 3600.0) AS p90
    FROM said WHERE direction = 'in' AND before = 'out' GROUP BY account_id HAVING count(*) >= %(replies)s
), forgotten AS (
    DELETE FROM deals_accountrhythm WHERE account_id NOT IN (SELECT account_id FROM learned)
)
INSERT INTO deals_accountrhythm (account_id, samples, reply_p90_hours, learned_at)
SELECT account_id, samples, p90, %(now)s FROM learned
ON CONFLICT (account_id) DO UPDATE SET samples = excluded.samples, reply_p90_hours = excluded.reply_p90_hours, learned_at = excluded.learned_at
WHERE (deals_accountrhythm.samples, deals_accountrhythm.reply_p90_hours) IS DISTINCT FROM (excluded.samples, excluded.reply_p90_hours)
"""

LOOK_AGAIN = """
UPDATE deals_deal SET alarm_at = %(now)s
WHERE id IN (
    SELECT id FROM deals_deal
    WHERE status IN ('inquiry', 'open') AND (stage_id = ANY(%(stages)s) OR pipeline_id = ANY(%(pipelines)s) OR account_id = ANY(%(accounts)s))
    ORDER BY id FOR UPDATE)
  AND (alarm_at IS NULL OR alarm_at > %(now)s)
"""


@transaction.atomic
def learn(now: datetime) -> int:
    """Learn again from all history; deals whose limits changed are due for the next sweep. Returns their number.

    A limit counts as changed when it differs by a day (stages), an hour (answers), or begins or ceases to hold.
    """
    with connection.cursor() as cursor:
        # An import that ends at night learns, too: whoever comes second compares with what the first has learned.
        cursor.execute("LOCK TABLE deals_stagerhythm IN SHARE UPDATE EXCLUSIVE MODE")
        before = _limits()
        cursor.execute(STAGES, {"now": now})
        cursor.execute(PIPELINES, {"now": now})
        cursor.execute(ACCOUNTS, {"now": now, "replies": REPLY_SAMPLES})
        after = _limits()
        changed = {kind: [pk for pk in before[kind].keys() | after[kind].keys() if before[kind].get(pk) != after[kind].get(pk)] for kind in after}
        cursor.execute(LOOK_AGAIN, {"now": now, **changed})
        return int(cursor.rowcount)


def _limits() -> dict[str, dict[int, int]]:
    """The limits the rules draw from the rhythms, by what they belong to, in whole days or hours."""
    stages = StageRhythm.objects.filter(samples__gte=STAGE_SAMPLES).values_list("stage_id", "p75_days")
    pipelines = PipelineRhythm.objects.filter(won__gte=WON_SAMPLES).values_list("pipeline_id", "longest_won_days")
    accounts = AccountRhythm.objects.filter(samples__gte=REPLY_SAMPLES).values_list("account_id", "reply_p90_hours")
    return {
        "stages": {pk: round(days) for pk, days in stages},
        "pipelines": dict(pipelines),
        "accounts": {pk: round(hours) for pk, hours in accounts},
    }
