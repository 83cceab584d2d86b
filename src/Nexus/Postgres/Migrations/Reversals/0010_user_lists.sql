DROP INDEX IF EXISTS users_name_idx;
DROP INDEX IF EXISTS users_end_idx;
