-- Purpose: an id as text out of a JSON value: an integer, or a text of 1 to 256 characters; NULL for all else.
-- Parameters: {place} of the value in the list `told`. Grain: an expression.
CASE
    WHEN json_type(told[{place}]) IN ('BIGINT', 'UBIGINT') THEN told[{place}]->>'$'
    WHEN json_type(told[{place}]) = 'VARCHAR' AND length(told[{place}]->>'$') BETWEEN 1 AND 256 THEN told[{place}]->>'$'
END
