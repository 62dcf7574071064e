-- Purpose:    the links of users and visitors. Each side is looked for by itself: asked for together they are not found
--             by the ranges that the table keeps.
-- Parameters: $site; ids, in braces: a placeholder for each user's or visitor's id.
-- Grain:      one row a visitor and stretch of time; twice if both of its ids are asked for.

SELECT anonymous_id, user_id, valid_from, valid_to FROM identity_links WHERE site_id = $site AND user_id IN ({ids})
UNION ALL
SELECT anonymous_id, user_id, valid_from, valid_to FROM identity_links WHERE site_id = $site AND anonymous_id IN ({ids});
