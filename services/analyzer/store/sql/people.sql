-- Purpose:    every message of a person, with the person it belongs to now.
-- Parameters: {view}: VIEW or TEMP VIEW; {events}: the table of messages, or one of some of them; {counts}: which messages are a person's (no bots, nobody of the site's own,
--             unless asked for). A view, so that each question filters it.
-- Grain:      one row a message. A visitor's messages belong to the user it was at that time; merges apply to the end.

CREATE OR REPLACE {view} people AS
SELECT
  named.* EXCLUDE (named_id, by_user),
  coalesce(user_merges.user_id, named.named_id) AS person_id,
  (named.by_user OR user_merges.user_id IS NOT NULL) AS is_user
FROM (
  SELECT
    events.*,
    coalesce(events.user_id, identity_links.user_id, events.anonymous_id) AS named_id,
    coalesce(events.user_id, identity_links.user_id) IS NOT NULL AS by_user
  FROM {events} AS events
  LEFT JOIN identity_links
    ON identity_links.site_id = events.site_id
    AND identity_links.anonymous_id = events.anonymous_id
    AND events.ts >= identity_links.valid_from
    AND events.ts < identity_links.valid_to
  WHERE {counts}
) AS named
LEFT JOIN user_merges
  ON user_merges.site_id = named.site_id AND user_merges.previous_id = named.named_id;
