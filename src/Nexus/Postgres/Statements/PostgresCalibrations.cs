using Nexus.Calibrations;
using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The calibrations' SQL.</summary>
internal static class PostgresCalibrations
{
    /// <summary>As the conditional save of a session.</summary>
    public static readonly Statement Save = new Statement<SaveCalibration>(CalibrationRow.Table, rank: 0, StatementKind.Creates, """
        WITH held AS (SELECT c.id, c.version, c.write_id FROM calibrations c WHERE c.id {keys} ORDER BY c.id FOR UPDATE)
        INSERT INTO calibrations AS c (id, chat_id, strategy, symbol, exchange, confidence_threshold, leverage_multiplier, size_multiplier,
            kelly_fraction, win_rate_estimate, risk_reward_estimate, is_active, write_id, version)
        SELECT i.id, i.chat_id, i.strategy, i.symbol, i.exchange, i.confidence_threshold, i.leverage_multiplier, i.size_multiplier,
            i.kelly_fraction, i.win_rate_estimate, i.risk_reward_estimate, i.is_active, i.write_id, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.id = i.id
        WHERE (i.expected IS NULL OR i.expected = coalesce(h.version, 0)) AND h.write_id IS DISTINCT FROM i.write_id
        ORDER BY i.id COLLATE "C"
        ON CONFLICT (id) DO UPDATE SET
            confidence_threshold = excluded.confidence_threshold, leverage_multiplier = excluded.leverage_multiplier,
            size_multiplier = excluded.size_multiplier, kelly_fraction = excluded.kelly_fraction, win_rate_estimate = excluded.win_rate_estimate,
            risk_reward_estimate = excluded.risk_reward_estimate, is_active = excluded.is_active, updated_at = excluded.updated_at,
            version = excluded.version, write_id = excluded.write_id
        WHERE c.version = excluded.version - 1
        RETURNING c.id, c.version, c.updated_at
        """, write => write.ExpectedVersion)
        .Text("id", write => write.Id)
        .Text("chat_id", write => CalibrationKey.Parse(write.Id).ChatId)
        .Text("strategy", write => CalibrationKey.Parse(write.Id).Strategy)
        .Text("symbol", write => CalibrationKey.Parse(write.Id).Symbol)
        .Text("exchange", write => CalibrationKey.Parse(write.Id).Exchange)
        .Decimal("confidence_threshold", write => write.Values.ConfidenceThreshold)
        .Decimal("leverage_multiplier", write => write.Values.LeverageMultiplier)
        .Decimal("size_multiplier", write => write.Values.SizeMultiplier)
        .Decimal("kelly_fraction", write => write.Values.KellyFraction)
        .DecimalOrNull("win_rate_estimate", write => write.Values.WinRateEstimate)
        .DecimalOrNull("risk_reward_estimate", write => write.Values.RiskRewardEstimate)
        .Bool("is_active", write => write.Values.IsActive)
        .LongOrNull("expected", write => write.ExpectedVersion)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Remove = new Statement<RemoveCalibration>(CalibrationRow.Table, rank: 1, StatementKind.Removes, """
        WITH held AS (SELECT c.id, i.expected FROM {input} JOIN calibrations c ON c.id = i.id ORDER BY c.id FOR UPDATE OF c),
        gone AS (
            DELETE FROM calibrations c USING held i
            WHERE c.id = i.id AND (i.expected IS NULL OR i.expected = c.version)
            RETURNING c.id, c.version)
        SELECT g.id, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Text("id", write => write.Id)
        .LongOrNull("expected", write => write.ExpectedVersion);

    private const string LockRows = "SELECT count(*) FROM (SELECT 1 FROM calibrations WHERE id = ANY ($1) ORDER BY id FOR UPDATE) AS held";

    private const string LookUp = "SELECT id, version, updated_at, write_id FROM calibrations WHERE id = ANY ($1)";

    private const string RaiseVersion =
        "UPDATE calibrations t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) WHERE t.id = i.id AND t.version < "
            + "i.version";

    public static readonly PostgresTable Table = new PostgresTable<CalibrationRow>(CalibrationRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.OfChat(KeyPart.Text("id")),
        Ranges = new PostgresKeyRanges(CalibrationRow.Table),
        Get = Get,
        Page = static (after, limit) => List(chatId: null, after, limit),
    };

    private const string Columns = """
        SELECT id, confidence_threshold, leverage_multiplier, size_multiplier, kelly_fraction, win_rate_estimate, risk_reward_estimate, is_active,
            version, updated_at
        FROM calibrations
        """;

    private const string GetSome = $"{Columns} WHERE id = ANY ($1)";
    private const string ListAll = $"{Columns} WHERE id >= $1 AND id IS DISTINCT FROM $2 ORDER BY id LIMIT $3";
    private const string ListRange = $"{Columns} WHERE id >= $1 AND id IS DISTINCT FROM $2 AND id < $4 ORDER BY id LIMIT $3";

    public static Query<CalibrationRow> Get(string[] ids) => new Query<CalibrationRow>(GetSome, Read).Texts(ids);

    public static Query<CalibrationRow> List(string? chatId, string? after, int? limit)
    {
        if (chatId is null) return new Query<CalibrationRow>(ListAll, Read).Text(after ?? "").Text(after).Limit(limit);
        return new Query<CalibrationRow>(ListRange, Read)
            .Text(after ?? CalibrationKey.PrefixOf(chatId)).Text(after).Limit(limit).Text(CalibrationKey.EndOf(chatId));
    }

    private static CalibrationRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        new CalibrationValues
        {
            ConfidenceThreshold = row.GetDecimal(1),
            LeverageMultiplier = row.GetDecimal(2),
            SizeMultiplier = row.GetDecimal(3),
            KellyFraction = row.GetDecimal(4),
            WinRateEstimate = row.GetDecimalOrNull(5),
            RiskRewardEstimate = row.GetDecimalOrNull(6),
            IsActive = row.GetBoolean(7),
        },
        row.GetInt64(8),
        row.GetInstant(9));
}
