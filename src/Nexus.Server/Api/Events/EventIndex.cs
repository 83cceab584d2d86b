using Nexus.Engine;

namespace Nexus.Server.Api;

/// <summary>The streams by what they watch, so that an event costs what those cost that get it. Never changed: a new one replaces it.</summary>
internal sealed class EventIndex
{
    /// <summary>The most bytes of one delivery to all streams of a filter. What is more becomes whole tables.</summary>
    public const int MaxBytes = 20_000_000;

    private readonly Group[] _groups;
    private readonly Group? _all;
    private readonly ILookup<string, Group> _byTable;
    private readonly ILookup<string, Group> _byChat;
    private readonly Group[] _ofChats;

    public EventIndex(IReadOnlyList<EventListener> listeners)
    {
        Listeners = listeners;
        _groups = [.. listeners.GroupBy(listener => listener.Filter).Select(group => new Group(group.Key, [.. group]))];
        _all = _groups.FirstOrDefault(group => group.Filter is { Tables: null, Chats: null });
        _ofChats = [.. _groups.Where(group => group.Filter.Chats is not null)];
        _byTable = _groups.Where(group => group.Filter is { Tables: not null, Chats: null })
            .SelectMany(group => group.Filter.Tables!, (group, table) => (group, table)).ToLookup(pair => pair.table, pair => pair.group);
        _byChat = _ofChats.SelectMany(group => group.Filter.Chats!, (group, chat) => (group, chat)).ToLookup(pair => pair.chat, pair => pair.group);
    }

    public IReadOnlyList<EventListener> Listeners { get; }

    /// <summary>Whether some streams watch chats.</summary>
    public bool HasChats => _ofChats.Length > 0;

    /// <summary>Gives each stream its events.</summary>
    /// <returns>The streams that got some, and all their bytes.</returns>
    public (int Streams, long Bytes) Deliver(IReadOnlyList<EventItem> items)
    {
        if (items.Count == 0) return default;
        Dictionary<Group, List<EventItem>> found = [];
        foreach (var item in items)
        {
            foreach (var group in _byTable[item.Table]) Add(group, item);
            if (item.Chats is null)
            {
                foreach (var group in _ofChats) Add(group, item);
            }
            else
            {
                foreach (var chat in item.Chats)
                {
                    foreach (var group in _byChat[chat]) Add(group, item);
                }
            }
        }
        var (streams, bytes) = _all is null ? default : _all.Offer(items);
        foreach (var (group, some) in found)
        {
            var sent = group.Offer(some);
            (streams, bytes) = (streams + sent.Streams, bytes + sent.Bytes);
        }
        return (streams, bytes);

        void Add(Group group, EventItem item)
        {
            if (!group.Filter.Takes(item)) return;
            if (!found.TryGetValue(group, out var some)) found.Add(group, some = []);
            // A record of several chats.
            if (some.Count == 0 || some[^1] != item) some.Add(item);
        }
    }

    private sealed class Group(EventFilter filter, EventListener[] listeners)
    {
        public EventFilter Filter => filter;

        public (int Streams, long Bytes) Offer(IReadOnlyList<EventItem> items)
        {
            var batch = EventBatch.Of(Fit(items, MaxBytes / listeners.Length));
            foreach (var listener in listeners) listener.Offer(batch);
            return (listeners.Length, (long)batch.Text.Length * listeners.Length);
        }

        /// <summary>Names the tables with the most changes as a whole until the rest fits.</summary>
        private static IReadOnlyList<EventItem> Fit(IReadOnlyList<EventItem> items, long maxBytes)
        {
            var size = items.Sum(item => (long)item.Text.Length);
            if (size <= maxBytes) return items;
            HashSet<string> whole = [];
            foreach (var (table, bytes) in items.Where(item => item.Key is StateChange).GroupBy(item => item.Table)
                .Select(group => (group.Key, Bytes: group.Sum(item => (long)item.Text.Length))).OrderByDescending(group => group.Bytes))
            {
                if (size <= maxBytes) break;
                whole.Add(table);
                size -= bytes;
            }
            return [.. whole.Select(table => EventText.Of(new StateChange(table, StateChange.Everything), chats: null)!),
                .. items.Where(item => item.Key is not StateChange || !whole.Contains(item.Table))];
        }
    }
}
