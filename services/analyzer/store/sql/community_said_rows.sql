-- Purpose:    posts and replies.
-- Parameters: relation community_said.
-- Grain:      one row a post or reply, by node.

SELECT place, ts, is_post, has_id, coalesce(parent, -1) AS parent FROM community_said ORDER BY node;
