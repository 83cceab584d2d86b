-- The columns become as narrow as they were, which writes each row again: programs from before count on 8 places in what the database computes. The checks
-- see that nothing is rounded.
LOCK TABLE trades IN ACCESS EXCLUSIVE MODE;
SELECT pg_catalog.format('%s trades have fills, which programs from before would lose when they close the trade', count(*))
FROM trades WHERE fills IS NOT NULL HAVING count(*) > 0;
SELECT pg_catalog.format('%s trades have a leverage that is not a whole number', count(*)) FROM trades WHERE exact_leverage IS NOT NULL HAVING count(*) > 0;
SELECT pg_catalog.format('%s trades have amounts with more than 8 decimal places or from 1000000000000', count(*))
FROM trades
WHERE greatest(min_scale(entry_price), min_scale(exit_price), min_scale(quantity), min_scale(pnl), min_scale(fees), min_scale(slippage)) > 8
    OR greatest(abs(entry_price), abs(exit_price), abs(quantity), abs(pnl), abs(fees), abs(slippage)) >= 1e12
HAVING count(*) > 0;
ALTER TABLE trades
    ALTER COLUMN entry_price TYPE numeric(20,8),
    ALTER COLUMN exit_price TYPE numeric(20,8),
    ALTER COLUMN quantity TYPE numeric(20,8),
    ALTER COLUMN pnl TYPE numeric(20,8),
    ALTER COLUMN fees TYPE numeric(20,8),
    ALTER COLUMN slippage TYPE numeric(20,8),
    DROP COLUMN exact_leverage,
    DROP COLUMN fills;
DROP FUNCTION nexus_more_fills(jsonb, jsonb, text, timestamptz);
DROP FUNCTION nexus_fill_figures(jsonb, text);
DROP FUNCTION nexus_amount(text, numeric);
DROP FUNCTION nexus_quotient(numeric, numeric);
