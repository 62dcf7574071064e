-- Purpose:    whether there are CMCD reports that name no visitor.
-- Parameters: $site, $from, $to.
-- Grain:      one row.

SELECT count(*) > 0
FROM events
WHERE site_id = $site AND internal AND NOT bot AND starts_with(anonymous_id, 'cmcd-') AND ts >= $from AND ts < $to;
