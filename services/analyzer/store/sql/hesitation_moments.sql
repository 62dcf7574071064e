-- Purpose:    one moment of each engaged session, what the session showed by then, and whether a purchase followed.
-- Parameters: $from, $to (of moments), $patience_ms, $engaged; relations hesitation_history, conversions.
-- Grain:      one row a session that had seen $engaged products, or put one into the cart, before any order. The moment
--             is drawn by hash among its messages from then on. The columns are those of shared/rules/hesitation.py.

WITH marked AS (
  SELECT
    person_id, session_key, ts, message_id,
    type = 'page' AS is_page,
    event = 'Product Viewed' AND product_id IS NOT NULL AS is_view,
    product_id,
    event = 'Product Added' AS is_add,
    event = 'Product Removed' AS is_remove,
    event = 'Order Completed' AS is_order,
    starts_with(event, 'Video ') AS is_video,
    first_value(session_key) OVER (PARTITION BY person_id ORDER BY ts, message_id) = session_key AS is_first
  FROM hesitation_history
),
followed AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY person_id, session_key, is_view, product_id ORDER BY ts, message_id) AS nth,
    last_value(CASE WHEN is_view THEN product_id END IGNORE NULLS) OVER (
      session_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS last_product,
    count(*) FILTER (is_video) OVER (session_order ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS videos
  FROM marked
  WINDOW session_order AS (PARTITION BY person_id, session_key ORDER BY ts, message_id)
),
since AS (
  SELECT
    *,
    is_view AND row_number() OVER (
      PARTITION BY person_id, session_key, videos, is_view, product_id ORDER BY ts, message_id
    ) = 1 AS is_new_since
  FROM followed
),
counted AS (
  SELECT
    person_id, session_key, ts, message_id, is_first, videos,
    min(ts) OVER so_far AS first_ts,
    count(*) FILTER (is_page) OVER so_far AS page_views,
    count(*) FILTER (is_view AND nth = 1) OVER so_far AS products,
    count(*) FILTER (is_view AND nth > 1 AND last_product <> product_id) OVER so_far AS returns,
    count(*) FILTER (is_add) OVER so_far AS cart_adds,
    count(*) FILTER (is_remove) OVER so_far AS cart_removes,
    count(*) FILTER (is_order) OVER so_far AS orders,
    count(*) FILTER (is_new_since) OVER (
      PARTITION BY person_id, session_key, videos ORDER BY ts, message_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS new_since
  FROM since
  WINDOW so_far AS (
    PARTITION BY person_id, session_key ORDER BY ts, message_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
),
moments AS (
  SELECT *
  FROM counted
  WHERE orders = 0 AND (products >= $engaged OR cart_adds > 0) AND ts >= $from AND ts < $to
  QUALIFY row_number() OVER (PARTITION BY person_id, session_key ORDER BY hash(message_id), message_id) = 1
)
SELECT
  moments.person_id, moments.ts,
  (moments.ts - moments.first_ts) / 1000.0 AS seconds,
  moments.page_views, moments.products, moments.returns, moments.cart_adds, moments.cart_removes,
  CASE WHEN moments.videos > 0 THEN moments.new_since ELSE 0 END AS products_since_video,
  CAST(moments.videos > 0 AS INTEGER) AS video,
  CAST(moments.is_first AS INTEGER) AS first_session,
  count(conversions.ts) = 0 AS did_leave
FROM moments
LEFT JOIN conversions
  ON conversions.person_id = moments.person_id
  AND conversions.ts > moments.ts
  AND conversions.ts <= moments.ts + $patience_ms
GROUP BY ALL
ORDER BY moments.ts, moments.person_id;
