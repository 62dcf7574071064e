-- Purpose:    the views that a report may choose, with what each played.
-- Parameters: $from, $to; relation video_events.
-- Grain:      relation video_views, one row a view: the first live and the first archive view of each video by each
--             person. t0 is its first event; with an event of the live stream it is live. told: of each range played,
--             in the order they were reported, its message's time, its start and its end, one after the other; is_told
--             says whether the player tells ranges at all. lengths are the video's as the messages say; reached is the
--             furthest second played or stood at.

CREATE OR REPLACE TEMP TABLE video_views AS
WITH events AS (
  SELECT
    *,
    -- A view that began earlier is none of these. Numbers alone: lists of anything else took half as much time again.
    CASE
      WHEN ts >= $from AND len(played) > 0
        THEN flatten(list_transform(played, lambda range: [CAST(ts AS DOUBLE), range[1], range[2]]))
    END AS told
  FROM video_events
),
grouped AS (
  SELECT
    video_id, person_id, view_key,
    min(ts) AS t0, bool_or(livestream) AS is_live, bool_or(by_prompt) AS by_prompt, count(*) AS messages,
    bool_or(played IS NOT NULL) AS is_told,
    flatten(list(told ORDER BY ts, message_id) FILTER (told IS NOT NULL)) AS told,
    list(video_length) FILTER (video_length > 0) AS lengths,
    max(greatest(coalesce(list_max(list_transform(played, lambda range: range[2])), 0), coalesce(video_position, 0)))
      AS reached
  FROM events
  GROUP BY video_id, person_id, view_key
)
SELECT *, row_number() OVER (PARTITION BY video_id, person_id ORDER BY t0, view_key) = 1 AS is_first
FROM grouped
WHERE t0 >= $from AND t0 < $to
QUALIFY row_number() OVER (PARTITION BY video_id, person_id, is_live ORDER BY t0, view_key) = 1;
