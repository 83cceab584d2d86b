LOCK TABLE calibrations IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('there are %s calibrations, which programs from before cannot read: delete them, or export them first', count(*))
FROM calibrations HAVING count(*) > 0;
DROP TABLE calibrations;
