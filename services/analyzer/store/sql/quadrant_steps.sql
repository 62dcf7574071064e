-- Purpose:    where those who clicked went next: the first page or act within half an hour of the click.
-- Parameters: $site; relation quadrants.
-- Grain:      relation quadrant_steps, one row a campaign and person that went on.

CREATE OR REPLACE TEMP TABLE quadrant_steps AS
SELECT
  quadrants.campaign_id, quadrants.quadrant, quadrants.person_id,
  arg_min(
    CASE WHEN people.event IN ('page', 'screen') THEN coalesce(people.page_path, people.event) ELSE people.event END,
    (people.ts, people.message_id)
  ) AS step
FROM quadrants
JOIN people
  ON people.person_id = quadrants.person_id
  AND people.site_id = $site
  AND people.ts > quadrants.clicked_at
  AND people.ts <= quadrants.clicked_at + 1800000
WHERE people.event NOT LIKE 'Prompt %'
  AND people.event NOT IN ('Video Content Playing', 'Video Playback Buffer Started', 'Video Playback Buffer Completed')
GROUP BY quadrants.campaign_id, quadrants.quadrant, quadrants.person_id;
