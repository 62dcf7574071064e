-- Purpose:    one decision.
-- Parameters: $site, $decision.
-- Grain:      one row, or none.

SELECT
  decision_id, anonymous_id, user_id, session_id, decided_at, trigger_type, page_path, snapshot_version, candidates, facts
FROM decisions
WHERE site_id = $site AND decision_id = $decision;
