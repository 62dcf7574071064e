-- Purpose:    what each touch is owed by the shares of time decay.
-- Parameters: relation attribution_shares.
-- Grain:      one row a touch's name; value in minor units.

SELECT
  touch,
  sum(share ORDER BY person_id, conversion_id, share) AS conversions,
  sum(share * minor ORDER BY person_id, conversion_id, share) AS minor
FROM attribution_shares
GROUP BY touch
ORDER BY touch;
