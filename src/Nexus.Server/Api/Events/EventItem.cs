namespace Nexus.Server.Api;

/// <summary>One event, serialised once for every stream that gets it.</summary>
/// <param name="Table">The table that filters name.</param>
/// <param name="Key">Equal for events of which only the newest matters.</param>
/// <param name="Chats">The chats that it concerns; empty if it concerns none; null if that is not known, or may be any.</param>
/// <param name="Text">The event as it is sent.</param>
internal sealed record EventItem(string Table, object Key, IReadOnlyList<string>? Chats, ReadOnlyMemory<byte> Text);

/// <summary>Events that are sent together.</summary>
/// <param name="Items">Each of them; none for a comment.</param>
/// <param name="Text">All of them.</param>
internal sealed record EventBatch(IReadOnlyList<EventItem> Items, ReadOnlyMemory<byte> Text)
{
    public static EventBatch Of(IReadOnlyList<EventItem> items)
    {
        if (items is [var only]) return new EventBatch(items, only.Text);
        var text = new byte[items.Sum(item => item.Text.Length)];
        var length = 0;
        foreach (var item in items)
        {
            item.Text.CopyTo(text.AsMemory(length));
            length += item.Text.Length;
        }
        return new EventBatch(items, text);
    }
}
