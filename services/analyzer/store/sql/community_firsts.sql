-- Purpose:    when each member was first seen in the community.
-- Parameters: relation community_members.
-- Grain:      one row a member, by place.

SELECT first_ts FROM community_members ORDER BY place;
