DROP INDEX IF EXISTS users_group_idx;
