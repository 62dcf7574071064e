-- Purpose:    a person's acts that say what to do next: orders, cart, products, videos, stores, community, and all of the
--             open session.
-- Parameters: $open_session (NULL when the person is not here now), $since (older messages count if they are orders or
--             recommend), $recommending (events); relation timeline.
-- Grain:      one row a message, in no order.

SELECT
  ts, message_id, type, event, session_key, product_id, product_category, order_id, amount_minor, currency, video_id,
  played,
  CASE
    WHEN event IN ('Product Added', 'Product Removed', 'Cart Viewed', 'Store Visited') THEN properties
  END
FROM timeline
WHERE
  event IN ('Order Completed', 'Order Refunded', 'Community Joined', 'Community Liked')
  OR (type = 'track' AND list_contains($recommending, event))
  OR (
    ts >= $since AND (
      played IS NOT NULL
      OR session_key = $open_session
      OR event IN (
        'Product Viewed', 'Product Added', 'Product Removed', 'Cart Viewed', 'Store Visited'
      )
    )
  );
