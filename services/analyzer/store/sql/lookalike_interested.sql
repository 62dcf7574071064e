-- Purpose:    which categories the subjects are interested in, and how much.
-- Parameters: relations subjects, described, categories(c0 category, number).
-- Grain:      one row a subject and category.

SELECT place, number, times
FROM (
  SELECT subjects.place, categories.number, described.interests[categories.c0] AS times
  FROM subjects
  JOIN described USING (person_id, t0)
  CROSS JOIN categories
)
WHERE times IS NOT NULL;
