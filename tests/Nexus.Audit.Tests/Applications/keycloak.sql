-- Tables of Keycloak, as its changelogs make them (text keys, times as Unix milliseconds; secrets of clients rotated into a vault).
CREATE TABLE realm (id varchar(36) PRIMARY KEY, access_code_lifespan int, user_action_lifespan int, access_token_lifespan int, account_theme
    varchar(255),
    enabled boolean NOT NULL DEFAULT false, name varchar(255) UNIQUE, not_before int, password_policy varchar(2550), registration_allowed boolean
    NOT NULL
    DEFAULT false, ssl_required varchar(255), sso_idle_timeout int, otp_policy_counter int DEFAULT 0, otp_policy_window int DEFAULT 1,
    otp_policy_period int
    DEFAULT 30, otp_policy_digits int DEFAULT 6, otp_policy_alg varchar(36) DEFAULT 'HmacSHA1', otp_policy_type varchar(36) DEFAULT 'totp',
    revoke_refresh_token boolean NOT NULL DEFAULT false, default_role varchar(255));
CREATE TABLE client (id varchar(36) PRIMARY KEY, enabled boolean NOT NULL DEFAULT false, client_id varchar(255), public_client boolean NOT NULL
    DEFAULT
    false, secret varchar(255), base_url varchar(255), realm_id varchar(36) REFERENCES realm, protocol varchar(255), name varchar(255),
    client_authenticator_type varchar(255), root_url varchar(255), UNIQUE (realm_id, client_id));
CREATE INDEX idx_client_id ON client (client_id);
CREATE TABLE client_attributes (client_id varchar(36) NOT NULL REFERENCES client, name varchar(255) NOT NULL, value text, PRIMARY KEY (client_id,
    name));
CREATE INDEX idx_client_att_by_name_value ON client_attributes (name, substr(value, 1, 255));
CREATE TABLE keycloak_role (id varchar(36) PRIMARY KEY, client_realm_constraint varchar(255), client_role boolean NOT NULL DEFAULT false,
    description varchar(255), name varchar(255), realm_id varchar(255), client varchar(36), realm varchar(36) REFERENCES realm,
    UNIQUE (name, client_realm_constraint));
CREATE INDEX idx_keycloak_role_client ON keycloak_role (client);
CREATE INDEX idx_keycloak_role_realm ON keycloak_role (realm);
CREATE TABLE user_entity (id varchar(36) PRIMARY KEY, email varchar(255), email_constraint varchar(255), email_verified boolean NOT NULL DEFAULT
    false,
    enabled boolean NOT NULL DEFAULT false, first_name varchar(255), last_name varchar(255), realm_id varchar(255), username varchar(255),
    created_timestamp bigint, not_before int NOT NULL DEFAULT 0, UNIQUE (realm_id, email_constraint), UNIQUE (realm_id, username));
CREATE INDEX idx_user_email ON user_entity (email);
CREATE TABLE credential (id varchar(36) PRIMARY KEY, salt bytea, type varchar(255), user_id varchar(36) REFERENCES user_entity, created_date bigint,
    user_label varchar(255), secret_data text, credential_data text, priority int);
CREATE INDEX idx_user_credential ON credential (user_id);
CREATE TABLE user_attribute (name varchar(255) NOT NULL, value varchar(255), user_id varchar(36) NOT NULL REFERENCES user_entity, id varchar(36)
    PRIMARY KEY);
CREATE INDEX idx_user_attribute ON user_attribute (user_id);
CREATE INDEX idx_user_attribute_name ON user_attribute (name, value);
CREATE TABLE user_role_mapping (role_id varchar(255) NOT NULL, user_id varchar(36) NOT NULL REFERENCES user_entity, PRIMARY KEY (role_id, user_id));
CREATE INDEX idx_user_role_mapping ON user_role_mapping (user_id);
CREATE TABLE offline_user_session (user_session_id varchar(36) NOT NULL, user_id varchar(255) NOT NULL, realm_id varchar(36) NOT NULL, created_on
    int NOT NULL,
    offline_flag varchar(4) NOT NULL, data text, last_session_refresh int NOT NULL DEFAULT 0, PRIMARY KEY (user_session_id, offline_flag));
CREATE INDEX idx_offline_uss_by_user ON offline_user_session (user_id, realm_id, offline_flag);
CREATE TABLE event_entity (id varchar(36) PRIMARY KEY, client_id varchar(255), details_json varchar(2550), error varchar(255), ip_address
    varchar(255),
    realm_id varchar(255), session_id varchar(255), event_time bigint, type varchar(255), user_id varchar(255));
CREATE INDEX idx_event_time ON event_entity (realm_id, event_time);
CREATE TABLE databasechangeloglock (id int PRIMARY KEY, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255));
INSERT INTO realm (id, name, enabled, password_policy, ssl_required) VALUES ('3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001', 'master', true,
    'hashIterations(27500) and length(12) and passwordHistory(3)', 'EXTERNAL');
INSERT INTO client (id, enabled, client_id, public_client, secret, realm_id, protocol, client_authenticator_type)
    SELECT gen_random_uuid()::text, true, 'app-' || i, i % 2 = 0, CASE WHEN i % 2 = 1 THEN '${vault.app-' || i || '}' END,
        '3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001', 'openid-connect', 'client-secret' FROM generate_series(1, 300) i;
INSERT INTO client_attributes SELECT id, 'client.secret.creation.time', '1700000000' FROM client;
INSERT INTO client_attributes SELECT id, 'access.token.lifespan', '300' FROM client;
INSERT INTO client_attributes SELECT id, 'oauth2.device.authorization.grant.enabled', 'false' FROM client;
INSERT INTO keycloak_role (id, name, realm, realm_id) SELECT gen_random_uuid()::text, 'role-' || i, '3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001',
    '3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001' FROM generate_series(1, 200) i;
INSERT INTO user_entity (id, email, email_constraint, username, realm_id, created_timestamp)
    SELECT gen_random_uuid()::text, 'u' || i || '@example.com', 'u' || i || '@example.com', 'u' || i, '3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001',
        1700000000000
        FROM generate_series(1, 4000) i;
INSERT INTO credential (id, type, user_id, created_date, secret_data, credential_data, priority)
    SELECT gen_random_uuid()::text, 'password', id, 1700000000000, json_build_object('value', encode(sha512(id::bytea), 'base64'), 'salt',
        encode(substr(sha256(id::bytea), 1, 16), 'base64'), 'additionalParameters', json_build_object())::text,
        '{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}', 10 FROM user_entity;
INSERT INTO user_attribute SELECT 'locale', 'es', id, gen_random_uuid()::text FROM user_entity;
INSERT INTO event_entity (id, client_id, ip_address, realm_id, session_id, event_time, type, user_id, details_json)
    SELECT gen_random_uuid()::text, 'app-1', '10.0.0.' || i % 250, '3f0c7f2e-8f0b-4b4e-9a63-6a55a2b5d001', gen_random_uuid()::text, 1700000000000 + i,
        'LOGIN', 'u' || i, '{"auth_method":"openid-connect","redirect_uri":"https://app.example.com/cb"}' FROM generate_series(1, 3000) i;
INSERT INTO databasechangeloglock VALUES (1, false, NULL, NULL);
