namespace Nexus.Users;

/// <summary>Users whose names begin with a text or contain it, in the order of name and chat. Upper and lower case are equal.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsPart">Whether it may be anywhere in the name. An index then gives the order alone.</param>
/// <param name="After">Only users after this one; null from the first.</param>
/// <param name="Limit">The most users; null for all.</param>
internal sealed record UserNameQuery(string Text, bool IsPart, (string Name, string ChatId)? After, int? Limit)
{
    /// <summary>Sorts after every text that begins with the text: the last code point follows.</summary>
    public string End => Text + "\U0010FFFF";
}

/// <summary>Subscribers whose subscriptions end within a time, in the order of end and chat. Admins do not expire.</summary>
/// <param name="From">The subscription ends then or later.</param>
/// <param name="Before">The subscription ends earlier than this.</param>
/// <param name="After">Only users after this one; null from the first.</param>
/// <param name="Limit">The most users; null for all.</param>
internal sealed record UserEndQuery(DateTimeOffset From, DateTimeOffset Before, (DateTimeOffset End, string ChatId)? After, int? Limit);

/// <summary>Users with a role, in the order of their chats.</summary>
/// <param name="Role">As stores name it.</param>
/// <param name="After">Only chats after this one; null from the first.</param>
/// <param name="Limit">The most users; null for all.</param>
internal sealed record UserRoleQuery(string Role, string? After, int? Limit);

/// <summary>Users that were written at or after an instant of the store's clock, in the order of their chats.</summary>
/// <param name="Since">Written then or later.</param>
/// <param name="After">Only chats after this one; null from the first.</param>
internal sealed record ChangedUsersQuery(DateTimeOffset Since, string? After = null);
