"""The one statement behind ``deals.meetings_on``: which of a deal's meetings its page shows, with all it says of them."""

from __future__ import annotations

from accounts.prepared import named

TO_COME, BEFORE = 5, 3
# So many rows are looked at: several series of a day each are told apart by them.
LOOKED_AT = 300

# ``of_them``: how many there are of those to come, on the first line of each kind.
CHOSEN = f"""
ahead AS (
    SELECT id, entry_id, interaction_id, starts_at FROM deals_meeting
    WHERE deal_id = %(deal)s AND ends_at > %(now)s AND status <> 'cancelled' ORDER BY starts_at, id LIMIT {LOOKED_AT}
), series AS (
    SELECT DISTINCT ON (entry_id) id, interaction_id, starts_at, count(*) OVER (PARTITION BY entry_id) - 1 AS following
    FROM ahead ORDER BY entry_id, starts_at, id
), by_hand AS (
    SELECT i.id, i.at, i.outcome = 'planned' AND i.moment > %(now)s AS is_ahead FROM deals_interaction i
    WHERE i.deal_id = %(deal)s AND i.kind = 'meeting' AND i.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM deals_meeting WHERE interaction_id = i.id OFFSET 0)
), planned AS (
    SELECT id, at, count(*) OVER () AS of_them FROM by_hand WHERE is_ahead ORDER BY at, id LIMIT {TO_COME}
), line AS (
    (SELECT 'to_come' AS part, id AS meeting_id, interaction_id, following, row_number() OVER (ORDER BY starts_at, id) AS place,
            count(*) OVER () AS of_them
     FROM series ORDER BY starts_at, id LIMIT {TO_COME})
    UNION ALL
    SELECT 'to_come', NULL, id, 0, row_number() OVER (ORDER BY at, id), of_them FROM planned
    UNION ALL
    (SELECT 'before', id, interaction_id, 0, row_number() OVER (ORDER BY starts_at DESC, id DESC), 0
     FROM deals_meeting WHERE deal_id = %(deal)s AND ends_at <= %(now)s ORDER BY starts_at DESC, id DESC LIMIT {BEFORE})
    UNION ALL
    (SELECT 'before', NULL, id, 0, row_number() OVER (ORDER BY at DESC, id DESC), 0
     FROM by_hand WHERE NOT is_ahead ORDER BY at DESC, id DESC LIMIT {BEFORE})
)
"""  # noqa: S608 - made of this module's own words
DOUBTS = f"""
SELECT json_agg(json_build_array(d.id, d.kind, d.about, d.sender, d.starts_at, d.cancels) ORDER BY d.said_at, d.id)::text
FROM (SELECT doubt.*, (SELECT title FROM deals_meeting WHERE entry_id = doubt.entry_id ORDER BY starts_at DESC LIMIT 1) AS about
      FROM deals_meetingdoubt doubt JOIN deals_calendarentry e ON e.id = doubt.entry_id
      WHERE e.deal_id = %(deal)s AND doubt.settled_at IS NULL ORDER BY doubt.said_at, doubt.id LIMIT {TO_COME}) AS d
"""  # noqa: S608 - likewise
PEOPLE = """
SELECT json_agg(json_build_array(COALESCE(c.name, u.name, NULLIF(a.name, ''), a.address), a.answer) ORDER BY a.user_id, a.id)::text
FROM deals_meetingattendee a LEFT JOIN accounts_user u ON u.id = a.user_id LEFT JOIN accounts_contact c ON c.id = a.contact_id
WHERE a.meeting_id = m.id
"""
# At least one row, for the doubts. The LIMIT 1 of a look-up that finds one row anyway keeps the database from reading whole tables.
LINES = named(
    f"""
WITH {CHOSEN}
SELECT doubts.of_deal, l.part, l.following, CASE WHEN l.place = 1 THEN l.of_them END,
       m.id, m.title, m.place, m.status, m.starts_at, m.ends_at, m.is_all_day, ({PEOPLE}),
       i.id, i.outcome, i.at, i.ends_at, i.subject, (SELECT name FROM accounts_contact WHERE id = i.contact_id),
       i.outcome_said_at, (SELECT name FROM accounts_user WHERE id = i.outcome_said_by_id),
       i.apologised_at, (SELECT name FROM accounts_user WHERE id = i.apologised_by_id), (SELECT at FROM deals_interaction WHERE id = i.follows_id)
FROM (SELECT ({DOUBTS}) AS of_deal) AS doubts
LEFT JOIN line l ON true
LEFT JOIN LATERAL (SELECT * FROM deals_meeting WHERE id = l.meeting_id LIMIT 1) AS m ON true
LEFT JOIN LATERAL (SELECT * FROM deals_interaction WHERE id = l.interaction_id LIMIT 1) AS i ON true
ORDER BY l.part, l.meeting_id IS NULL, l.place
""",  # noqa: S608 - likewise
    planned=True,
)
