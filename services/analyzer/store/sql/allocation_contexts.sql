-- Purpose:    the facts that each person's variant was chosen by.
-- Parameters: $site, $campaigns (ids), $from, $to.
-- Grain:      relation allocation_contexts, one row a campaign, person and variant, of the first decision that gave it.

CREATE OR REPLACE TEMP TABLE allocation_contexts AS
WITH served AS (
  SELECT
    decisions.site_id, decisions.anonymous_id, decisions.user_id, decisions.decided_at, decisions.facts,
    unnest(from_json(decisions.candidates, '["JSON"]')) AS candidate
  FROM decisions
  WHERE site_id = $site AND decided_at >= $from AND decided_at < $to
),
first AS (
  SELECT
    json_extract_string(candidate, '$[0]') AS campaign_id,
    coalesce(user_merges.user_id, served.user_id, identity_links.user_id, served.anonymous_id) AS person_id,
    json_extract_string(candidate, '$[2]') AS arm,
    arg_min(
      {
        'device': json_extract_string(facts, '$."device.type"'),
        'is_first': TRY_CAST(json_extract_string(facts, '$."session.is_first"') AS BOOLEAN),
        'channel': json_extract_string(facts, '$."channel"'),
        'hour': TRY_CAST(json_extract_string(facts, '$."time.hour"') AS INTEGER)
      },
      decided_at
    ) AS told
  FROM served
  LEFT JOIN identity_links
    ON identity_links.site_id = served.site_id
    AND identity_links.anonymous_id = served.anonymous_id
    AND served.decided_at >= identity_links.valid_from
    AND served.decided_at < identity_links.valid_to
  LEFT JOIN user_merges
    ON user_merges.site_id = served.site_id
    AND user_merges.previous_id = coalesce(served.user_id, identity_links.user_id, served.anonymous_id)
  WHERE json_extract_string(candidate, '$[1]') = 'served'
    AND json_extract_string(candidate, '$[0]') IN (SELECT unnest($campaigns))
  GROUP BY 1, 2, 3
)
SELECT campaign_id, person_id, arm, told.device, told.is_first, told.channel, told.hour FROM first;
