DROP TRIGGER IF EXISTS nexus_trade_inserted ON trades;
DROP TRIGGER IF EXISTS nexus_trade_updated ON trades;
DROP TRIGGER IF EXISTS nexus_trade_deleted ON trades;
DROP FUNCTION nexus_mark_trade();
DROP FUNCTION nexus_mark_day(text, timestamptz, timestamptz);
DROP FUNCTION nexus_trade_partitions();
DROP TABLE nexus_trade_marks, nexus_trade_sums, nexus_summed_chats;
