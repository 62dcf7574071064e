-- Purpose:    how many persons a survey reached, and how many of them answered anything.
-- Parameters: $video (NULL: about any); relation survey_messages.
-- Grain:      one row.

SELECT count(DISTINCT person_id), count(DISTINCT person_id) FILTER (is_answer)
FROM survey_messages
WHERE $video IS NULL OR video_id = $video;
