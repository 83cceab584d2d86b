DROP INDEX IF EXISTS users_changed_idx;
