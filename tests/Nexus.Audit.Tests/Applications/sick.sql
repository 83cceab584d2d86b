-- An application as nobody should leave it: secrets in plain text, money in floating point, no keys, no indexes, everything open to everybody.
CREATE TABLE users (id int, name text, password text, api_key text, api_secret text, balance float8, config jsonb, created timestamp);
CREATE TABLE accounts (id int PRIMARY KEY, user_id int, total real, fee real, at timestamp) WITH (autovacuum_enabled = off);
CREATE TABLE payments (id serial PRIMARY KEY, account_id int REFERENCES accounts, amount float8, price float8, note text);
CREATE INDEX ON payments (note); CREATE INDEX ON payments (note, amount); CREATE INDEX ON payments (amount); CREATE INDEX ON payments (amount, price);
CREATE FUNCTION top() RETURNS int SECURITY DEFINER LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC;
INSERT INTO users SELECT i, 'u' || i, 'Tiger' || i || '!', md5(i::text) || md5((i + 1)::text), md5((i + 2)::text) || md5((i + 3)::text), i,
    jsonb_build_object('mode', 'AUTO', 'binance_secret', md5(i::text) || md5((i + 4)::text)), now() FROM generate_series(1, 5000) i;
INSERT INTO accounts SELECT i, i, i, 1, now() FROM generate_series(1, 9000) i;
INSERT INTO payments (account_id, amount, price, note) SELECT i, 1, 2, 'n' || i FROM generate_series(1, 9000) i;
DELETE FROM accounts WHERE id NOT IN (SELECT account_id FROM payments);
