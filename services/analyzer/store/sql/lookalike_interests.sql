-- Purpose:    how often each subject viewed products of each category in the 90 days before its moment.
-- Parameters: $site; relation subject_moments.
-- Grain:      relation interests, one row a person and moment: times by category.

CREATE OR REPLACE TEMP TABLE interests AS
WITH counted AS (
  SELECT subjects.person_id, subjects.t0, people.product_category, count(*) AS times
  FROM subject_moments AS subjects
  JOIN people
    ON people.person_id = subjects.person_id
    AND people.ts < subjects.t0
    AND people.ts > subjects.t0 - 7776000000
  WHERE people.site_id = $site AND people.event = 'Product Viewed' AND people.product_category IS NOT NULL
  GROUP BY ALL
)
SELECT person_id, t0, map(list(product_category), list(times)) AS interests FROM counted GROUP BY person_id, t0;
