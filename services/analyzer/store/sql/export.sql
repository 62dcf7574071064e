-- Purpose:    stored messages for a file.
-- Parameters: $site (NULL: all), $from, $to (NULL: open); relation session_keys(key_high, key_low, session_key).
-- Grain:      one row a message, bots and internal traffic included; person_id as it is known now.

SELECT
  events.message_id, events.site_id, events.type, events.event, events.anonymous_id, events.user_id,
  coalesce(user_merges.user_id, events.user_id, identity_links.user_id, events.anonymous_id) AS person_id,
  coalesce(session_keys.session_key, events.session_id) AS session_id,
  to_timestamp(events.ts / 1000.0) AS "timestamp",
  to_timestamp(events.received_at / 1000.0) AS received_at,
  coalesce(events.properties, '{}') AS properties,
  coalesce(events.context, '{}') AS context
FROM events
LEFT JOIN session_keys ON session_keys.key_low = events.key_low AND session_keys.key_high = events.key_high
LEFT JOIN identity_links
  ON identity_links.site_id = events.site_id
  AND identity_links.anonymous_id = events.anonymous_id
  AND events.ts >= identity_links.valid_from
  AND events.ts < identity_links.valid_to
LEFT JOIN user_merges
  ON user_merges.site_id = events.site_id
  AND user_merges.previous_id = coalesce(events.user_id, identity_links.user_id, events.anonymous_id)
WHERE ($site IS NULL OR events.site_id = $site)
  AND ($from IS NULL OR events.ts >= $from)
  AND ($to IS NULL OR events.ts < $to)
ORDER BY events.site_id, events.ts, events.message_id
