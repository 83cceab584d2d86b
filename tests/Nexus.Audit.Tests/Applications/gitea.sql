-- Tables of Gitea, as xorm makes them (times as Unix seconds, no foreign keys, tokens as salted hashes).
CREATE TABLE "user" (id bigserial PRIMARY KEY, lower_name varchar(255) NOT NULL, name varchar(255) NOT NULL, email varchar(255) NOT NULL,
    passwd varchar(255) NOT NULL, passwd_hash_algo varchar(255) NOT NULL DEFAULT 'argon2', must_change_password boolean NOT NULL DEFAULT false,
    login_type int, login_source bigint NOT NULL DEFAULT 0, login_name varchar(255), type int, location varchar(255), rands varchar(32), salt
    varchar(32),
    language varchar(5), created_unix bigint, updated_unix bigint, last_login_unix bigint, is_active boolean, is_admin boolean, avatar varchar(2048)
    NOT NULL, keep_activity_private boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX "UQE_user_lower_name" ON "user" (lower_name);
CREATE UNIQUE INDEX "UQE_user_name" ON "user" (name);
CREATE INDEX "IDX_user_created_unix" ON "user" (created_unix);
CREATE TABLE repository (id bigserial PRIMARY KEY, owner_id bigint, owner_name varchar(255), lower_name varchar(255) NOT NULL, name varchar(255)
    NOT NULL,
    description text, website varchar(2048), default_branch varchar(255), num_watches int, num_stars int, num_issues int NOT NULL DEFAULT 0,
    is_private boolean, is_fork boolean NOT NULL DEFAULT false, fork_id bigint, size bigint NOT NULL DEFAULT 0, topics text, created_unix bigint,
    updated_unix bigint);
CREATE UNIQUE INDEX "UQE_repository_s" ON repository (owner_id, lower_name);
CREATE INDEX "IDX_repository_updated_unix" ON repository (updated_unix);
CREATE INDEX "IDX_repository_fork_id" ON repository (fork_id);
CREATE TABLE access_token (id bigserial PRIMARY KEY, uid bigint, name varchar(255), token_hash varchar(255) UNIQUE, token_salt varchar(255),
    token_last_eight varchar(255), scope varchar(255), created_unix bigint, updated_unix bigint);
CREATE INDEX "IDX_access_token_uid" ON access_token (uid);
CREATE INDEX "IDX_access_token_token_last_eight" ON access_token (token_last_eight);
CREATE TABLE public_key (id bigserial PRIMARY KEY, owner_id bigint NOT NULL, name varchar(255) NOT NULL, fingerprint varchar(255) NOT NULL,
    content text NOT NULL, mode int NOT NULL DEFAULT 2, type int NOT NULL DEFAULT 1, created_unix bigint, verified boolean NOT NULL DEFAULT false);
CREATE INDEX "IDX_public_key_owner_id" ON public_key (owner_id);
CREATE INDEX "IDX_public_key_fingerprint" ON public_key (fingerprint);
CREATE TABLE issue (id bigserial PRIMARY KEY, repo_id bigint, index bigint, poster_id bigint, original_author varchar(255), name varchar(255),
    content text, milestone_id bigint, priority int, is_closed boolean, is_pull boolean, num_comments int, ref varchar(255), deadline_unix bigint,
    created_unix bigint, updated_unix bigint, time_estimate bigint NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX "UQE_issue_repo_index" ON issue (repo_id, index);
CREATE INDEX "IDX_issue_poster_id" ON issue (poster_id);
CREATE INDEX "IDX_issue_created_unix" ON issue (created_unix);
CREATE TABLE comment (id bigserial PRIMARY KEY, type int, poster_id bigint, issue_id bigint, content text, commit_sha varchar(64), created_unix
    bigint,
    updated_unix bigint);
CREATE INDEX "IDX_comment_issue_id" ON comment (issue_id);
CREATE INDEX "IDX_comment_poster_id" ON comment (poster_id);
CREATE TABLE webhook (id bigserial PRIMARY KEY, repo_id bigint, owner_id bigint, url text, http_method varchar(255), content_type int,
    secret_hash text,
    events text, is_active boolean, type varchar(16), meta text, header_authorization_encrypted text, created_unix bigint);
CREATE INDEX "IDX_webhook_repo_id" ON webhook (repo_id);
CREATE TABLE language_stat (id bigserial PRIMARY KEY, repo_id bigint NOT NULL, commit_id varchar(64), language varchar(50) NOT NULL, size bigint
    NOT NULL,
    created_unix bigint);
CREATE UNIQUE INDEX "UQE_language_stat_s" ON language_stat (repo_id, language);
CREATE TABLE action (id bigserial PRIMARY KEY, user_id bigint, op_type int, act_user_id bigint, repo_id bigint, comment_id bigint, ref_name
    varchar(255),
    content text, created_unix bigint);
CREATE INDEX "IDX_action_u_d" ON action (user_id);
CREATE INDEX "IDX_action_c_u" ON action (created_unix, user_id);
CREATE TABLE version (id bigserial PRIMARY KEY, version bigint);
CREATE TABLE system_setting (id bigserial PRIMARY KEY, setting_key varchar(255) UNIQUE, setting_value text, version int, created bigint, updated
    bigint);
INSERT INTO "user" (lower_name, name, email, passwd, rands, salt, created_unix, updated_unix, is_active, avatar, login_name)
    SELECT 'u' || i, 'U' || i, 'u' || i || '@example.com', encode(sha256(i::text::bytea), 'hex') || encode(sha256(('p' || i)::bytea), 'hex'),
        md5('r' || i), md5('s' || i), 1700000000 + i, 1700000000, true, md5(i::text), '' FROM generate_series(1, 3000) i;
INSERT INTO repository (owner_id, owner_name, lower_name, name, default_branch, size, created_unix, updated_unix, topics)
    SELECT 1 + i % 3000, 'u' || (1 + i % 3000), 'repo-' || i, 'Repo-' || i, 'main', i * 100, 1700000000, 1700000000 + i, '["bot","token"]'
        FROM generate_series(1, 5000) i;
INSERT INTO access_token (uid, name, token_hash, token_salt, token_last_eight, scope)
    SELECT i, 'ci', encode(sha256(i::text::bytea), 'hex') || substr(md5(i::text), 1, 36), substr(md5('s' || i), 1, 10), substr(md5('l' || i), 1,
        8), 'all'
        FROM generate_series(1, 800) i;
INSERT INTO public_key (owner_id, name, fingerprint, content)
    SELECT i, 'laptop', 'SHA256:' || substr(encode(sha256(i::text::bytea), 'base64'), 1, 43), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI'
        || substr(encode(sha256(i::text::bytea), 'base64'), 1, 43) FROM generate_series(1, 900) i;
INSERT INTO issue (repo_id, index, poster_id, name, content, is_closed, created_unix)
    SELECT 1 + i % 5000, i, 1 + i % 3000, 'Bug ' || i, 'The password page answers 500', false, 1700000000 + i FROM generate_series(1, 12000) i;
INSERT INTO comment (type, poster_id, issue_id, content, commit_sha, created_unix)
    SELECT 0, 1 + i % 3000, 1 + i % 12000, 'Fixed in the last commit', md5(i::text) || substr(md5(i::text), 1, 8), 1700000000 FROM
        generate_series(1, 15000) i;
INSERT INTO version (version) VALUES (305);
INSERT INTO system_setting (setting_key, setting_value, version) VALUES ('picture.disable_gravatar', 'true', 1), ('revision', '', 1);
