-- Purpose:    the variance of what prompts won, a person's share in all its campaigns taken together.
-- Parameters: $fewest (persons a side that a cell needs); relations lift_persons, lift_cells, months(place, start_at).
-- Grain:      one row a month of the site, and one with NULL for all: of conversions won, and of minor units won.

WITH cells AS (
  SELECT *, served_converted / served AS served_rate, withheld_converted / withheld AS withheld_rate,
    served_minor / served AS served_mean, withheld_minor / withheld AS withheld_mean
  FROM lift_cells
  WHERE served >= $fewest AND withheld >= $fewest
),
placed AS (
  SELECT lift_persons.*, months.place
  FROM lift_persons
  ASOF JOIN months ON lift_persons.triggered_at >= months.start_at
),
shares AS (
  SELECT
    placed.place, placed.person_id,
    sum(
      CASE WHEN placed.served
        THEN (CAST(placed.converted AS INTEGER) - served_rate) * sqrt(cells.served / (cells.served - 1))
        ELSE -(CAST(placed.converted AS INTEGER) - withheld_rate) * cells.served / cells.withheld
          * sqrt(cells.withheld / (cells.withheld - 1))
      END
    ) AS conversions,
    sum(
      CASE WHEN placed.served
        THEN (placed.minor - served_mean) * sqrt(cells.served / (cells.served - 1))
        ELSE -(placed.minor - withheld_mean) * cells.served / cells.withheld
          * sqrt(cells.withheld / (cells.withheld - 1))
      END
    ) AS minor
  FROM placed
  JOIN cells ON cells.campaign_id = placed.campaign_id AND cells.place = placed.place
  GROUP BY placed.place, placed.person_id
),
overall AS (
  SELECT person_id, sum(conversions) AS conversions, sum(minor) AS minor FROM shares GROUP BY person_id
)
SELECT place, sum(conversions * conversions), sum(minor * minor) FROM shares GROUP BY place
UNION ALL
SELECT NULL, coalesce(sum(conversions * conversions), 0), coalesce(sum(minor * minor), 0) FROM overall;
