using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.History;

/// <summary>
/// Who changed what, and when: an entry for each change of a session, a user, the bot state, a setting or an API key that was made with an author.
/// <see cref="NexusOptions.History"/> says which. The entry commits with its change, or not at all.
/// </summary>
public sealed class NexusHistory
{
    private const int PageSize = 200;

    /// <summary>The tables whose keys are chats.</summary>
    private static readonly string[] ChatTables = ["sessions", "users"];

    private readonly IHistoryStore _store;

    internal NexusHistory(IHistoryStore store) => _store = store;

    /// <summary>
    /// Names the author of the changes that follow in this flow of control, until the result is disposed of. An author with the origin
    /// <see cref="ChangeOrigin.Library"/> counts as a person.
    /// </summary>
    /// <param name="author">Who makes the changes.</param>
    /// <exception cref="NexusValidationException">The author's id or name is empty or too long.</exception>
    /// <example><code>
    /// using (NexusHistory.By(new ChangeAuthor("42", "Ada")))
    /// {
    ///     await db.Sessions.PatchConfigAsync(1001, StateJson.Parse("""{"leverage":3}"""));
    /// }
    /// </code></example>
    public static IDisposable By(ChangeAuthor author)
    {
        ArgumentNullException.ThrowIfNull(author);
        return author.Begin();
    }

    /// <summary>Streams entries, newest first.</summary>
    /// <param name="filter">Which entries; null for all.</param>
    /// <param name="after">Only entries behind this one: pass the last entry of the previous page.</param>
    /// <param name="limit">The most entries to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit, or a key is given without a table.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond. During an outage of PostgreSQL there is no history.</exception>
    /// <example><code>
    /// await foreach (var entry in db.History.ListAsync(new HistoryFilter(Table: "sessions", Key: "1001"), limit: 20))
    ///     Console.WriteLine($"{entry.At} {entry.Author.Name} {entry.Action}");
    /// </code></example>
    public IAsyncEnumerable<HistoryEntry> ListAsync(
        HistoryFilter? filter = null, HistoryEntry? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        ReadAsync(Valid(filter ?? new HistoryFilter()), after is null ? null : (after.At, after.Id), Validation.Limit(limit), cancellationToken);

    /// <summary>The same behind a place that a caller kept from the last entry of a page.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="at">The entry's time.</param>
    /// <param name="id">The entry's id.</param>
    /// <param name="limit">The most entries to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition exceeds a limit, or a key is given without a table.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond. During an outage of PostgreSQL there is no history.</exception>
    /// <example><code>
    /// await foreach (var entry in db.History.ListAfterAsync(new HistoryFilter(), last.At, last.Id, limit: 20)) { … }
    /// </code></example>
    public IAsyncEnumerable<HistoryEntry> ListAfterAsync(
        HistoryFilter filter, DateTimeOffset at, Guid id, int? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ReadAsync(Valid(filter), (Validation.CalendarInstant(at), id), Validation.Limit(limit), cancellationToken);
    }

    /// <summary>Removes every entry about a chat's session and subscription, such as when a subscriber must be forgotten.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="isDryRun">Removes nothing and only counts.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many entries there were.</returns>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var removed = await db.History.ForgetAsync(1001);</code></example>
    public Task<long> ForgetAsync(ChatId chatId, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        _store.RemoveAsync(ChatTables, chatId.Value, isDryRun, cancellationToken);

    /// <summary>Removes the oldest entries.</summary>
    /// <param name="before">Entries before this instant.</param>
    /// <param name="keep">The most entries that stay, 1 or more.</param>
    /// <param name="cancellationToken">Ends the call between two transactions.</param>
    /// <returns>How many entries were removed.</returns>
    /// <exception cref="NexusValidationException">The number is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await db.History.PruneAsync(await db.GetTimeAsync() - TimeSpan.FromDays(90), keep: 1_000_000);</code></example>
    public Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken = default) => keep >= 1
        ? _store.PruneAsync(Validation.CalendarInstant(before), keep, cancellationToken)
        : throw new NexusValidationException("keep", "must be 1 or more");

    private async IAsyncEnumerable<HistoryEntry> ReadAsync(
        HistoryFilter filter, (DateTimeOffset At, Guid Id)? after, int? limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var left = limit ?? int.MaxValue; left > 0;)
        {
            var page = await _store.ListAsync(new HistoryQuery(filter, after, Math.Min(left, PageSize)), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page) yield return entry;
            if (page.Count < Math.Min(left, PageSize)) yield break;
            left -= page.Count;
            after = (page[^1].At, page[^1].Id);
        }
    }

    private static HistoryFilter Valid(HistoryFilter filter)
    {
        if (filter.Table is { } table) Validation.Text("table", table, 100);
        if (filter.Key is { } key) Validation.Text("key", key, 1000);
        if (filter.AuthorId is { } author) Validation.Text("author", author, ChangeAuthor.MaxIdLength);
        if (filter is { Key: not null, Table: null }) throw new NexusValidationException("table", "is required with a key");
        return filter with
        {
            From = filter.From is { } from ? Validation.CalendarInstant(from) : null,
            Before = filter.Before is { } before ? Validation.CalendarInstant(before) : null,
        };
    }
}
