-- Purpose:    what each person did before a moment of its own.
-- Parameters: $site; relation subject_moments(person_id, t0).
-- Grain:      relation prior_behaviour, one row a person and moment; events of the 90 days before t0. What belongs to the session of t0 is
--             counted apart. Different ones are told apart by lists of hashes: count(DISTINCT) of texts took half as much
--             time again for all of it. NULL is none. channel and device are those of the newest event that
--             tells, before t0 or at it.

CREATE OR REPLACE TEMP TABLE prior_behaviour AS
WITH subjects AS MATERIALIZED (
  SELECT row_number() OVER () AS place, * FROM (SELECT DISTINCT person_id, t0 FROM subject_moments)
),
prior AS (
  SELECT
    subjects.place, subjects.t0, people.ts, people.event, people.video_id, people.product_id, people.session_id,
    people.channel, people.device_type, people.order_id, people.message_id
  FROM subjects
  JOIN people
    ON people.person_id = subjects.person_id
    AND people.ts <= subjects.t0
    AND people.ts > subjects.t0 - 7776000000
  WHERE people.site_id = $site
),
counted AS (
  SELECT
    place,
    count(*) FILTER (ts < t0) AS events,
    list(hash(coalesce(session_id, CAST(ts // 1800000 AS VARCHAR)))) FILTER (ts < t0) AS sessions,
    count(*) FILTER (ts < t0 AND event IN ('page', 'screen')) AS pages,
    count(*) FILTER (ts < t0 AND event IN ('page', 'screen') AND ts >= t0 - 1800000) AS pages_just_before,
    count(*) FILTER (ts < t0 AND event = 'Product Viewed') AS product_views,
    list(hash(product_id)) FILTER (ts < t0 AND event = 'Product Viewed' AND product_id IS NOT NULL) AS products,
    count(*) FILTER (ts < t0 AND event = 'Product Viewed' AND ts >= t0 - 1800000) AS product_views_just_before,
    count(*) FILTER (ts < t0 AND event = 'Products Searched') AS searches,
    count(*) FILTER (ts < t0 AND event = 'Product Added') AS cart_additions,
    count(*) FILTER (ts < t0 AND event IN ('Checkout Started', 'Checkout Step Viewed', 'Cart Viewed')) AS checkouts,
    list(hash(coalesce(order_id, message_id))) FILTER (ts < t0 AND event = 'Order Completed') AS orders,
    list(hash(video_id)) FILTER (ts < t0 AND video_id IS NOT NULL) AS videos,
    count(*) FILTER (ts < t0 AND event LIKE 'Video %') AS video_events,
    count(*) FILTER (ts < t0 AND event LIKE 'Prompt %') AS prompt_events,
    coalesce((max(t0) - min(ts)) / 86400000.0, 0) AS days_known,
    arg_max(channel, (ts, message_id)) FILTER (channel IS NOT NULL) AS channel,
    arg_max(device_type, (ts, message_id)) FILTER (device_type IS NOT NULL) AS device
  FROM prior
  GROUP BY place
)
SELECT
  subjects.person_id, subjects.t0,
  counted.* EXCLUDE (place) REPLACE (
    len(list_distinct(sessions)) AS sessions, len(list_distinct(products)) AS products,
    len(list_distinct(orders)) AS orders, len(list_distinct(videos)) AS videos
  )
FROM subjects
LEFT JOIN counted USING (place);
