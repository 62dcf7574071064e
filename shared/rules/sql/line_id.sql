-- Purpose: an id in the JSON object `line` as text: an integer, or a text of 1 to 256 characters; NULL for all else.
-- Parameters: {name} of the property. Grain: an expression.
CASE
    WHEN json_type(line, '$.{name}') IN ('BIGINT', 'UBIGINT') THEN line->>'$.{name}'
    WHEN json_type(line, '$.{name}') = 'VARCHAR' AND length(line->>'$.{name}') BETWEEN 1 AND 256 THEN line->>'$.{name}'
END
