using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Users;

/// <summary>Lists of users.</summary>
public sealed partial class NexusUsers
{
    /// <summary>Streams the users in key order.</summary>
    /// <param name="after">Only chats after this one.</param>
    /// <param name="limit">The most users to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">The limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var user in db.Users.ListAsync()) Console.WriteLine($"{user.ChatId} {user.ExpiresAt}");</code></example>
    public IAsyncEnumerable<User> ListAsync(ChatId? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        ListAsync(
            new UserQuery { After = after is { } chat ? new UserPlace(chat.Value, "", End: null) : null, Limit = Validation.Limit(limit) },
            cancellationToken);

    /// <summary>
    /// Streams the users that meet every condition of a filter, in the order of their chats or in another that <see cref="UserFilter"/> names.
    /// </summary>
    /// <param name="filter">The conditions.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">A condition or the limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond. The local replica knows no numbers.</exception>
    /// <example><code>
    /// var filter = new UserFilter { NamePrefix = "ad", EndsFrom = now, EndsBefore = now.AddDays(7), Group = "CRYPTO" };
    /// await foreach (var user in db.Users.ListAsync(filter)) Console.WriteLine($"{user.Name} {user.ExpiresAt}");
    /// </code></example>
    public IAsyncEnumerable<User> ListAsync(UserFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ListAsync(ToQuery(filter), cancellationToken);
    }

    /// <summary>The user with a number, or null: the id of the legacy bot's table, which PostgreSQL gives each new user.</summary>
    /// <param name="number">The number.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusStateException">Shards gave several users the number.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond. The local replica knows no numbers.</exception>
    /// <example><code>var user = await db.Users.FindByNumberAsync(1007);</code></example>
    public async Task<User?> FindByNumberAsync(int number, CancellationToken cancellationToken = default)
    {
        User? found = null;
        await foreach (var user in ListAsync(new UserQuery { Number = number, Limit = 2 }, cancellationToken).ConfigureAwait(false))
        {
            found = found is null ? user : throw new NexusStateException(
                $"user {number}", "is the number of several users on different shards: find them by their chats");
        }
        return found;
    }

    private static UserQuery ToQuery(UserFilter filter) => new()
    {
        NamePrefix = filter.NamePrefix is null ? null : Validation.Text("name", filter.NamePrefix, Validation.MaxNameLength),
        NamePart = filter.NamePart is null ? null : Validation.Text("namePart", filter.NamePart, Validation.MaxNameLength),
        Role = filter.Role is { } role && RoleName(role) is not null ? role : null,
        Group = filter.Group is null ? null : Validation.Text("group", filter.Group, Validation.MaxNameLength),
        Number = filter.Number,
        Ends = filter.EndsFrom is null && filter.EndsBefore is null ? null
            : (Validation.CalendarInstant(filter.EndsFrom ?? DateTimeOffset.MinValue),
                Validation.CalendarInstant(filter.EndsBefore ?? DateTimeOffset.MaxValue)),
        ChangedSince = filter.ChangedSince is { } since ? Validation.CalendarInstant(since) : null,
        After = filter.After is { } after ? new UserPlace(after.ChatId.Value, after.Name ?? "", after.ExpiresAt?.ToUniversalTime()) : null,
        Limit = Validation.Limit(filter.Limit),
    };

    private async IAsyncEnumerable<User> ListAsync(UserQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.IsOfNobody) yield break;
        // One user by number is a user, which only the primary returns: docs/failover.md, "Reads from standbys".
        if (query.Number is null) StaleReads.Permit();
        await foreach (var row in _store.ListUsersAsync(query, cancellationToken).ConfigureAwait(false)) yield return FromRow(row);
    }
}
