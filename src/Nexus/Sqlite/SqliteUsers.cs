using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>Who may use the bot, and until when.</summary>
internal static class SqliteUsers
{
    public static readonly DocumentTable Table = new(UserRow.Table)
    {
        ReadRow = static (connection, id, clock) => Get(connection, [id], clock) is [var row] ? row : null,
    };

    public static WriteOutcome Save(SqliteWriteTransaction transaction, SaveUser write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var before = stored is null ? UserDocument.New(write.CreatedAt ?? transaction.Now) : UserDocument.Parse(stored.Document);
        var after = before with
        {
            Name = write.Name ?? before.Name,
            Role = write.Role ?? before.Role,
            ExpiresAt = ExpiryAfter(write.Expiry, before.ExpiresAt, isNew: stored is null, transaction.Now),
            TimeZone = write.TimeZone ?? before.TimeZone,
            TelegramId = write.TelegramId ?? before.TelegramId,
            Groups = write.Groups ?? before.Groups,
        };
        return Table.Put(transaction, write, stored, after.ToUtf8());
    }

    public static WriteOutcome Extend(SqliteWriteTransaction transaction, ExtendUser write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, expectedVersion: null) is { } outcome) return outcome;
        var before = UserDocument.Parse(stored!.Document);
        var after = before with { ExpiresAt = Later(before.ExpiresAt, write.Days, write.AcceptedAt ?? transaction.Now) };
        return Table.Put(transaction, write, stored, after.ToUtf8());
    }

    public static WriteOutcome Remove(SqliteWriteTransaction transaction, RemoveUser write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion) ?? Table.Delete(transaction, stored!);
    }

    /// <summary>
    /// Whether the chat is a subscriber whose end is not after <paramref name="at"/>. Admins and chats without a user do not expire.
    /// </summary>
    public static bool IsExpired(SqliteSession connection, string chatId, DateTimeOffset at)
    {
        using var reader = connection.Query("SELECT doc FROM users WHERE chat_id = ?1", chatId);
        return reader.Read() && IsExpired(UserDocument.Parse(reader.GetFieldValue<byte[]>(0)), at);
    }

    /// <summary>The same for a user at a version; null if there is none.</summary>
    public static bool? IsExpired(SqliteSession connection, string chatId, DateTimeOffset at, long version)
    {
        using var reader = connection.Query("SELECT doc FROM users WHERE chat_id = ?1 AND version = ?2", chatId, version);
        return reader.Read() ? IsExpired(UserDocument.Parse(reader.GetFieldValue<byte[]>(0)), at) : null;
    }

    private static bool IsExpired(UserDocument user, DateTimeOffset at) => user is { Role: "user", ExpiresAt: { } end } && end <= at;

    public static IReadOnlyList<UserRow> Get(SqliteSession connection, IReadOnlyCollection<string> chatIds, TimeProvider clock)
    {
        using var reader = Find(connection, chatIds);
        List<UserRow> rows = new(chatIds.Count);
        while (reader.Read()) rows.Add(Map(reader, reader.GetFieldValue<byte[]>(0), clock));
        return rows;
    }

    public static IReadOnlyList<AccessRow> GetAccess(SqliteSession connection, IReadOnlyCollection<string> chatIds, TimeProvider clock)
    {
        using var reader = Find(connection, chatIds);
        List<AccessRow> rows = new(chatIds.Count);
        while (reader.Read())
        {
            var user = UserDocument.Parse(reader.GetFieldValue<byte[]>(0));
            rows.Add(new AccessRow(reader.GetString(1), user.Role, user.ExpiresAt, SqliteTime.Read(clock)));
        }
        return rows;
    }

    public static SqliteDataReader List(SqliteSession connection, string after) =>
        connection.Query("SELECT doc, chat_id, version FROM users WHERE chat_id > ?1 ORDER BY chat_id", after);

    public static UserCounts Count(SqliteSession connection, TimeProvider clock)
    {
        using var reader = connection.Query(
            """
            SELECT count(*) FILTER (WHERE doc ->> '$.role' = 'admin'),
                count(*) FILTER (WHERE doc ->> '$.role' <> 'admin' AND (doc ->> '$.expires_at' IS NULL OR doc ->> '$.expires_at' > ?1)),
                count(*) FILTER (WHERE doc ->> '$.role' <> 'admin' AND doc ->> '$.expires_at' <= ?1)
            FROM users
            """,
            ValueText.Of(SqliteTime.Read(clock)));
        reader.Read();
        return new UserCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public static UserRow Map(SqliteDataReader reader, byte[] document, TimeProvider clock)
    {
        var user = UserDocument.Parse(document);
        return new UserRow(
            reader.GetString(1), user.Name, user.Role, user.ExpiresAt, user.CreatedAt, user.TimeZone, user.TelegramId, user.Groups,
            reader.GetInt64(2), SqliteTime.Read(clock));
    }

    private static SqliteDataReader Find(SqliteSession connection, IReadOnlyCollection<string> chatIds) => connection.Query(
        "SELECT doc, chat_id, version FROM users WHERE chat_id IN (SELECT value FROM json_each(?1))", SqliteJson.Array(chatIds));

    private static DateTimeOffset? ExpiryAfter(Expiry expiry, DateTimeOffset? before, bool isNew, DateTimeOffset now) => expiry.Kind switch
    {
        ExpiryKind.Never => null,
        ExpiryKind.At => SqliteTime.Truncate(expiry.At),
        ExpiryKind.DaysFromNow => AddDays(now, expiry.Days),
        ExpiryKind.DaysMore => Later(isNew ? expiry.Since ?? now : before, expiry.Days, expiry.Since ?? now),
        ExpiryKind.Keep => before,
        _ => throw new InvalidOperationException("an expiry of unknown kind"),
    };

    /// <summary>Days after the later of the instant of the write and the present end; a subscription without an end stays so.</summary>
    private static DateTimeOffset? Later(DateTimeOffset? end, int days, DateTimeOffset now) =>
        end is not { } at ? null : AddDays(at > now ? at : now, days);

    /// <summary>Days of exactly 24 hours.</summary>
    private static DateTimeOffset AddDays(DateTimeOffset from, int days)
    {
        try
        {
            return from.AddTicks(days * TimeSpan.TicksPerDay);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new NexusValidationException("days", "must end the subscription within the years 1 to 9999");
        }
    }

    /// <summary>Members are named as the columns of PostgreSQL's table.</summary>
    private sealed record UserDocument(
        string? Name, string Role, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, string TimeZone, long? TelegramId,
        ReadOnlyMemory<byte> Groups)
    {
        public static UserDocument New(DateTimeOffset now) =>
            new(null, "user", null, now, "UTC", null, """{"CRYPTO":true,"STOCKS":true,"ETFS":true}"""u8.ToArray());

        public static UserDocument Parse(byte[] document)
        {
            using var json = SqliteJson.Parse(document);
            var root = json.RootElement;
            return new UserDocument(
                root.ReadText("name"u8),
                root.ReadText("role"u8)!,
                root.ReadTime("expires_at"u8),
                root.ReadTime("created_at"u8)!.Value,
                root.ReadText("timezone"u8)!,
                root.TryGetProperty("telegram_id"u8, out var telegramId) ? telegramId.GetInt64() : null,
                root.ReadJson("enabled_groups"u8));
        }

        public byte[] ToUtf8() => SqliteJson.Write(this, static (json, user) =>
        {
            json.WriteText("name"u8, user.Name);
            json.WriteText("role"u8, user.Role);
            json.WriteTime("expires_at"u8, user.ExpiresAt);
            json.WriteTime("created_at"u8, user.CreatedAt);
            json.WriteText("timezone"u8, user.TimeZone);
            if (user.TelegramId is { } id) json.WriteNumber("telegram_id"u8, id);
            json.WriteJson("enabled_groups"u8, user.Groups);
        });
    }
}
