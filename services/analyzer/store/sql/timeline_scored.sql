-- Purpose:    the relation `history` of the rule language for one person's scores: bots and the site's own people never count.
-- Parameters: relation timeline.
-- Grain:      one row a message.

CREATE OR REPLACE TEMP TABLE history AS
SELECT person_id, true AS is_user, event, ts, message_id, order_id, properties
FROM timeline
WHERE NOT set_aside;
