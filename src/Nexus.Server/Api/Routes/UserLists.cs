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

    public static PageResult<User, UserView> Of(HttpContext http, NexusDb db, UserFilter filter, string? after, int limit)
    {
        var hasEnd = filter.EndsFrom is not null || filter.EndsBefore is not null;
        var hasName = filter.NamePrefix is not null || filter.NamePart is not null;
        Func<User, string> cursor = hasEnd ? EndCursor : hasName ? NameCursor : ChatCursor;
        var first = hasEnd ? Cursor(after, ReadEnd) : hasName ? Cursor(after, ReadName)
            : QueryValues.ChatCursor("after", after) is { } chat ? new User { ChatId = chat } : null;
        return new PageResult<User, UserView>(
            "users", (last, most) => db.Users.ListAsync(filter with { After = last ?? first, Limit = most }, http.RequestAborted), limit, cursor,
            UserView.From, ServerJson.Strict.UserView);
    }

    private static string ChatCursor(User user) => QueryValues.CursorOf(user.ChatId);

    private static string NameCursor(User user) => CursorOf(user.Name ?? "", user);

    private static string EndCursor(User user) => CursorOf(user.ExpiresAt!.Value.UtcTicks.ToString(CultureInfo.InvariantCulture), user);

    private static User ReadName(string name, ChatId chat) => new() { ChatId = chat, Name = name };

    private static User? ReadEnd(string ticks, ChatId chat) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks
            ? new User { ChatId = chat, ExpiresAt = new DateTimeOffset(at, TimeSpan.Zero) }
            : null;

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
