LOCK TABLE nexus_decisions IN ACCESS EXCLUSIVE MODE;
SELECT 'batches over several servers wait for a server: start an instance, which finishes them, and try again' WHERE EXISTS (SELECT FROM nexus_decisions);
DROP TABLE nexus_decisions;
DROP INDEX IF EXISTS users_admin_idx;
