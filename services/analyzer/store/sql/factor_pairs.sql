-- Purpose:    who of the compared persons showed which of the compared behaviours.
-- Parameters: relations factor_done, factor_common, factor_persons.
-- Grain:      one row a person and behaviour.

SELECT
  factor_common.number AS behaviour, factor_persons.place, factor_done.first_ts, factor_done.after_converting,
  factor_done.before_converting
FROM factor_done
JOIN factor_common ON factor_common.behaviour = factor_done.behaviour
JOIN factor_persons ON factor_persons.person_id = factor_done.person_id
ORDER BY factor_common.number, factor_persons.place;
