LOCK TABLE nexus_leases IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('%s holds the lease %s until %s: stop every instance of Nexus and wait until then', holder, name, expires_at)
FROM nexus_leases WHERE expires_at > pg_catalog.clock_timestamp() ORDER BY name LIMIT 1;
DROP TABLE nexus_leases;
DROP FUNCTION nexus_hold_lease(text, bigint, text, integer);
