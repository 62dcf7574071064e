-- Purpose:    the messages of one user that name no visitor; one with both ids has linked them, and is found by visitor.
-- Parameters: $site; ids, in braces: a placeholder for every id of the person.
-- Grain:      one row a message.

SELECT * FROM events
WHERE site_id = $site AND anonymous_id IS NULL AND user_id IN ({ids})
