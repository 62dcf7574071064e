-- Purpose: the page each person saw last.
-- Relation in: history. Parameters: none. Grain: one row a person with a page view.
SELECT person_id, page_path, page_url, page_title, page_referrer
FROM history
WHERE type = 'page'
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY ts DESC, message_id DESC) = 1
