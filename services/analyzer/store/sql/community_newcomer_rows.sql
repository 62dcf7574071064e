-- Purpose:    the members that are compared.
-- Parameters: relation community_newcomers.
-- Grain:      one row a member, by place.

SELECT * FROM community_newcomers ORDER BY place;
