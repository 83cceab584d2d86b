-- Tables as Odoo makes them (times without zone in UTC, integer keys, money as numeric, prices of analysis as double precision).
CREATE TABLE res_company (id serial PRIMARY KEY, name varchar NOT NULL, currency_id int NOT NULL, create_date timestamp, write_date timestamp);
CREATE TABLE res_users (id serial PRIMARY KEY, login varchar NOT NULL UNIQUE, password varchar, active boolean DEFAULT true, company_id int NOT NULL
    REFERENCES res_company ON DELETE RESTRICT, notification_type varchar NOT NULL, signature text, create_date timestamp, write_date timestamp);
CREATE INDEX res_users_company_id_index ON res_users (company_id);
CREATE TABLE res_partner (id serial PRIMARY KEY, name varchar, company_id int REFERENCES res_company ON DELETE SET NULL, parent_id int REFERENCES
    res_partner
    ON DELETE SET NULL, email varchar, phone varchar, vat varchar, lang varchar, tz varchar, color int, partner_latitude numeric, active boolean,
    comment text, create_date timestamp, write_date timestamp);
CREATE INDEX res_partner_company_id_index ON res_partner (company_id);
CREATE INDEX res_partner_parent_id_index ON res_partner (parent_id);
CREATE INDEX res_partner_name_index ON res_partner (name);
CREATE TABLE product_template (id serial PRIMARY KEY, name jsonb NOT NULL, list_price numeric, weight numeric, volume numeric, type varchar NOT NULL,
    sequence int, color int, active boolean, create_date timestamp, write_date timestamp);
CREATE TABLE sale_order (id serial PRIMARY KEY, name varchar NOT NULL, partner_id int NOT NULL REFERENCES res_partner ON DELETE RESTRICT,
    company_id int
    NOT NULL REFERENCES res_company ON DELETE RESTRICT, user_id int REFERENCES res_users ON DELETE SET NULL, access_token_hash varchar, state varchar,
    amount_untaxed numeric, amount_tax numeric, amount_total numeric, currency_rate numeric, date_order timestamp NOT NULL, create_date timestamp);
CREATE INDEX sale_order_partner_id_index ON sale_order (partner_id);
CREATE INDEX sale_order_company_id_index ON sale_order (company_id);
CREATE INDEX sale_order_user_id_index ON sale_order (user_id);
CREATE TABLE sale_order_line (id serial PRIMARY KEY, order_id int NOT NULL REFERENCES sale_order ON DELETE CASCADE, product_id int REFERENCES
    product_template
    ON DELETE RESTRICT, name text NOT NULL, price_unit numeric NOT NULL, product_uom_qty numeric NOT NULL, discount numeric, customer_lead float8
    NOT NULL,
    create_date timestamp);
CREATE INDEX sale_order_line_order_id_index ON sale_order_line (order_id);
CREATE INDEX sale_order_line_product_id_index ON sale_order_line (product_id);
CREATE TABLE mail_message (id serial PRIMARY KEY, subject varchar, date timestamp, body text, model varchar, res_id int, message_type varchar NOT
    NULL,
    message_id varchar, author_id int REFERENCES res_partner ON DELETE SET NULL, create_date timestamp);
CREATE INDEX mail_message_author_id_index ON mail_message (author_id);
CREATE INDEX mail_message_model_res_id_idx ON mail_message (model, res_id);
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar NOT NULL UNIQUE, value text NOT NULL, create_date timestamp);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name varchar NOT NULL, res_model varchar, res_id int, store_fname varchar, checksum varchar(40),
    mimetype varchar, file_size int, create_date timestamp);
CREATE INDEX ir_attachment_checksum_index ON ir_attachment (checksum);
CREATE INDEX ir_attachment_res_idx ON ir_attachment (res_model, res_id);
CREATE TABLE sale_order_tag_rel (order_id int NOT NULL REFERENCES sale_order ON DELETE CASCADE, tag_id int NOT NULL, PRIMARY KEY (order_id, tag_id));
CREATE INDEX sale_order_tag_rel_tag_id_order_id_idx ON sale_order_tag_rel (tag_id, order_id);
INSERT INTO res_company (name, currency_id) VALUES ('Acme', 1);
INSERT INTO res_users (login, password, company_id, notification_type)
    SELECT 'u' || i, '$pbkdf2-sha512$600000$' || substr(md5(i::text), 1, 22) || '$' || substr(encode(sha512(i::text::bytea), 'base64'), 1, 86),
        1, 'email'
        FROM generate_series(1, 500) i;
INSERT INTO res_partner (name, company_id, email, lang, tz, active, parent_id)
    SELECT 'Cliente ' || i, 1, 'c' || i || '@example.com', 'es_ES', 'Europe/Madrid', true, CASE WHEN i > 100 AND i % 9 = 0 THEN i - 50 END
        FROM generate_series(1, 4000) i;
INSERT INTO product_template (name, list_price, type, active) SELECT jsonb_build_object('en_US', 'Chair ' || i, 'es_ES', 'Silla ' || i), i * 1.5,
    'consu', true
    FROM generate_series(1, 800) i;
INSERT INTO sale_order (name, partner_id, company_id, user_id, state, amount_untaxed, amount_tax, amount_total, date_order)
    SELECT 'S' || i, 1 + i % 4000, 1, 1 + i % 500, 'sale', 100, 21, 121, now() FROM generate_series(1, 5000) i;
INSERT INTO sale_order_line (order_id, product_id, name, price_unit, product_uom_qty, customer_lead)
    SELECT 1 + i % 5000, 1 + i % 800, 'Silla', 12.5, 2, 3 FROM generate_series(1, 12000) i;
INSERT INTO mail_message (subject, date, body, model, res_id, message_type, message_id, author_id)
    SELECT 'Pedido', now(), '<p>La contraseña se cambia en el portal.</p>', 'sale.order', i, 'comment', '<' || md5(i::text) || '@odoo>', 1 + i % 4000
        FROM generate_series(1, 6000) i;
INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url', 'https://erp.example.com'), ('mail.catchall.alias', 'catchall'),
    ('auth_signup.reset_password', 'True'), ('database.create_date', '2026-01-01 00:00:00'), ('product.weight_in_lbs', '0'),
    ('base.template_portal_user_id', '5'), ('auth_password_policy.minlength', '8');
INSERT INTO ir_attachment (name, res_model, res_id, store_fname, checksum, mimetype, file_size)
    SELECT 'f' || i || '.png', 'sale.order', i, substr(md5(i::text), 1, 2) || '/' || md5(i::text) || substr(md5(i::text), 1, 8), md5(i::text) ||
        substr(md5(i::text), 1, 8), 'image/png', 1000 FROM generate_series(1, 3000) i;
