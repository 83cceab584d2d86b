-- Tables of Mastodon, as its db/schema.rb makes them (Rails: times without zone, bigint keys by a function or a sequence).
CREATE FUNCTION timestamp_id(table_name text) RETURNS bigint LANGUAGE plpgsql AS
    $$ BEGIN RETURN (date_part('epoch', now()) * 1000)::bigint << 16 | (random() * 65535)::bigint; END $$;
CREATE TABLE accounts (id bigint PRIMARY KEY DEFAULT timestamp_id('accounts'), username varchar NOT NULL DEFAULT '', domain varchar,
    private_key text, public_key text NOT NULL DEFAULT '', created_at timestamp NOT NULL, updated_at timestamp NOT NULL, note text NOT NULL
        DEFAULT '',
    display_name varchar NOT NULL DEFAULT '', uri varchar NOT NULL DEFAULT '', url varchar, avatar_file_name varchar, avatar_file_size int,
    locked boolean NOT NULL DEFAULT false, inbox_url varchar NOT NULL DEFAULT '', shared_inbox_url varchar NOT NULL DEFAULT '',
    protocol int NOT NULL DEFAULT 0, memorial boolean NOT NULL DEFAULT false, moved_to_account_id bigint, featured_collection_url varchar,
    fields jsonb, actor_type varchar, discoverable boolean, also_known_as varchar[], suspended_at timestamp, trust_level int);
CREATE UNIQUE INDEX index_accounts_on_username_and_domain_lower ON accounts (lower(username), COALESCE(lower(domain), ''));
CREATE INDEX index_accounts_on_moved_to_account_id ON accounts (moved_to_account_id) WHERE moved_to_account_id IS NOT NULL;
CREATE INDEX index_accounts_on_uri ON accounts (uri);
CREATE INDEX index_accounts_on_domain_and_id ON accounts (domain, id);
ALTER TABLE accounts ADD FOREIGN KEY (moved_to_account_id) REFERENCES accounts (id) ON DELETE SET NULL;
CREATE TABLE users (id bigserial PRIMARY KEY, email varchar NOT NULL DEFAULT '', created_at timestamp NOT NULL, updated_at timestamp NOT NULL,
    encrypted_password varchar NOT NULL DEFAULT '', reset_password_token varchar, reset_password_sent_at timestamp, sign_in_count int NOT NULL
        DEFAULT 0,
    confirmation_token varchar, locale varchar, encrypted_otp_secret varchar, otp_backup_codes varchar[], account_id bigint NOT NULL REFERENCES
    accounts
    ON DELETE CASCADE, disabled boolean NOT NULL DEFAULT false, webauthn_id varchar, settings text, time_zone varchar, otp_required_for_login
    boolean);
CREATE UNIQUE INDEX index_users_on_email ON users (email);
CREATE INDEX index_users_on_account_id ON users (account_id);
CREATE UNIQUE INDEX index_users_on_reset_password_token ON users (reset_password_token) WHERE reset_password_token IS NOT NULL;
CREATE TABLE statuses (id bigint PRIMARY KEY DEFAULT timestamp_id('statuses'), uri varchar, text text NOT NULL DEFAULT '', created_at timestamp
    NOT NULL,
    updated_at timestamp NOT NULL, in_reply_to_id bigint REFERENCES statuses ON DELETE SET NULL, reblog_of_id bigint REFERENCES statuses
    ON DELETE CASCADE, sensitive boolean NOT NULL DEFAULT false, visibility int NOT NULL DEFAULT 0, spoiler_text text NOT NULL DEFAULT '',
    language varchar, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, poll_id bigint, deleted_at timestamp,
    ordered_media_attachment_ids bigint[]);
CREATE INDEX index_statuses_20190820 ON statuses (account_id, id DESC, visibility, updated_at) WHERE deleted_at IS NULL;
CREATE INDEX index_statuses_on_account_id ON statuses (account_id);
CREATE INDEX index_statuses_on_in_reply_to_id ON statuses (in_reply_to_id) WHERE in_reply_to_id IS NOT NULL;
CREATE INDEX index_statuses_on_reblog_of_id_and_account_id ON statuses (reblog_of_id, account_id);
CREATE UNIQUE INDEX index_statuses_on_uri ON statuses (uri) WHERE uri IS NOT NULL;
CREATE TABLE follows (id bigserial PRIMARY KEY, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, account_id bigint NOT NULL
    REFERENCES accounts
    ON DELETE CASCADE, target_account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, show_reblogs boolean NOT NULL DEFAULT true, uri
    varchar);
CREATE UNIQUE INDEX index_follows_on_account_id_and_target_account_id ON follows (account_id, target_account_id);
CREATE INDEX index_follows_on_target_account_id ON follows (target_account_id);
CREATE TABLE oauth_applications (id bigserial PRIMARY KEY, name varchar NOT NULL, uid varchar NOT NULL UNIQUE, redirect_uri text NOT NULL,
    scopes varchar NOT NULL DEFAULT '', created_at timestamp, confidential boolean NOT NULL DEFAULT true, secret_digest varchar);
CREATE TABLE status_stats (id bigserial PRIMARY KEY, status_id bigint NOT NULL REFERENCES statuses ON DELETE CASCADE, replies_count bigint NOT
    NULL DEFAULT 0,
    reblogs_count bigint NOT NULL DEFAULT 0, favourites_count bigint NOT NULL DEFAULT 0, created_at timestamp NOT NULL, updated_at timestamp NOT
    NULL);
CREATE UNIQUE INDEX index_status_stats_on_status_id ON status_stats (status_id);
CREATE TABLE media_attachments (id bigint PRIMARY KEY DEFAULT timestamp_id('media_attachments'), status_id bigint REFERENCES statuses ON DELETE
    SET NULL,
    account_id bigint REFERENCES accounts ON DELETE SET NULL, file_file_name varchar, file_meta json, remote_url varchar NOT NULL DEFAULT '',
    blurhash varchar, shortcode varchar, type int NOT NULL DEFAULT 0, description text, created_at timestamp NOT NULL);
CREATE INDEX index_media_attachments_on_status_id ON media_attachments (status_id);
CREATE INDEX index_media_attachments_on_account_id_and_status_id ON media_attachments (account_id, status_id DESC);
CREATE TABLE preview_cards (id bigserial PRIMARY KEY, url varchar NOT NULL DEFAULT '' UNIQUE, title varchar NOT NULL DEFAULT '', trendable boolean,
    max_score float8, max_score_at timestamp, created_at timestamp NOT NULL);
CREATE TABLE account_secrets_rotated (version varchar PRIMARY KEY);
INSERT INTO accounts (id, username, domain, public_key, created_at, updated_at, note, uri)
    SELECT i, 'user' || i, CASE WHEN i % 3 > 0 THEN 'example' || i % 50 || '.social' END, '-----BEGIN PUBLIC KEY-----' || md5(i::text) ||
        '-----END PUBLIC KEY-----', now(), now(), 'Hola, soy ' || i, 'https://example.social/users/' || i FROM generate_series(1, 6000) i;
INSERT INTO users (email, created_at, updated_at, encrypted_password, locale, account_id, time_zone)
    SELECT 'u' || i || '@example.com', now(), now(), '$2a$10$' || substr(md5(i::text) || md5((i + 1)::text), 1, 53), 'es', i, 'Madrid'
        FROM generate_series(1, 2000) i;
INSERT INTO statuses (id, uri, text, created_at, updated_at, in_reply_to_id, account_id, language)
    SELECT i, 'https://example.social/users/' || i % 6000 || '/statuses/' || i, 'The token of my heart is the key to number ' || i, now(), now(),
        CASE WHEN i > 10 AND i % 5 = 0 THEN i - 3 END, 1 + i % 6000, 'en' FROM generate_series(1, 20000) i;
INSERT INTO follows (created_at, updated_at, account_id, target_account_id)
    SELECT now(), now(), 1 + i % 6000, 1 + (i * 7 + 1) % 6000 FROM generate_series(1, 6000) i;
INSERT INTO status_stats (status_id, created_at, updated_at) SELECT i, now(), now() FROM generate_series(1, 20000) i;
INSERT INTO oauth_applications (name, uid, redirect_uri, secret_digest)
    SELECT 'Tusky', substr(md5(i::text), 1, 22) || i, 'urn:ietf:wg:oauth:2.0:oob', encode(sha256(i::text::bytea), 'hex') FROM generate_series(1,
        500) i;
