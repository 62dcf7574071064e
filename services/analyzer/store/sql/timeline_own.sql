-- Purpose:    the messages that may be one person's, found by its visitors, in whose order the table is kept.
-- Parameters: $site; ids, in braces: a placeholder for every id of the person. A join with them would read more.
-- Grain:      one row a message.

SELECT * FROM events
WHERE site_id = $site AND anonymous_id IN ({ids})
