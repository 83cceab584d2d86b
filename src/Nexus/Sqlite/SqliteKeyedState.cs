using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Json;
using Nexus.KeyedState;

namespace Nexus.Sqlite;

/// <summary>The keyed state. A document that has expired, by the time of the transaction or of the read, is as good as missing.</summary>
internal static class SqliteKeyedState
{
    public static readonly DocumentTable Table = new(KeyedStateRow.Table);

    private const string Columns = "SELECT doc, id, version, updated_at FROM keyed_state";

    /// <summary>Over an expired document it continues that document's version.</summary>
    public static WriteOutcome Save(SqliteWriteTransaction transaction, SaveKeyedState write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, Alive(stored, transaction.Now), write.ExpectedVersion)
            ?? Table.Put(transaction, write, stored, ToUtf8(write.Value, ExpiresAt(write.Expiry, transaction.Now)));
    }

    public static WriteOutcome Patch(SqliteWriteTransaction transaction, PatchKeyedState write)
    {
        var stored = Alive(Table.Find(transaction, write), transaction.Now);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var (value, expiresAt) = Parse(stored!.Document);
        if (write.Expiry is { } expiry) expiresAt = ExpiresAt(expiry, transaction.Now);
        return Table.Put(transaction, write, stored, ToUtf8(SqliteJson.Patch("value", value, write.Patch), expiresAt));
    }

    public static WriteOutcome Remove(SqliteWriteTransaction transaction, RemoveKeyedState write)
    {
        var stored = Table.Find(transaction, write);
        var alive = Alive(stored, transaction.Now);
        if (!write.OnlyExpired) return DocumentTable.Judge(write, alive, write.ExpectedVersion) ?? Table.Delete(transaction, alive!);
        if (alive is not null) return WriteOutcome.Conflict(alive.Version);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion) ?? Table.Delete(transaction, stored!);
    }

    public static WriteOutcome Reseal(SqliteWriteTransaction transaction, ResealKeyedState write) => Table.Reseal(
        transaction, Table.Find(transaction, write), write.SeenVersion, stored => ToUtf8(write.Value, Parse(stored.Document).ExpiresAt));

    public static KeyedStateRow? Get(SqliteSession connection, string id, TimeProvider clock)
    {
        using var reader = connection.Query($"{Columns} WHERE id = ?1", id);
        if (!reader.Read()) return null;
        var row = Map(reader, reader.GetFieldValue<byte[]>(0));
        return row.ExpiresAt <= SqliteTime.Read(clock) ? null : row;
    }

    public static SqliteDataReader List(SqliteSession connection, StateRange range, TimeProvider clock)
    {
        var now = SqliteTime.ToMicroseconds(SqliteTime.Read(clock));
        return range.Before is { } before
            ? connection.Query(
                $"{Columns} WHERE id >= ?1 AND id > ?2 AND id < ?3 AND (expires_at IS NULL OR expires_at > ?4) ORDER BY id",
                range.From, range.After ?? "", before, now)
            : connection.Query(
                $"{Columns} WHERE id >= ?1 AND id > ?2 AND (expires_at IS NULL OR expires_at > ?3) ORDER BY id", range.From, range.After ?? "", now);
    }

    public static IReadOnlyList<ExpiredState> Expired(SqliteSession connection, TimeSpan since, int limit, TimeProvider clock)
    {
        using var reader = connection.Query(
            "SELECT id, version FROM keyed_state WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
            SqliteTime.ToMicroseconds(SqliteTime.Read(clock) - since), limit);
        List<ExpiredState> expired = [];
        while (reader.Read()) expired.Add(new ExpiredState(reader.GetString(0), reader.GetInt64(1)));
        return expired;
    }

    public static KeyedStateRow Map(SqliteDataReader reader, byte[] document)
    {
        var (value, expiresAt) = Parse(document);
        return new KeyedStateRow(
            reader.GetString(1), value, expiresAt, reader.GetInt64(2), SqliteTime.FromMicroseconds(reader.GetInt64(3)));
    }

    private static StoredDocument? Alive(StoredDocument? stored, DateTimeOffset now) =>
        stored is not null && Parse(stored.Document).ExpiresAt <= now ? null : stored;

    private static DateTimeOffset? ExpiresAt(StateExpiry expiry, DateTimeOffset now) => expiry.Settle(now).ExpiresAt;

    private static (ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt) Parse(byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        return (
            json.RootElement.ReadJson("value"u8),
            json.RootElement.TryGetProperty("expires_at"u8, out var at) ? SqliteTime.FromMicroseconds(at.GetInt64()) : null);
    }

    private static byte[] ToUtf8(ReadOnlyMemory<byte> value, DateTimeOffset? expiresAt) =>
        SqliteJson.Write((value, expiresAt), static (json, state) =>
        {
            if (state.expiresAt is { } at) json.WriteNumber("expires_at"u8, SqliteTime.ToMicroseconds(at));
            json.WriteJson("value"u8, state.value);
        });
}
