using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Users;

/// <summary>Users by their names.</summary>
public sealed partial class NexusUsers
{
    /// <summary>Streams the users whose names begin with a text, in the order of name and chat. Upper and lower case are equal.</summary>
    /// <param name="prefix">The beginning of the name, 1 to 256 characters.</param>
    /// <param name="after">Only users after this one: pass the last user of the previous page.</param>
    /// <param name="limit">The most users to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">The prefix or the limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var user in db.Users.ListByNameAsync("ad", limit: 20)) Console.WriteLine(user.Name);</code></example>
    public IAsyncEnumerable<User> ListByNameAsync(
        string prefix, User? after = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return ReadByNameAsync(Validation.Text("prefix", prefix, Validation.MaxNameLength), isPart: false, after, limit, cancellationToken);
    }

    /// <summary>
    /// Streams the users whose names contain a text, in the order of name and chat. Upper and lower case are equal. Reads every name up to the last
    /// user that it returns, so it is for administration: among many users, <see cref="ListByNameAsync"/> is faster.
    /// </summary>
    /// <param name="part">A part of the name, 1 to 256 characters.</param>
    /// <param name="after">Only users after this one: pass the last user of the previous page.</param>
    /// <param name="limit">The most users to return, 1 or more; null for all.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="NexusValidationException">The part or the limit is out of its range.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>await foreach (var user in db.Users.ListByNamePartAsync("lovelace")) Console.WriteLine(user.Name);</code></example>
    public IAsyncEnumerable<User> ListByNamePartAsync(
        string part, User? after = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(part);
        return ReadByNameAsync(Validation.Text("part", part, Validation.MaxNameLength), isPart: true, after, limit, cancellationToken);
    }

    private IAsyncEnumerable<User> ReadByNameAsync(string text, bool isPart, User? after, int? limit, CancellationToken cancellationToken) =>
        ReadByNameAsync(
            new UserNameQuery(text, isPart, after is null ? null : (after.Name ?? "", after.ChatId.Value), Validation.Limit(limit)),
            cancellationToken);

    private async IAsyncEnumerable<User> ReadByNameAsync(UserNameQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StaleReads.Permit();
        await foreach (var row in _store.ListUsersByNameAsync(query, cancellationToken).ConfigureAwait(false)) yield return FromRow(row);
    }
}
