-- Purpose:    which of these ids a message was sent under as a visitor's.
-- Parameters: $site; ids, in braces: a placeholder for each.
-- Grain:      one row a visitor.

SELECT DISTINCT anonymous_id FROM events WHERE site_id = $site AND anonymous_id IN ({ids});
