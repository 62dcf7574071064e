-- Purpose:    the figures of a question over all groups.
-- Parameters: relation asked; {unit}: unit, or 0 for all time; {numerator} {denominator} {sample}: text of the closed
--             table. Somebody in two groups counts once.
-- Grain:      one row a unit of time; unvalued: conversions that no amount is known of.

SELECT
  {unit} AS unit, 'all' AS kind, NULL::VARCHAR AS key,
  {numerator} AS numerator, {denominator} AS denominator, {sample} AS sample,
  CAST(coalesce(sum(conversions), 0) - coalesce(sum(valued), 0) AS BIGINT) AS unvalued
FROM asked
WHERE once
GROUP BY 1
ORDER BY 1;
