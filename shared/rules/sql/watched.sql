-- Purpose: how many seconds of one stretch of a video each person has seen, over all views, repeats once.
-- Relation in: history. Parameters: {video_id}, {start}, {end}. Grain: one row a person who saw some of it.
WITH played AS (
    SELECT person_id, unnest(played) AS span FROM history WHERE video_id = {video_id}
),
clipped AS (
    SELECT person_id, greatest(span[1], {start}) AS start, least(span[2], {end}) AS finish
    FROM played
    WHERE span[1] < {end} AND span[2] > {start}
),
reached AS (
    SELECT
        *,
        max(finish) OVER (
            PARTITION BY person_id ORDER BY start, finish ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached
    FROM clipped
)
SELECT person_id, sum(greatest(0, finish - greatest(start, coalesce(reached, start)))) AS seconds
FROM reached
GROUP BY person_id
