-- Scheduled tasks. A claim moves due_at to the end of its lease, so that the next claim does not have to step over the tasks that workers have: it reads as
-- many entries of the index as it claims, however many are leased. What no claim changes is HOT, so each page has room for the next versions.
CREATE TABLE tasks (
    id              uuid        PRIMARY KEY,
    chat_id         text COLLATE "C" NOT NULL CHECK (char_length(chat_id) <= 50),
    action          text        NOT NULL CHECK (char_length(action) <= 100),
    params          jsonb       NOT NULL DEFAULT '{}',
    schedule_type   text        NOT NULL CHECK (schedule_type IN ('cron', 'interval', 'date')),
    schedule_value  text        NOT NULL CHECK (char_length(schedule_value) <= 200),
    timezone        text        NOT NULL DEFAULT 'UTC' CHECK (char_length(timezone) <= 64),
    missed          text        NOT NULL DEFAULT 'once' CHECK (missed IN ('once', 'all', 'skip')),
    description     text        CHECK (char_length(description) <= 1000),
    job_id          text        CHECK (char_length(job_id) <= 200),
    is_active       boolean     NOT NULL DEFAULT true,
    next_run        timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    fence           bigint      NOT NULL DEFAULT 0,
    completed_fence bigint      NOT NULL DEFAULT 0,
    attempts        integer     NOT NULL DEFAULT 0,
    last_run        timestamptz,
    last_error      text        CHECK (char_length(last_error) <= 1000),
    leased_until    timestamptz,
    leased_by       text        CHECK (char_length(leased_by) <= 100),
    leased_for      timestamptz,
    due_at          timestamptz GENERATED ALWAYS AS (CASE WHEN is_active AND next_run IS NOT NULL THEN greatest(next_run, leased_until) END) STORED,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    version         bigint      NOT NULL DEFAULT 1,
    write_id        uuid
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX tasks_due_idx ON tasks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_chat_idx ON tasks (chat_id, id);
