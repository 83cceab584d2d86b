using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Users;

namespace Nexus.Server.Api;

/// <summary>Pages of users by chat, by name, or by the end of the subscription. Each order has cursors of its own.</summary>
internal static class UserLists
{
    /// <summary>A name in UTF-8 and a chat, both as long as may be.</summary>
    private const int MaxCursorBytes = 2048;

    public static PageResult<User, UserView> ByChat(HttpContext http, NexusDb db, string? after, string? limit)
    {
        var first = QueryValues.ChatCursor("after", after);
        return Page(
            (last, most) => db.Users.ListAsync(last?.ChatId ?? first, most, http.RequestAborted), limit, user => QueryValues.CursorOf(user.ChatId));
    }

    public static PageResult<User, UserView> ByRole(HttpContext http, NexusDb db, UserRole role, string? after, string? limit)
    {
        var first = QueryValues.ChatCursor("after", after);
        return Page(
            (last, most) => db.Users.ListByRoleAsync(role, last?.ChatId ?? first, most, http.RequestAborted), limit,
            user => QueryValues.CursorOf(user.ChatId));
    }

    public static PageResult<User, UserView> ByNumber(HttpContext http, NexusDb db, int number, string? limit)
    {
        return Page((last, _) => last is null ? FindAsync() : AsyncEnumerable.Empty<User>(), limit, user => QueryValues.CursorOf(user.ChatId));

        async IAsyncEnumerable<User> FindAsync()
        {
            if (await db.Users.FindByNumberAsync(number, http.RequestAborted) is { } user) yield return user;
        }
    }

    public static PageResult<User, UserView> ByName(HttpContext http, NexusDb db, string prefix, string? after, string? limit) =>
        InOrderOfName((last, most) => db.Users.ListByNameAsync(prefix, last, most, http.RequestAborted), after, limit);

    public static PageResult<User, UserView> ByNamePart(HttpContext http, NexusDb db, string part, string? after, string? limit) =>
        InOrderOfName((last, most) => db.Users.ListByNamePartAsync(part, last, most, http.RequestAborted), after, limit);

    public static PageResult<User, UserView> ByEnd(HttpContext http, NexusDb db, string? from, string? before, string? after, string? limit)
    {
        var (start, end) = (QueryValues.Instant("endsFrom", from) ?? DateTimeOffset.UnixEpoch, QueryValues.Instant("endsBefore", before));
        var first = Cursor(after, static (ticks, chat) =>
            long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks
                ? new User { ChatId = chat, ExpiresAt = new DateTimeOffset(at, TimeSpan.Zero) }
                : null);
        return Page(
            (last, most) => db.Users.ListEndingAsync(start, end ?? DateTimeOffset.MaxValue, last ?? first, most, http.RequestAborted), limit,
            user => CursorOf(user.ExpiresAt!.Value.UtcTicks.ToString(CultureInfo.InvariantCulture), user));
    }

    private static PageResult<User, UserView> InOrderOfName(Func<User?, int, IAsyncEnumerable<User>> items, string? after, string? limit)
    {
        var first = Cursor(after, static (name, chat) => new User { ChatId = chat, Name = name });
        return Page((last, most) => items(last ?? first, most), limit, user => CursorOf(user.Name ?? "", user));
    }

    private static PageResult<User, UserView> Page(
        Func<User?, int, IAsyncEnumerable<User>> items, string? limit, Func<User, string> cursor) =>
        new("users", items, QueryValues.Limit(limit), cursor, UserView.From, ServerJson.Strict.UserView);

    private static string CursorOf(string value, User user) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{user.ChatId.Value}\n{value}"));

    private static User? Cursor(string? after, Func<string, ChatId, User?> read)
    {
        if (string.IsNullOrEmpty(after)) return null;
        var bytes = new byte[MaxCursorBytes];
        return Base64Url.DecodeFromChars(after, bytes, out _, out var length) == OperationStatus.Done
            && !bytes.AsSpan(0, length).Contains((byte)0)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 2) is [{ Length: > 0 and <= ChatId.MaxLength } chat, var value]
            && read(value, ChatId.FromStore(chat)) is { } user
            ? user
            : throw new NexusValidationException("after", "must be the next of the previous page");
    }
}
