-- Purpose:    the decisions made last, for the console's live page.
-- Parameters: $site; $after (ms, exclusive); $most rows.
-- Grain:      one row a decision, newest first.
SELECT decision_id, anonymous_id, user_id, decided_at, trigger_type, page_path, candidates
FROM decisions
WHERE site_id = $site AND decided_at > $after
ORDER BY decided_at DESC, decision_id
LIMIT $most
