using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Stores;

/// <summary>
/// What keeps the state. A store knows records whose secrets are sealed already; it neither validates nor seals. Every method is
/// asynchronous and throws <see cref="StoreUnavailableException"/> when the store cannot answer now.
/// The promises are written as tests in Nexus.StoreContract, which runs against every store.
/// </summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary><c>postgresql</c> or <c>embedded</c>.</summary>
    string Kind { get; }

    /// <summary>What changed, here and in other instances on the same store, after it was committed.</summary>
    ChangeFeed Changes { get; }

    /// <summary>Why it does not serve as it should although it answers; empty where all is well.</summary>
    IReadOnlyList<StoreConcern> Concerns => [];

    /// <summary>Opens the store, brings its schema up to date or refuses with <see cref="StoreIncompatibleException"/>.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Applies writes in one transaction, durable when the task completes. There is at most one write per record in a batch.
    /// Outcomes stand in the order of <paramref name="writes"/>.
    /// Not atomic: a write that conflicts or fails leaves the others applied. Atomic: any outcome that is not applied rolls all back,
    /// the culprits keep their outcome and the others say <see cref="WriteStatus.RolledBack"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The commit's answer was lost and could not be found out.</exception>
    Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken);

    /// <summary>The sessions of these chats, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>Streams sessions in key order; memory does not grow with their number.</summary>
    IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken);

    /// <summary>The users of these chats, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>Of the users of these chats what access is judged by, in any order, without those that do not exist.</summary>
    Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken);

    /// <summary>Streams users in key order, after <paramref name="after"/> where it is given.</summary>
    IAsyncEnumerable<UserRow> ListUsersAsync(string? after, CancellationToken cancellationToken);

    /// <summary>The bot's switches; defaults with version 0 when nothing was ever written.</summary>
    Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken);

    Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken);

    /// <summary>Streams every entry in key order.</summary>
    IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The trades that have an id, newest entry first: several where chats use the same. Chat and entry time narrow the search where they are known. At
    /// most <see cref="TradeQuery.MaxNamesakes"/>.
    /// </summary>
    Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken);

    /// <summary>Streams trades, newest entry first: order by entry time descending, then id descending, then chat id.</summary>
    IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken);

    /// <summary>Figures over closed trades, computed by the store in exact decimals.</summary>
    /// <param name="chatId">One chat, or all of them.</param>
    /// <param name="days">Only trades closed in the last so many days by the store's clock, or all.</param>
    Task<TradePerformance> GetPerformanceAsync(string? chatId, int? days, CancellationToken cancellationToken);

    /// <summary>A value of the store's own book-keeping (<c>nexus_meta</c>), such as the canary.</summary>
    Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken);

    Task SetMetaAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Sets the value only where there is none and returns what is stored then: how two first starts agree.</summary>
    Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>The store's clock, which judges expiry.</summary>
    Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken);

    Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken);
}

/// <summary>A store at a glance. Counts are estimates where a store cannot count cheaply.</summary>
/// <param name="Kind"><c>postgresql</c> or <c>embedded</c>.</param>
/// <param name="Location">Where it is, without credentials: <c>host:port/database</c> or the file.</param>
/// <param name="ServerVersion">Of PostgreSQL or SQLite.</param>
/// <param name="SchemaVersion">The newest migration applied.</param>
/// <param name="SizeBytes">On disk.</param>
/// <param name="Sessions">Rows.</param>
/// <param name="Users">Rows.</param>
/// <param name="Trades">Rows.</param>
/// <param name="PoolSize">Connections of this process now, 0 where there is no pool.</param>
/// <param name="PoolMax">The pool's limit, 0 where there is no pool.</param>
public sealed record StoreStatus(
    string Kind,
    string Location,
    string ServerVersion,
    int SchemaVersion,
    long SizeBytes,
    long Sessions,
    long Users,
    long Trades,
    int PoolSize = 0,
    int PoolMax = 0);
