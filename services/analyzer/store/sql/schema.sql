-- Purpose:    the tables of the event store.
-- Parameters: none.
-- Grain:      decisions: one row a decision; erasures: one row an erased id, known by a hash only; identity_links: one row a visitor and stretch of time; user_merges: one row a merged id;
--             touched: one row an id and turn, since the store was opened.

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

CREATE TABLE IF NOT EXISTS score_values (
  site_id VARCHAR NOT NULL,
  score_id VARCHAR NOT NULL,
  stamp BIGINT NOT NULL,
  person_id VARCHAR NOT NULL,
  is_user BOOLEAN NOT NULL,
  value DOUBLE NOT NULL,
  valued_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS erasures (
  key_high UBIGINT NOT NULL,
  key_low UBIGINT NOT NULL,
  erased_at BIGINT NOT NULL,
  is_swept BOOLEAN NOT NULL
);

CREATE TABLE IF NOT EXISTS log_offsets (
  log_partition INTEGER PRIMARY KEY,
  last_id VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS upkeep (
  sorted_events BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS touched (
  site_id VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  turn BIGINT NOT NULL
);
