-- Purpose:    the tables of the event store.
-- Parameters: none.
-- Grain:      events: one row a message, once however often it was sent; decisions: one row a decision;
--             identity_links: one row a visitor and stretch of time; user_merges: one row a merged id.

CREATE TABLE IF NOT EXISTS events (
  key_high UBIGINT NOT NULL,
  key_low UBIGINT NOT NULL,
  site_id VARCHAR NOT NULL,
  message_id VARCHAR NOT NULL,
  type VARCHAR NOT NULL,
  event VARCHAR NOT NULL,
  anonymous_id VARCHAR,
  user_id VARCHAR,
  previous_id VARCHAR,
  ts BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  claimed BIGINT,
  session_id VARCHAR,
  properties JSON,
  traits JSON,
  context JSON,
  channel VARCHAR,
  campaign_source VARCHAR,
  campaign_medium VARCHAR,
  campaign_name VARCHAR,
  device_type VARCHAR,
  locale VARCHAR,
  page_path VARCHAR,
  page_url VARCHAR,
  page_title VARCHAR,
  page_referrer VARCHAR,
  bot BOOLEAN NOT NULL,
  internal BOOLEAN NOT NULL,
  order_id VARCHAR,
  amount_minor BIGINT,
  currency VARCHAR,
  video_id VARCHAR,
  video_session VARCHAR,
  video_position DOUBLE,
  video_length DOUBLE,
  livestream BOOLEAN,
  played DOUBLE[][],
  product_id VARCHAR,
  product_category VARCHAR,
  campaign_id VARCHAR,
  variant_id VARCHAR,
  decision_id VARCHAR
);

CREATE TABLE IF NOT EXISTS identity_links (
  site_id VARCHAR NOT NULL,
  anonymous_id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS aliases (
  site_id VARCHAR NOT NULL,
  previous_id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL,
  ts BIGINT NOT NULL,
  message_id VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS user_merges (
  site_id VARCHAR NOT NULL,
  previous_id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS decisions (
  decision_id VARCHAR NOT NULL,
  site_id VARCHAR NOT NULL,
  anonymous_id VARCHAR,
  user_id VARCHAR,
  session_id VARCHAR,
  decided_at BIGINT NOT NULL,
  trigger_type VARCHAR NOT NULL,
  page_path VARCHAR,
  snapshot_version BIGINT NOT NULL,
  candidates JSON NOT NULL,
  facts JSON NOT NULL
);

CREATE TABLE IF NOT EXISTS segment_members (
  site_id VARCHAR NOT NULL,
  segment_id VARCHAR NOT NULL,
  person_id VARCHAR NOT NULL,
  is_user BOOLEAN NOT NULL,
  since BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS log_offsets (
  log_partition INTEGER PRIMARY KEY,
  last_id VARCHAR NOT NULL
);
