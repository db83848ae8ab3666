"""The bare SQL of each page: the least that answers the question behind it."""

from __future__ import annotations

WATCHED = "d.status IN ('inquiry', 'open')"
ROW = """
SELECT d.id, d.name, a.name, u.name, s.name, d.value, d.value_at_stake, d.expected_close_on, d.worst_severity, d.last_contact_at, d.stage_entered_at
FROM deals_deal d JOIN deals_stage s ON s.id = d.stage_id
LEFT JOIN accounts_account a ON a.id = d.account_id LEFT JOIN accounts_user u ON u.id = d.owner_id
"""
OF_OWNER = "d.owner_id = %(owner)s"
OF_TEAMS = "d.team_id = ANY(%(teams)s)"
LIST_OF_OWNER = f"{ROW} WHERE {WATCHED} AND {OF_OWNER} ORDER BY d.value_at_stake DESC, d.id DESC LIMIT 50"
LIST_OF_TEAMS = f"{ROW} WHERE {WATCHED} AND {OF_TEAMS} ORDER BY d.value_at_stake DESC, d.id DESC LIMIT 50"
COUNTS = "SELECT stage_id, sum(deals), sum(value) FROM deals_pipelinetotal d WHERE {} GROUP BY stage_id"
COUNTS_OF_OWNER, COUNTS_OF_TEAMS = COUNTS.format(OF_OWNER), COUNTS.format(OF_TEAMS)
OF_STAGE = ROW + " WHERE d.stage_id = st.id AND " + WATCHED + " AND {} ORDER BY d.value_at_stake DESC, d.id DESC LIMIT 20"
BOARD = "SELECT c.* FROM deals_stage st CROSS JOIN LATERAL (" + OF_STAGE + ") c WHERE st.kind IN ('inquiry', 'open')"  # noqa: S608 - made of the texts above
BOARD_OF_OWNER, BOARD_OF_TEAMS = BOARD.format(OF_OWNER), BOARD.format(OF_TEAMS)
DEAL = f"{ROW} WHERE d.id = %(deal)s"
ACTIVITIES = """
SELECT i.id, i.kind, i.direction, i.at, i.subject, i.body, c.name, u.name FROM deals_interaction i
LEFT JOIN accounts_contact c ON c.id = i.contact_id LEFT JOIN accounts_user u ON u.id = i.user_id
WHERE i.deal_id = %(deal)s ORDER BY i.at DESC, i.id DESC LIMIT 30
"""
SEARCH = """
(SELECT 'deal', d.id, d.name FROM deals_deal d WHERE upper(d.name) LIKE upper(%(like)s) LIMIT 20) UNION ALL
(SELECT 'account', a.id, a.name FROM accounts_account a WHERE upper(a.name) LIKE upper(%(like)s) LIMIT 20) UNION ALL
(SELECT 'contact', c.id, c.name FROM accounts_contact c WHERE upper(c.name) LIKE upper(%(like)s) LIMIT 20)
"""
RISK = """
SELECT d.id, d.name, a.name, u.name, r.worst_severity, r.value_at_stake, g.rule, g.since, g.due_at
FROM deals_dealrisk r JOIN deals_deal d ON d.id = r.deal_id JOIN deals_risksignal g ON g.deal_id = d.id AND g.state = 'raised'
LEFT JOIN accounts_account a ON a.id = d.account_id LEFT JOIN accounts_user u ON u.id = d.owner_id
WHERE r.worst_severity > 0 AND {} ORDER BY r.worst_severity DESC, r.value_at_stake DESC, r.deal_id DESC LIMIT 50
"""
RISK_OF_OWNER, RISK_OF_TEAMS = (RISK.format(of.replace("d.", "r.")) for of in (OF_OWNER, OF_TEAMS))
STALLED = "SELECT rule, count(*) FROM deals_risksignal g JOIN deals_deal d ON d.id = g.deal_id WHERE g.state = 'raised' AND {} GROUP BY rule"
STALLED_OF_OWNER, STALLED_OF_TEAMS = STALLED.format(OF_OWNER), STALLED.format(OF_TEAMS)
TODAY = """
SELECT g.id, g.rule, g.severity, g.due_at, d.id, d.name, a.name, d.value_at_stake FROM deals_risksignal g JOIN deals_deal d ON d.id = g.deal_id
LEFT JOIN accounts_account a ON a.id = d.account_id
WHERE g.responsible_id = %(owner)s AND g.state = 'raised' ORDER BY g.due_at LIMIT 50
"""
STEPS_TODAY = """
SELECT n.id, n.what, n.due_at, d.id, d.name FROM deals_nextstep n JOIN deals_deal d ON d.id = n.deal_id
WHERE n.ended_at IS NULL AND d.owner_id = %(owner)s AND d.status IN ('inquiry', 'open') AND n.due_at < now() + interval '1 day'
ORDER BY n.due_at LIMIT 50
"""
ACCOUNT_DEALS = f"{ROW} WHERE d.account_id = %(account)s ORDER BY d.id DESC LIMIT 50"
ACCOUNT_PEOPLE = "SELECT id, name, email, title FROM accounts_contact WHERE account_id = %(account)s LIMIT 50"
ACCOUNT_WORDS = "SELECT id, kind, direction, at, subject, body FROM deals_interaction WHERE account_id = %(account)s ORDER BY at DESC LIMIT 30"
ACCOUNT = (ACCOUNT_DEALS, ACCOUNT_PEOPLE, ACCOUNT_WORDS)
BY_MONTH = """
SELECT stage_id, owner_id, date_trunc('month', expected_close_on), count(*), sum(value) FROM deals_deal d
WHERE d.status IN ('inquiry', 'open') AND d.team_id = ANY(%(teams)s) GROUP BY 1, 2, 3
"""
MOVE = """
WITH moved AS (UPDATE deals_deal SET stage_id = %(stage)s, stage_entered_at = now() WHERE id = %(deal)s RETURNING id)
INSERT INTO deals_stagechange (deal_id, from_stage_id, to_stage_id, at) SELECT id, %(from)s, %(stage)s, now() FROM moved
"""
