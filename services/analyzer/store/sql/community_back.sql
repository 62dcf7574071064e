-- Purpose:    visits that came from the community.
-- Parameters: $site, $from, $to, $window_ms, $hosts (of the community, lower case); relations community_members,
--             conversions.
-- Grain:      one row: visits, persons, members among them, persons never seen before, persons who converted after it.

WITH arrived AS (
  SELECT person_id, coalesce(session_id, CAST(ts // 1800000 AS VARCHAR)) AS session_key, min(ts) AS ts
  FROM people
  WHERE
    site_id = $site AND person_id IS NOT NULL AND ts >= $from AND ts < $to
    AND (
      lower(campaign_source) = 'community' OR lower(campaign_medium) = 'community'
      OR list_contains($hosts, lower(regexp_extract(page_referrer, '^https?://([^/:?#]+)', 1)))
    )
  GROUP BY person_id, 2
),
persons AS (
  SELECT person_id, min(ts) AS ts, count(*) AS visits FROM arrived GROUP BY person_id
),
known AS (
  SELECT DISTINCT persons.person_id
  FROM persons
  JOIN people ON people.person_id = persons.person_id AND people.ts < persons.ts
  WHERE people.site_id = $site
),
converted AS (
  SELECT DISTINCT persons.person_id
  FROM persons
  JOIN conversions
    ON conversions.person_id = persons.person_id AND conversions.ts > persons.ts
    AND conversions.ts <= persons.ts + $window_ms AND conversions.ts < $to
)
SELECT
  coalesce(CAST(sum(persons.visits) AS BIGINT), 0), count(*), count(community_members.person_id),
  count(*) FILTER (known.person_id IS NULL), count(converted.person_id)
FROM persons
LEFT JOIN community_members ON community_members.person_id = persons.person_id
LEFT JOIN known ON known.person_id = persons.person_id
LEFT JOIN converted ON converted.person_id = persons.person_id;
