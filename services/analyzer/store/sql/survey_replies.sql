-- Purpose:    what was answered to a survey.
-- Parameters: $video (NULL: about any), $most (messages; of more, the newest); relation survey_messages.
-- Grain:      one row a message, in order of time.

SELECT person_id, ts, video_id, CAST(answers AS VARCHAR)
FROM (
  SELECT *
  FROM survey_messages
  WHERE is_answer AND json_type(answers) = 'OBJECT' AND ($video IS NULL OR video_id = $video)
  ORDER BY ts DESC, message_id DESC
  LIMIT $most
)
ORDER BY ts, message_id;
