LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('there are %s scheduled tasks, which programs from before neither run nor keep: delete them, or export them first', count(*))
FROM tasks HAVING count(*) > 0;
DROP TABLE tasks;
