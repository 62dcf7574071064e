-- Purpose: what each person has done with one video.
-- Relation in: history. Parameters: {video_id}, {now}. Grain: one row a person who has an event of it.
WITH seen AS (
    SELECT * FROM history WHERE video_id = {video_id}
),
state AS (
    SELECT
        person_id,
        arg_max(video_position, (ts, message_id)) AS position,
        arg_max(video_length, (ts, message_id)) AS total_length,
        bool_or(event = 'Video Liked') AS liked,
        bool_or(event IN ('Video Content Completed', 'Video Playback Completed')) AS completed
    FROM seen
    GROUP BY person_id
),
played AS (
    SELECT person_id, ts, unnest(played) AS span FROM seen
),
weighed AS (
    SELECT
        person_id,
        floor(sum(greatest(0, span[2] - span[1]) * pow(2.0, -(({now} - ts) / 1209600000.0))) * 1e6 + 0.5) / 1e6
            AS interest
    FROM played
    GROUP BY person_id
),
reached AS (
    SELECT
        person_id, span[1] AS start, span[2] AS finish,
        max(span[2]) OVER (
            PARTITION BY person_id ORDER BY span[1], span[2] ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM played
),
covered AS (
    SELECT person_id, sum(greatest(0, finish - greatest(start, coalesce(reached, start)))) AS seconds
    FROM reached
    GROUP BY person_id
)
SELECT
    s.person_id, s.position, s.liked, coalesce(w.interest, 0) AS interest,
    -- least() passes over NULL: without a length there is no ratio.
    CASE WHEN s.total_length IS NOT NULL
        THEN least(1.0, floor(coalesce(c.seconds, 0) / s.total_length * 1e9 + 0.5) / 1e9) END AS watched_ratio,
    s.completed OR coalesce(floor(coalesce(c.seconds, 0) / s.total_length * 1e9 + 0.5) / 1e9 >= 0.9, false) AS completed
FROM state AS s
LEFT JOIN covered AS c USING (person_id)
LEFT JOIN weighed AS w USING (person_id)
