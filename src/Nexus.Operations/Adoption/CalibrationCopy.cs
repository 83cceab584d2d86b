using System.Globalization;
using System.Text.Json;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Copies strategy_calibration into calibrations, once and in one transaction; the legacy table stays as it is. Of several rows with the same names
/// the newest counts. Rows that cannot be converted are reported.
/// </summary>
internal sealed class CalibrationCopy(NpgsqlConnection connection, AdoptionReport report, CancellationToken cancellationToken)
{
    public const string Table = "strategy_calibration";

    /// <summary>Set in the transaction of the copy, so that a calibration that is deleted later does not come back.</summary>
    private const string Mark = "calibrations_adopted";

    private static readonly string[] Names = ["chat_id", "strategy", "symbol", "exchange"];

    private const string Insert = """
        INSERT INTO calibrations (id, chat_id, strategy, symbol, exchange, confidence_threshold, leverage_multiplier, size_multiplier,
            kelly_fraction, win_rate_estimate, risk_reward_estimate, is_active)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO NOTHING
        """;

    public async Task RunAsync(string schema)
    {
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (!shapes.TryGetValue(Table, out var shape)) return;
        StoredNames.Accept();
        if (shapes.ContainsKey("nexus_meta") && await connection.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM nexus_meta WHERE name = $1)", [Mark], cancellationToken).ConfigureAwait(false)) return;
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        var order = shape.Find("id") is null ? "" : " ORDER BY c.id DESC";
        var rows = await connection.RowsAsync(
            $"SELECT to_jsonb(c)::text FROM {Table} c{order}", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        var seen = new HashSet<CalibrationKey>();
        foreach (var row in rows)
        {
            using var json = JsonDocument.Parse(row);
            if (TryConvert(json.RootElement, out var key, out var values) is var (column, reason)) Reject(json.RootElement, column, reason);
            else if (!seen.Add(key)) Reject(json.RootElement, "id", "a newer row has the same names");
            else if (!report.DryRun) await InsertAsync(key, values).ConfigureAwait(false);
        }
        if (!report.DryRun)
        {
            await connection.ExecuteAsync(
                "INSERT INTO nexus_meta (name, value) VALUES ($1, $2)", [Mark, seen.Count.ToString(CultureInfo.InvariantCulture)], cancellationToken)
                .ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        report.Add(Table, "rows copied into calibrations", seen.Count);
    }

    private Task<int> InsertAsync(CalibrationKey key, CalibrationValues values) => connection.ExecuteAsync(
        Insert,
        [
            key.Id, key.ChatId, key.Strategy, key.Symbol, key.Exchange, values.ConfidenceThreshold, values.LeverageMultiplier, values.SizeMultiplier,
            values.KellyFraction, values.WinRateEstimate, values.RiskRewardEstimate, values.IsActive,
        ],
        cancellationToken);

    private void Reject(JsonElement row, string column, string reason) => report.Reject(
        new AdoptionReject(Table, Text(row, "id") ?? NamesOf(row), column, $"{reason}; the row stays in {Table} alone"));

    /// <summary>What tells a row apart in a table without ids.</summary>
    private static string NamesOf(JsonElement row) =>
        string.Join('/', Names.Select(name => Text(row, name) ?? ""));

    /// <returns>The invalid column and the reason, or null.</returns>
    private static (string Column, string Reason)? TryConvert(JsonElement row, out CalibrationKey key, out CalibrationValues values)
    {
        (key, values) = (default, new CalibrationValues());
        try
        {
            if (Text(row, "chat_id") is not { } chat) return ("chat_id", "is missing");
            if (Text(row, "strategy") is not { } strategy) return ("strategy", "is missing");
            key = CalibrationKey.Of(ChatId.ParseStored(chat, "chat_id"), strategy, Text(row, "symbol"), Text(row, "exchange"));
            values = new CalibrationValues
            {
                ConfidenceThreshold = Number(row, "confidence_threshold") ?? values.ConfidenceThreshold,
                LeverageMultiplier = Number(row, "leverage_multiplier") ?? values.LeverageMultiplier,
                SizeMultiplier = Number(row, "size_multiplier", "position_size_multiplier") ?? values.SizeMultiplier,
                KellyFraction = Number(row, "kelly_fraction") ?? values.KellyFraction,
                WinRateEstimate = Number(row, "win_rate_estimate", "win_rate_est"),
                RiskRewardEstimate = Number(row, "risk_reward_estimate", "risk_reward_est", "risk_reward_ratio"),
                IsActive = !(row.TryGetProperty("is_active", out var active) && active.ValueKind == JsonValueKind.False),
            }.Checked();
            return null;
        }
        catch (NexusValidationException error)
        {
            return (error.Field, error.Reason);
        }
    }

    /// <summary>The first of the names that the row has.</summary>
    private static decimal? Number(JsonElement row, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Text(row, name) is not { } text) continue;
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new NexusValidationException(name, "is not a number");
        }
        return null;
    }

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        && value.ToString() is { Length: > 0 } text ? text : null;
}
