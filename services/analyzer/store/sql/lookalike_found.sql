-- Purpose:    the candidates that are most alike, equals in order.
-- Parameters: $1 how many; {score}: how like a member a candidate is (parameters from $2 on); relation described.
-- Grain:      one row a person.

SELECT person_id, is_user
FROM described
ORDER BY {score} DESC, person_id
LIMIT $1;
