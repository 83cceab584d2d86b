using System.Text;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Seals legacy plain text and Fernet tokens in short transactions: an interrupted run loses one batch, and the next run
/// continues, because sealed values stay unchanged. Once adoption is done, plain text is no longer trusted: it stays and is reported, and
/// only tokens that were rejected before are retried. Reserved settings are never sealed.
/// </summary>
internal sealed class SecretAdoption(
    NpgsqlConnection connection, Sealer sealer, AdoptionReport report, IProgress<MigrateProgress>? progress, CancellationToken cancellationToken)
{
    private const int BatchSize = 500;

    private static readonly SecretTable[] Tables =
    [
        new("sessions", "chat_id", ["api_key", "api_secret", "config_legacy"], ["config"], (key, column) => SealPlaces.Session(key, column)),
        new("bot_state", "id", [], ["enabled_strategies", "group_config"], (key, column) => new SealContext("bot_state", key, column)),
        new("users", "chat_id", [], ["enabled_groups"], (key, column) => new SealContext("users", key, column)),
        new("system_config", "key", [], ["value"], (key, _) => SealPlaces.SystemConfig(key)),
        new("nexus_rejected", "id", [], ["row"], (key, column) => new SealContext("nexus_rejected", key, column)),
    ];

    private readonly DocumentSealer _documents = new(sealer);
    private SealedRejects? _retried;

    public async Task RunAsync(string schema)
    {
        _retried = await SealedRejects.FindAsync(connection, sealer, report.DryRun, cancellationToken).ConfigureAwait(false);
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        foreach (var table in Tables)
        {
            if (!shapes.TryGetValue(table.Name, out var shape) || shape.Find(table.Key) is not { } key) continue;
            var there = table with { Secrets = [.. table.Secrets.Where(IsThere)], Documents = [.. table.Documents.Where(IsThere)] };
            if (there.Columns.Count > 0) await SealAsync(there, key.Type).ConfigureAwait(false);

            // config_legacy is text if adoption set an invalid config aside. Another column with that name does not belong to Nexus.
            bool IsThere(string column) => shape.Find(column) is { } found && (column != "config_legacy" || found.Type == "text");
        }
    }

    private async Task SealAsync(SecretTable table, string keyType)
    {
        var counts = new long[table.Columns.Count];
        var total = await connection.ScalarAsync<long>(
            $"SELECT count(*) FROM {SqlIdentifier.Quote(table.Name)}", [], cancellationToken).ConfigureAwait(false);
        var done = 0L;
        for (string? last = null; ;)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            var rows = await connection.RowsAsync(
                table.SelectSql(keyType, report.DryRun ? "" : "FOR UPDATE"), [last, BatchSize], table.Read, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) break;
            var changed = rows.Where(row => Seal(table, row, counts)).ToList();
            if (changed.Count > 0 && !report.DryRun)
            {
                object?[] parameters =
                [
                    changed.Select(row => row.Key).ToArray(),
                    .. Enumerable.Range(0, table.Columns.Count).Select(i => changed.Select(row => row.Values[i]).ToArray())
                ];
                await connection.ExecuteAsync(table.UpdateSql(keyType), parameters, cancellationToken).ConfigureAwait(false);
            }
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            last = rows[^1].Key;
            done += rows.Count;
            progress?.Report(new MigrateProgress(table.Name, "secrets sealed", done, total));
            if (rows.Count < BatchSize) break;
        }
        for (var i = 0; i < counts.Length; i++) report.Add(table.Name, $"secrets sealed in {table.Columns[i]}", counts[i]);
    }

    private bool Seal(SecretTable table, SecretRow row, long[] counts)
    {
        var isChanged = false;
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (string.IsNullOrEmpty(row.Values[i]) || (table.Name == "system_config" && ReservedSettings.IsReserved(row.Key))) continue;
            var place = table.Place(row.Key, table.Columns[i]);
            var value = i < table.Secrets.Count ? SealValue(table, row, place, row.Values[i]!) : SealDocument(table, row, place, row.Values[i]!);
            if (value == row.Values[i]) continue;
            row.Values[i] = value;
            counts[i]++;
            isChanged = true;
        }
        return isChanged;
    }

    private string? SealValue(SecretTable table, SecretRow row, SealContext place, string value)
    {
        if (_retried is { } retried && !SealedFormat.HasPrefix(value) && !retried.Allows(table.Name, row.Key, place.Field, value))
        {
            Reject(table, row, place.Field, SealedRejects.Foreign);
            return value;
        }
        // The legacy bot stored a missing key as a token of the empty text.
        if (sealer.TryOpenLegacy(value, out var plain, out _) && plain.Length == 0) return null;
        if (!sealer.TryAcceptLegacy(place, value, out var ciphertext, out var reason)) Reject(table, row, place.Field, reason);
        return ciphertext;
    }

    private string SealDocument(SecretTable table, SecretRow row, SealContext place, string value)
    {
        Func<string, string, bool>? maySeal = _retried is { } retried ? (field, text) => retried.Allows(table.Name, row.Key, field, text) : null;
        var document = _documents.AcceptLegacy(place, Encoding.UTF8.GetBytes(value), maySeal);
        foreach (var (pointer, reason) in document.Problems) Reject(table, row, place.Field + pointer, reason);
        return document.Sealed == 0 ? value : Encoding.UTF8.GetString(document.Json);
    }

    private void Reject(SecretTable table, SecretRow row, string field, string reason) =>
        report.Reject(new AdoptionReject(table.Name, row.Key, field, $"{reason}; it stays unchanged"));

    /// <summary>Secret columns first, then documents.</summary>
    private sealed record SecretTable(
        string Name, string Key, IReadOnlyList<string> Secrets, IReadOnlyList<string> Documents, Func<string, string, SealContext> Place)
    {
        public IReadOnlyList<string> Columns => [.. Secrets, .. Documents];

        public string SelectSql(string keyType, string lockClause)
        {
            var key = SqlIdentifier.Quote(Key);
            // ORDER BY names the table, because a bare key would refer to the selected text, which has another collation.
            return $"SELECT {key}::text, {string.Join(", ", Columns.Select(column => SqlIdentifier.Quote(column) + "::text"))} FROM "
                + $"{SqlIdentifier.Quote(Name)} t WHERE $1::text IS NULL OR t.{key} > $1::{keyType} ORDER BY t.{key} LIMIT $2 {lockClause}";
        }

        public string UpdateSql(string keyType)
        {
            var names = Columns.Select((_, i) => $"c{i}").ToList();
            var assignments = Columns.Select((column, i) => $"{SqlIdentifier.Quote(column)} = v.c{i}{(i < Secrets.Count ? "" : "::jsonb")}");
            var arrays = Enumerable.Range(1, Columns.Count + 1).Select(i => $"${i}::text[]");
            return $"/* nexus */ UPDATE {SqlIdentifier.Quote(Name)} t SET {string.Join(", ", assignments)} FROM "
                + $"unnest({string.Join(", ", arrays)}) AS v(key, {string.Join(", ", names)}) WHERE t.{SqlIdentifier.Quote(Key)} = v.key::{keyType}";
        }

        public SecretRow Read(NpgsqlDataReader row)
        {
            var values = new string?[Columns.Count];
            for (var i = 0; i < values.Length; i++) values[i] = row.IsDBNull(i + 1) ? null : row.GetString(i + 1);
            return new SecretRow(row.GetString(0), values);
        }
    }

    private sealed record SecretRow(string Key, string?[] Values);
}
