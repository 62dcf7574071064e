-- Purpose:    one moment of each engaged session, what the session showed by then, and whether a purchase followed.
-- Parameters: $from, $to (of moments), $patience_ms, $engaged; relations hesitation_history, conversions.
-- Grain:      relation hesitation_moments, one row a session that had seen $engaged products, or put one into the cart, before any order. The moment
--             is drawn by hash among its messages from then on. The columns are those of shared/rules/hesitation.py.
--             Sessions, products and a person's messages are numbered first: numbers are sorted faster than texts.

CREATE OR REPLACE TEMP TABLE hesitation_moments AS
WITH sessions AS (
  SELECT person_id, session_key, row_number() OVER () AS session
  FROM hesitation_history
  GROUP BY person_id, session_key
),
products AS (
  SELECT product_id, row_number() OVER () AS product
  FROM hesitation_history
  WHERE event = 'Product Viewed' AND product_id IS NOT NULL
  GROUP BY product_id
),
marked AS MATERIALIZED (
  SELECT
    person_id, session, ts, message_id, type, event,
    row_number() OVER person_order AS place,
    CASE WHEN event = 'Product Viewed' THEN product END AS viewed,
    first_value(session) OVER person_order = session AS is_first
  FROM hesitation_history
  JOIN sessions USING (person_id, session_key)
  LEFT JOIN products USING (product_id)
  WINDOW person_order AS (PARTITION BY person_id ORDER BY ts, message_id)
),
views AS MATERIALIZED (
  SELECT
    session, place, viewed,
    lag(viewed) OVER (PARTITION BY session ORDER BY place) AS last_viewed,
    row_number() OVER (PARTITION BY session, viewed ORDER BY place) AS nth
  FROM marked
  WHERE viewed IS NOT NULL
),
engaged AS (
  SELECT session, min(place, $engaged)[$engaged] AS engaged_at FROM views WHERE nth = 1 GROUP BY session
),
bounds AS (
  SELECT
    session, min(ts) AS first_ts,
    min(place) FILTER (event = 'Product Added') AS added_at,
    min(place) FILTER (event = 'Order Completed') AS ordered_at
  FROM marked
  GROUP BY session
),
moments AS MATERIALIZED (
  SELECT person_id, session, ts, place, is_first, first_ts
  FROM marked
  JOIN bounds USING (session)
  LEFT JOIN engaged USING (session)
  WHERE place >= least(engaged_at, added_at) AND (ordered_at IS NULL OR place < ordered_at) AND ts >= $from AND ts < $to
  QUALIFY row_number() OVER (PARTITION BY session ORDER BY hash(message_id), message_id) = 1
),
shown AS (
  SELECT
    session,
    count(*) FILTER (marked.type = 'page') AS page_views,
    count(*) FILTER (marked.event = 'Product Added') AS cart_adds,
    count(*) FILTER (marked.event = 'Product Removed') AS cart_removes,
    max(marked.place) FILTER (starts_with(marked.event, 'Video ')) AS video_at
  FROM marked
  JOIN moments USING (session)
  WHERE marked.place <= moments.place
  GROUP BY session
),
viewed AS (
  SELECT
    session,
    count(*) FILTER (views.nth = 1) AS products,
    count(*) FILTER (views.nth > 1 AND views.last_viewed <> views.viewed) AS returns,
    count(DISTINCT views.viewed) FILTER (views.place > shown.video_at) AS products_since_video
  FROM views
  JOIN moments USING (session)
  JOIN shown USING (session)
  WHERE views.place <= moments.place
  GROUP BY session
)
SELECT
  moments.person_id, moments.ts, moments.place,
  (moments.ts - moments.first_ts) / 1000.0 AS seconds,
  shown.page_views, coalesce(viewed.products, 0) AS products, coalesce(viewed.returns, 0) AS returns,
  shown.cart_adds, shown.cart_removes,
  coalesce(viewed.products_since_video, 0) AS products_since_video,
  CAST(shown.video_at IS NOT NULL AS INTEGER) AS video,
  CAST(moments.is_first AS INTEGER) AS first_session,
  count(conversions.ts) = 0 AS did_leave
FROM moments
JOIN shown USING (session)
LEFT JOIN viewed USING (session)
LEFT JOIN conversions
  ON conversions.person_id = moments.person_id
  AND conversions.ts > moments.ts
  AND conversions.ts <= moments.ts + $patience_ms
GROUP BY ALL;
