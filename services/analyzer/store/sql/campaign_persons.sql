-- Purpose:    what happened to each person in each arm of campaigns.
-- Parameters: $site, $campaigns (ids), $from, $to, $window_ms, $minor_units (of the site's currency); relation
--             conversions.
-- Grain:      one row a campaign, person and arm (a variant, or "holdout"). Triggered: shown, or withheld from a held-out
--             person; converted: within the goal's window after the first trigger, or (intended) after the first
--             assignment. Values in whole minor units, so that sums do not hang on the order of rows. arms: in how many
--             arms the person was seen. propensity: the chance with which the arm was given, when it was given first.

CREATE OR REPLACE TEMP TABLE campaign_persons AS
WITH candidates AS (
  SELECT
    decisions.site_id, decisions.anonymous_id, decisions.user_id, decisions.decided_at,
    unnest(from_json(decisions.candidates, '["JSON"]')) AS candidate
  FROM decisions
  WHERE site_id = $site AND decided_at >= $from AND decided_at < $to
),
chosen AS (
  SELECT
    candidates.*,
    json_extract_string(candidate, '$[0]') AS campaign_id,
    CASE json_extract_string(candidate, '$[1]')
      WHEN 'holdout' THEN 'holdout'
      WHEN 'served' THEN json_extract_string(candidate, '$[2]')
    END AS arm,
    TRY_CAST(json_extract_string(candidate, '$[3]') AS DOUBLE) AS propensity
  FROM candidates
  WHERE json_extract_string(candidate, '$[0]') IN (SELECT unnest($campaigns))
),
assigned AS (
  SELECT
    campaign_id,
    coalesce(user_merges.user_id, chosen.user_id, identity_links.user_id, chosen.anonymous_id) AS person_id, arm,
    min(decided_at) AS assigned_at, arg_min(propensity, decided_at) AS propensity
  FROM chosen
  LEFT JOIN identity_links
    ON identity_links.site_id = chosen.site_id
    AND identity_links.anonymous_id = chosen.anonymous_id
    AND chosen.decided_at >= identity_links.valid_from
    AND chosen.decided_at < identity_links.valid_to
  LEFT JOIN user_merges
    ON user_merges.site_id = chosen.site_id
    AND user_merges.previous_id = coalesce(chosen.user_id, identity_links.user_id, chosen.anonymous_id)
  WHERE arm IS NOT NULL
  GROUP BY 1, 2, 3
),
prompted AS (
  SELECT
    campaign_id, person_id,
    CASE WHEN event = 'Prompt Withheld' THEN 'holdout' ELSE variant_id END AS arm,
    min(ts) FILTER (event IN ('Prompt Shown', 'Prompt Withheld')) AS triggered_at,
    min(ts) FILTER (event = 'Prompt Shown') AS shown_at,
    min(ts) FILTER (event = 'Prompt Clicked') AS clicked_at,
    min(ts) FILTER (event = 'Prompt Dismissed') AS dismissed_at
  FROM people
  WHERE site_id = $site AND ts >= $from AND ts < $to
    AND event IN ('Prompt Shown', 'Prompt Clicked', 'Prompt Dismissed', 'Prompt Withheld')
    AND campaign_id IN (SELECT unnest($campaigns))
  GROUP BY 1, 2, 3
),
outcomes AS (
  SELECT
    prompted.campaign_id, prompted.person_id, prompted.arm, count(*) > 0 AS converted,
    CAST(coalesce(sum(CAST(round(conversions.value * $minor_units) AS BIGINT)), 0) AS BIGINT) AS minor
  FROM prompted
  JOIN conversions
    ON conversions.person_id = prompted.person_id
    AND conversions.ts > prompted.triggered_at
    AND conversions.ts <= prompted.triggered_at + $window_ms
  GROUP BY 1, 2, 3
),
intended AS (
  SELECT
    assigned.campaign_id, assigned.person_id, assigned.arm,
    CAST(coalesce(sum(CAST(round(conversions.value * $minor_units) AS BIGINT)), 0) AS BIGINT) AS minor
  FROM assigned
  JOIN conversions
    ON conversions.person_id = assigned.person_id
    AND conversions.ts > assigned.assigned_at
    AND conversions.ts <= assigned.assigned_at + $window_ms
  GROUP BY 1, 2, 3
)
SELECT
  coalesce(assigned.campaign_id, prompted.campaign_id) AS campaign_id,
  coalesce(assigned.person_id, prompted.person_id) AS person_id,
  coalesce(assigned.arm, prompted.arm) AS arm,
  assigned.person_id IS NOT NULL AS assigned, assigned.propensity,
  prompted.triggered_at IS NOT NULL AS triggered,
  prompted.shown_at IS NOT NULL AS was_shown,
  prompted.clicked_at IS NOT NULL AS clicked,
  prompted.dismissed_at IS NOT NULL AS dismissed,
  prompted.triggered_at, prompted.shown_at, prompted.clicked_at, prompted.dismissed_at,
  coalesce(outcomes.converted, false) AS converted,
  coalesce(outcomes.minor, 0) AS minor,
  intended.person_id IS NOT NULL AS intended_converted,
  coalesce(intended.minor, 0) AS intended_minor,
  count(*) OVER (
    PARTITION BY
      coalesce(assigned.campaign_id, prompted.campaign_id), coalesce(assigned.person_id, prompted.person_id)
  ) AS arms
FROM assigned
FULL JOIN prompted
  ON prompted.campaign_id = assigned.campaign_id
  AND prompted.person_id = assigned.person_id
  AND prompted.arm = assigned.arm
LEFT JOIN outcomes
  ON outcomes.campaign_id = prompted.campaign_id
  AND outcomes.person_id = prompted.person_id
  AND outcomes.arm = prompted.arm
LEFT JOIN intended
  ON intended.campaign_id = assigned.campaign_id
  AND intended.person_id = assigned.person_id
  AND intended.arm = assigned.arm
WHERE coalesce(assigned.arm, prompted.arm) IS NOT NULL;
