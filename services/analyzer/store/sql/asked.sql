-- Purpose:    what one question of a dashboard counts, before anything is summed.
-- Parameters: $site, $from, $to, $reach (how far before the window messages are read, so that sessions are whole) and
--             those of the parts. {holds} {early} {late} {who} {amount} {unit} {key} {once} {relations} {keyed} {joins}
--             are text of the closed table in reports/dashboard_measures.py.
-- Grain:      relation asked, one row of who is counted, unit of time and group; `once` is false where somebody stands in
--             a second group.

CREATE OR REPLACE TEMP TABLE asked AS
WITH messages AS (
  SELECT
    person_id, anonymous_id, ts, message_id, session_id AS context_session_id, event, channel, campaign_source,
    campaign_medium, device_type, locale, page_path, video_id, video_session, video_position, played, campaign_id,
    ({holds}) AS holds
  FROM people
  WHERE site_id = $site AND person_id IS NOT NULL AND ts >= $from - $reach AND ts < $to AND {early}
),
{relations}
counted AS (
  SELECT
    {who} AS who,
    {unit} AS unit,
    left({key}, 300) AS key,
    {once} AS once,
    {converted} AS converted,
    {amount} AS amount
  FROM {keyed}
  {joins}
  WHERE {keyed}.ts >= $from AND {late}
)
SELECT
  who, unit, key, once,
  count(*) AS times,
  count(*) FILTER (converted) AS conversions,
  count(amount) AS valued,
  sum(amount) AS amount
FROM counted
GROUP BY ALL;
