-- How strategies are tuned. The id is chat/strategy/symbol/exchange with empty parts for null, so that a key without a symbol is unique as well; in the
-- order of bytes the primary key also serves the listing of a chat. The columns of its parts are for people and for queries by chat.
CREATE TABLE calibrations (
    id                   text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) <= 2000),
    chat_id              varchar(50) COLLATE "C" NOT NULL,
    strategy             varchar(256)  NOT NULL,
    symbol               varchar(64),
    exchange             varchar(256),
    confidence_threshold numeric(3,2)  NOT NULL CHECK (confidence_threshold BETWEEN 0 AND 1),
    leverage_multiplier  numeric(5,2)  NOT NULL CHECK (leverage_multiplier >= 0),
    size_multiplier      numeric(5,2)  NOT NULL CHECK (size_multiplier >= 0),
    kelly_fraction       numeric(5,4)  NOT NULL CHECK (kelly_fraction BETWEEN 0 AND 1),
    win_rate_estimate    numeric(5,4)  CHECK (win_rate_estimate BETWEEN 0 AND 1),
    risk_reward_estimate numeric(10,4) CHECK (risk_reward_estimate >= 0),
    is_active            boolean       NOT NULL DEFAULT true,
    updated_at           timestamptz   NOT NULL DEFAULT now(),
    version              bigint        NOT NULL DEFAULT 1,
    write_id             uuid
) WITH (fillfactor = 90);
