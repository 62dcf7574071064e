-- Purpose:    forget what was counted of a visitor.
-- Parameters: $site, $person.
-- Grain:      one row a score and person.

DELETE FROM score_values WHERE site_id = $site AND person_id = $person;
