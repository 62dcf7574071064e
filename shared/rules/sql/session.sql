-- Purpose: what happened in each person's last session, and when any other session was last active.
-- Relations in: history, persons. Parameters: {now}. Grain: one row a person.
SELECT
    h.person_id,
    any_value({now} - p.last_ts < 1800000) AS is_open,
    any_value(p.last_session_key = p.first_session_key) AS is_first,
    count(*) FILTER (h.session_key = p.last_session_key AND h.type = 'page') AS page_views,
    min(h.ts) FILTER (h.session_key = p.last_session_key) AS first_ts,
    any_value(p.last_ts) AS last_ts,
    max(h.ts) FILTER (h.session_key <> p.last_session_key) AS other_last_ts,
    count(DISTINCT h.product_id) FILTER (h.session_key = p.last_session_key AND h.event = 'Product Viewed')
        AS products_viewed,
    arg_min(h.channel, (h.ts, h.message_id)) FILTER (h.session_key = p.last_session_key) AS channel,
    arg_min(h.campaign_source, (h.ts, h.message_id)) FILTER (h.session_key = p.last_session_key) AS campaign_source,
    arg_min(h.campaign_medium, (h.ts, h.message_id)) FILTER (h.session_key = p.last_session_key) AS campaign_medium
FROM history AS h
JOIN persons AS p USING (person_id)
GROUP BY h.person_id
