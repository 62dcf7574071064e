-- Purpose: different products viewed after the last video event of each person's last session.
-- Relations in: history, persons. Parameters: none. Grain: one row a person with a video event in that session.
WITH last_video AS (
    SELECT h.person_id, max((h.ts, h.message_id)) AS place
    FROM history AS h
    JOIN persons AS p ON p.person_id = h.person_id AND p.last_session_key = h.session_key
    WHERE starts_with(h.event, 'Video ')
    GROUP BY h.person_id
)
SELECT
    v.person_id,
    count(DISTINCT h.product_id) FILTER (h.event = 'Product Viewed' AND (h.ts, h.message_id) > v.place) AS products
FROM last_video AS v
JOIN persons AS p ON p.person_id = v.person_id
JOIN history AS h ON h.person_id = v.person_id AND h.session_key = p.last_session_key
GROUP BY v.person_id
