-- Purpose:    how often each subject viewed products of a category in the 90 days before its moment.
-- Parameters: $site; relations subjects, categories(c0 category, number).
-- Grain:      one row a subject and category.

SELECT subjects.place, categories.number, count(*) AS times
FROM subjects
JOIN people
  ON people.person_id = subjects.person_id
  AND people.ts < subjects.t0
  AND people.ts > subjects.t0 - 7776000000
JOIN categories ON categories.c0 = people.product_category
WHERE people.site_id = $site AND people.event = 'Product Viewed'
GROUP BY subjects.place, categories.number;
