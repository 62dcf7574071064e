-- Purpose:    who came back, how far they looked around and who bought again, by the month of the first visit.
-- Parameters: $to, $day_7, $day_30 (ms); relations visiting_persons, conversions, months(place, start_at).
-- Grain:      one row a month of a first visit, and one for everybody (is_all). followed_N: whose N days are over; back_N:
--             those of them with a second visit in time; gap_ms: median from a visit to the next; orders before $to.

WITH bought AS (
  SELECT person_id, count(*) AS orders FROM conversions WHERE ts < $to GROUP BY person_id
),
placed AS (
  SELECT persons.*, months.place, coalesce(bought.orders, 0) AS orders
  FROM visiting_persons AS persons
  ASOF LEFT JOIN months ON persons.first_at >= months.start_at
  LEFT JOIN bought ON bought.person_id = persons.person_id
),
gaps AS (
  SELECT place, unnest(gaps_ms) AS gap_ms FROM placed
),
medians AS (
  SELECT grouping(place) = 1 AS is_all, place, median(gap_ms) AS gap_ms
  FROM gaps
  GROUP BY GROUPING SETS ((place), ())
),
sums AS (
  SELECT
    grouping(place) = 1 AS is_all, place, count(*) AS persons,
    count(*) FILTER (first_at + $day_7 < $to) AS followed_7,
    count(*) FILTER (first_at + $day_7 < $to AND second_at - first_at <= $day_7) AS back_7,
    count(*) FILTER (first_at + $day_30 < $to) AS followed_30,
    count(*) FILTER (first_at + $day_30 < $to AND second_at - first_at <= $day_30) AS back_30,
    CAST(sum(visits) AS BIGINT) AS visits, CAST(sum(pages) AS BIGINT) AS pages,
    CAST(sum(products) AS BIGINT) AS products, CAST(sum(categories) AS BIGINT) AS categories,
    count(*) FILTER (orders > 0) AS buyers, count(*) FILTER (orders > 1) AS bought_again
  FROM placed
  GROUP BY GROUPING SETS ((place), ())
)
SELECT sums.*, medians.gap_ms
FROM sums
LEFT JOIN medians ON medians.is_all = sums.is_all AND medians.place IS NOT DISTINCT FROM sums.place
WHERE sums.persons > 0 AND (sums.is_all OR sums.place IS NOT NULL)
ORDER BY sums.is_all, sums.place;
