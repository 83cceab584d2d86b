LOCK TABLE nexus_history IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('the history holds %s changes, which would be lost', count(*)) FROM nexus_history HAVING count(*) > 0;
DROP TABLE nexus_history;
