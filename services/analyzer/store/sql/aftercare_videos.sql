-- Purpose:    what buyers watched after the purchase.
-- Parameters: $site, $from, $until, $days_ms (from the purchase on); relations buyers, engaged_views.
-- Grain:      relation buyer_videos, one row a buyer and video met after the purchase. watched_at: when three seconds of a
--             view begun after it were played; played_ms: what ranges tell, with repeats; NULL where none do.

CREATE OR REPLACE TEMP TABLE buyer_videos AS
WITH met AS (
  SELECT
    buyers.person_id, people.video_id, min(people.ts) AS viewed_at,
    CAST(
      sum(list_sum(list_transform(people.played, lambda range: CAST(round(1000 * (range[2] - range[1])) AS BIGINT))))
      AS BIGINT
    ) AS played_ms
  FROM people
  JOIN buyers
    ON buyers.person_id = people.person_id
    AND people.ts > buyers.bought_at AND people.ts <= buyers.bought_at + $days_ms
  WHERE people.site_id = $site AND people.video_id IS NOT NULL AND people.event LIKE 'Video %'
    AND people.event NOT LIKE 'Video Ad %' AND people.ts >= $from AND people.ts < $until
  GROUP BY buyers.person_id, people.video_id
),
engaged AS (
  SELECT buyers.person_id, engaged_views.video_id, min(engaged_views.engaged_at) AS watched_at
  FROM engaged_views
  JOIN buyers
    ON buyers.person_id = engaged_views.person_id
    AND engaged_views.t0 > buyers.bought_at AND engaged_views.engaged_at <= buyers.bought_at + $days_ms
  GROUP BY buyers.person_id, engaged_views.video_id
)
SELECT met.*, engaged.watched_at
FROM met
LEFT JOIN engaged USING (person_id, video_id);
