-- Purpose:    how often each subject viewed products of a category in the 90 days before its moment.
-- Parameters: $site; relations subject_moments, categories(c0 category, number).
-- Grain:      relation interests, one row a person, moment and category.

CREATE OR REPLACE TEMP TABLE interests AS
SELECT subjects.person_id, subjects.t0, categories.number, count(*) AS times
FROM subject_moments AS subjects
JOIN people
  ON people.person_id = subjects.person_id
  AND people.ts < subjects.t0
  AND people.ts > subjects.t0 - 7776000000
JOIN categories ON categories.c0 = people.product_category
WHERE people.site_id = $site AND people.event = 'Product Viewed'
GROUP BY subjects.person_id, subjects.t0, categories.number;
