-- Purpose:    what is shown of persons in a list.
-- Parameters: $site; relation wanted(c0 person id).
-- Grain:      one row a person.

SELECT
  person_id,
  bool_or(is_user) AS is_user,
  list_sort(list_distinct(list(anonymous_id) FILTER (anonymous_id IS NOT NULL)))[1:20] AS anonymous_ids,
  min(ts) AS first_at,
  max(ts) AS last_at,
  count(*) AS events,
  count(DISTINCT coalesce(order_id, message_id)) FILTER (event = 'Order Completed') AS orders,
  arg_max(device_type, (ts, message_id)) FILTER (device_type IS NOT NULL) AS device
FROM people
WHERE site_id = $site AND person_id IN (SELECT c0 FROM wanted)
GROUP BY person_id
ORDER BY person_id;
