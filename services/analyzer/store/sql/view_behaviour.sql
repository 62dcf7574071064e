-- Purpose:    who the viewers of the chosen views are, and what they did before.
-- Parameters: relations views, prior_behaviour.
-- Grain:      one row a view, by place.

SELECT views.place, views.person_id, prior_behaviour.* EXCLUDE (person_id, t0)
FROM views
LEFT JOIN prior_behaviour ON prior_behaviour.person_id = views.person_id AND prior_behaviour.t0 = views.t0
ORDER BY views.place;
