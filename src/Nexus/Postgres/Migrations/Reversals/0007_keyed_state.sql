-- The values under nexus. are Nexus's own, such as the responses to idempotency keys: programs from before have no use for them.
LOCK TABLE keyed_state IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('the keyed state holds %s values, which programs from before cannot read: remove them, or export them first', count(*))
FROM keyed_state WHERE NOT pg_catalog.starts_with(id, 'nexus.') AND (expires_at IS NULL OR expires_at > pg_catalog.clock_timestamp()) HAVING count(*) > 0;
DROP TABLE keyed_state;
DROP FUNCTION nexus_expiry_hour(timestamptz);
