-- Purpose:    posts and replies, and which of them a reply answers.
-- Parameters: $most (rows, the newest); relations community_acts, community_members.
-- Grain:      relation community_said, one row a post or reply: node (0, 1, ... by time), parent NULL of a post and of
--             a reply whose post is not known. Of several with one id the earliest has it.

CREATE OR REPLACE TEMP TABLE community_said AS
WITH newest AS (
  SELECT * FROM community_acts
  WHERE event IN ('Community Posted', 'Community Replied')
  ORDER BY ts DESC, message_id DESC
  LIMIT $most
),
numbered AS (
  SELECT row_number() OVER (ORDER BY ts, message_id) - 1 AS node, * FROM newest
),
named AS (
  SELECT own_id, min(node) AS node FROM numbered WHERE own_id IS NOT NULL GROUP BY own_id
)
SELECT
  numbered.node, numbered.person_id, community_members.place, numbered.ts,
  numbered.event = 'Community Posted' AS is_post, numbered.own_id IS NOT NULL AS has_id, named.node AS parent
FROM numbered
JOIN community_members ON community_members.person_id = numbered.person_id
LEFT JOIN named ON named.own_id = numbered.answers AND named.node <> numbered.node;
