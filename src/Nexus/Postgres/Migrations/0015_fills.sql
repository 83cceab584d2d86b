-- nexus: minimum-reader 15
-- Amounts of 18 decimal places, fractional leverage, and the fills of a trade: docs/decisions/0027-orders-and-partial-fills.md.
-- The adoption of a legacy database runs it before it moves rows, and again in its turn: repeating it changes nothing.
-- A program of before would close a trade as if none of it had been exited, and read a leverage of 2.5 as 2.

-- numeric without a limit takes the rows as they are: the catalog changes and no row is written again, however large the table is
-- (https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES). Nexus checks what it writes. A column of another type or of another
-- scale, and a default for existing rows, would write each row again: leverage stays a whole number with the rest beside it.
ALTER TABLE trades
    ALTER COLUMN entry_price TYPE numeric,
    ALTER COLUMN exit_price TYPE numeric,
    ALTER COLUMN quantity TYPE numeric,
    ALTER COLUMN pnl TYPE numeric,
    ALTER COLUMN fees TYPE numeric,
    ALTER COLUMN slippage TYPE numeric,
    ADD COLUMN IF NOT EXISTS exact_leverage numeric,
    ADD COLUMN IF NOT EXISTS fills jsonb;

-- A quotient rounded half away from zero to 18 places, or to as many as 28 significant digits leave: what a client's decimal holds. numeric's own division
-- has too few places for some values, and rounding its result again would round twice.
CREATE OR REPLACE FUNCTION nexus_quotient(dividend numeric, divisor numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    whole numeric := div(abs(dividend), divisor);
    places integer := greatest(0, least(18, 28 - CASE WHEN whole = 0 THEN 0 ELSE length(whole::text) END));
BEGIN
    RETURN sign(dividend) * div(abs(dividend) * 2 * ('1e' || places)::numeric + divisor, divisor * 2) * ('1e-' || places)::numeric;
END $$;

-- An amount that a statement computed, which must fit as one that a client sends must. SQLSTATE NX400 is a validation error of that write alone.
CREATE OR REPLACE FUNCTION nexus_amount(field text, amount numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF abs(amount) >= 1e20 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = 'must stay below 100000000000000000000';
    ELSIF abs(amount) * ('1e' || min_scale(amount))::numeric >= 1e28 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = 'must have at most 28 significant digits';
    END IF;
    RETURN amount;
END $$;

-- The sums of the fills of a trade; nulls where it has none. A fee counts where it names no currency, or the quote currency of the symbol: BTCUSDT,
-- BTC/USDT:USDT, BTC-USDT-SWAP. What the symbol begins with is its base currency, as T of TUSDT.
CREATE OR REPLACE FUNCTION nexus_fill_figures(
    fills jsonb, symbol text, OUT entered numeric, OUT cost numeric, OUT exited numeric, OUT proceeds numeric, OUT fees numeric,
    OUT last_exit timestamptz)
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT sum(f.quantity) FILTER (WHERE f.side = 'ENTRY'), sum(f.price * f.quantity) FILTER (WHERE f.side = 'ENTRY'),
        coalesce(sum(f.quantity) FILTER (WHERE f.side = 'EXIT'), 0), coalesce(sum(f.price * f.quantity) FILTER (WHERE f.side = 'EXIT'), 0),
        coalesce(sum(f.fee) FILTER (WHERE f.currency IS NULL OR NOT starts_with(symbol, f.currency)
            AND (right(symbol, length(f.currency)) = f.currency OR strpos(translate(symbol, '/_:', '---'), '-' || f.currency || '-') > 0)), 0),
        max(f.at) FILTER (WHERE f.side = 'EXIT')
    FROM (
        SELECT e ->> 'side' AS side, (e ->> 'price')::numeric AS price, (e ->> 'quantity')::numeric AS quantity, (e ->> 'fee')::numeric AS fee,
            e ->> 'fee_currency' AS currency, (e ->> 'at')::timestamptz AS at
        FROM jsonb_array_elements(fills) AS e) AS f
$$;

-- The fills of a trade with more of them. Those that it has already, with the same order id, exchange and content, are left out; null where one has the
-- order id of another.
CREATE OR REPLACE FUNCTION nexus_more_fills(fills jsonb, given jsonb, home text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    merged jsonb := coalesce(fills, '[]');
    foreign_exchange text;
    fill jsonb;
    stored jsonb;
BEGIN
    FOR fill IN SELECT g.one FROM jsonb_array_elements(given) WITH ORDINALITY AS g (one, place) ORDER BY g.place LOOP
        foreign_exchange := nullif(fill ->> 'exchange', home);
        SELECT e INTO stored FROM jsonb_array_elements(merged) AS e
        WHERE e ->> 'order_id' = fill ->> 'order_id' AND e ->> 'exchange' IS NOT DISTINCT FROM foreign_exchange LIMIT 1;
        IF stored IS NULL THEN
            merged := merged || jsonb_build_array(jsonb_strip_nulls(fill || jsonb_build_object(
                'exchange', foreign_exchange,
                'at', coalesce(fill ->> 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))));
        ELSIF (stored ->> 'side', (stored ->> 'price')::numeric, (stored ->> 'quantity')::numeric, (stored ->> 'fee')::numeric,
                stored ->> 'fee_currency', (stored ->> 'at')::timestamptz)
            IS DISTINCT FROM (fill ->> 'side', (fill ->> 'price')::numeric, (fill ->> 'quantity')::numeric, (fill ->> 'fee')::numeric,
                fill ->> 'fee_currency', coalesce(fill ->> 'at', stored ->> 'at')::timestamptz) THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RETURN merged;
END $$;
