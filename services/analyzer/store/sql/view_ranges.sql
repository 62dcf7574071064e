-- Purpose:    the media ranges that were played in the chosen views.
-- Parameters: relation chosen_views.
-- Grain:      three rows a range (its message's time, its start, its end); a view's rows are in its order.

SELECT view, unnest(told) AS told FROM chosen_views;
