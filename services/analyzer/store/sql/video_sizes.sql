-- Purpose:    how many messages the views of each video have.
-- Parameters: relation first_views.
-- Grain:      one row a video.

SELECT video_id, CAST(sum(messages) AS BIGINT) FROM first_views GROUP BY video_id;
