-- Purpose:    the relation `history` of the rule language, as narrow as scores need it: no sessions, only their events.
-- Parameters: $site, $before (counted is what happened before), relation scored_events(c0 event).
-- Grain:      one row a message of a person.

CREATE OR REPLACE TEMP TABLE history AS
SELECT person_id, is_user, event, ts, message_id, order_id, properties
FROM people
WHERE site_id = $site AND person_id IS NOT NULL AND ts < $before AND event IN (SELECT c0 FROM scored_events);
