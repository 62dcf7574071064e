-- Purpose:    the figures of a question by group, and by unit of time if it has any.
-- Parameters: relations asked, kept; {numerator} {denominator} {sample} {only}: text of the closed table.
-- Grain:      one row a unit of time and group; kind: group, none (nothing told), other (all groups that are not kept).

WITH told AS (
  SELECT
    asked.* EXCLUDE (key),
    kept.place, kept.groups, kept.key AS key,
    CASE WHEN kept.place IS NULL THEN 'other' WHEN asked.key IS NULL THEN 'none' ELSE 'group' END AS kind
  FROM asked
  LEFT JOIN kept ON kept.key IS NOT DISTINCT FROM asked.key
)
SELECT
  unit, kind, key,
  {numerator} AS numerator, {denominator} AS denominator, {sample} AS sample,
  max(groups) AS groups
FROM told
WHERE {only}
GROUP BY unit, kind, key
ORDER BY unit, any_value(place) NULLS LAST;
