-- Purpose:    the page from which each person that did not view a video is compared, drawn by a hash.
-- Parameters: $site, $from, $to; relation gathered_subjects.
-- Grain:      relation found_moments, one row a report and person; none for who saw no such page. Both sides stood on the
--             site at their moment; the page itself lies before it. Asked once for all reports: it reads everybody's
--             messages.

CREATE OR REPLACE TEMP TABLE found_moments AS
WITH others AS (
  SELECT report, person_id, treated, coalesce(until, $to) AS until FROM gathered_subjects WHERE t0 IS NULL
)
SELECT
  others.report, others.person_id, any_value(others.treated) AS treated,
  arg_min(people.ts, (people.event NOT IN ('page', 'screen'), md5(people.message_id))) + 1 AS t0
FROM people
JOIN others ON others.person_id = people.person_id
WHERE people.site_id = $site AND people.ts >= $from AND people.ts < least($to, others.until)
GROUP BY others.report, others.person_id;
