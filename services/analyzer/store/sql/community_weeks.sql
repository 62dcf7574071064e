-- Purpose:    what each member did in each week.
-- Parameters: $from; relations community_acts, community_members, weeks(week, start).
-- Grain:      one row a member and week with an act, by week and member.

SELECT
  CAST(community_members.place AS INTEGER) AS place, CAST(weeks.week AS INTEGER) AS week,
  CAST(count(*) FILTER (community_acts.event = 'Community Posted') AS INTEGER) AS posts,
  CAST(count(*) FILTER (community_acts.event = 'Community Replied') AS INTEGER) AS replies,
  CAST(count(*) FILTER (community_acts.event = 'Community Liked') AS INTEGER) AS likes,
  CAST(count(*) AS INTEGER) AS acts
FROM community_acts
ASOF JOIN weeks ON community_acts.ts >= weeks.start
JOIN community_members ON community_members.person_id = community_acts.person_id
WHERE community_acts.ts >= $from
GROUP BY community_members.place, weeks.week
ORDER BY weeks.week, community_members.place;
