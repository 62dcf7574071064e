-- Purpose:    how many persons were asked each question of a survey.
-- Parameters: $video (NULL: about any); relations survey_messages, asks(c0 question, c1 variant).
-- Grain:      one row a question. Asked is who was shown a variant with it, or answered it.

WITH about AS (
  SELECT * FROM survey_messages WHERE $video IS NULL OR video_id = $video
),
asked AS (
  SELECT asks.c0 AS question_id, about.person_id
  FROM about
  JOIN asks ON asks.c1 = about.variant_id
  UNION
  SELECT questions.question_id, about.person_id
  FROM about
  JOIN (SELECT DISTINCT c0 AS question_id FROM asks) AS questions
    ON list_contains(json_keys(about.answers), questions.question_id)
  WHERE about.is_answer
)
SELECT question_id, count(*) AS persons FROM asked GROUP BY question_id ORDER BY question_id;
