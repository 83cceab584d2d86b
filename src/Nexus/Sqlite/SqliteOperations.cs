using System.Collections.Frozen;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Sqlite;

/// <summary>How the embedded store applies each kind of write.</summary>
internal static class SqliteOperations
{
    private static readonly FrozenDictionary<Type, Operation> ByKind = new[]
    {
        Of<SaveSession>(SqliteSessions.Save),
        Of<PatchSessionConfig>(SqliteSessions.Patch),
        Of<DeleteSession>(SqliteSessions.Delete),
        Of<LockSession>(SqliteSessions.Lock),
        Of<ResealSession>(SqliteSessions.Reseal),
        Of<SaveUser>(SqliteUsers.Save),
        Of<ExtendUser>(SqliteUsers.Extend),
        Of<RemoveUser>(SqliteUsers.Remove),
        Of<ChangeBotState>(SqliteBotState.Change),
        Of<SetSystemConfig>(SqliteSystemConfig.Set),
        Of<RemoveSystemConfig>(SqliteSystemConfig.Remove),
        Of<ResealSystemConfig>(SqliteSystemConfig.Reseal),
        Of<OpenTrade>(SqliteTrades.Open),
        Of<CloseTrade>(SqliteTrades.Close, SqliteTrades.Settle),
        Of<AddFills>(SqliteTrades.AddFills, SqliteTrades.Settle),
        Of<DisownTrade>(SqliteTrades.Disown),
        Of<ResealTrade>(SqliteTrades.Reseal),
        Of<SaveKeyedState>(SqliteKeyedState.Save),
        Of<PatchKeyedState>(SqliteKeyedState.Patch),
        Of<ResealKeyedState>(SqliteKeyedState.Reseal),
        Of<RemoveKeyedState>(SqliteKeyedState.Remove),
        Of<SaveTask>(SqliteTasks.Save),
        Of<CompleteTask>(SqliteTasks.Complete),
        Of<ResealTask>(SqliteTasks.Reseal),
        Of<RemoveTask>(SqliteTasks.Remove),
        Of<SaveCalibration>(SqliteCalibrations.Save),
        Of<RemoveCalibration>(SqliteCalibrations.Remove),
    }.ToFrozenDictionary();

    /// <summary>The kinds of writes that the store applies.</summary>
    public static IEnumerable<Type> Kinds => ByKind.Keys;

    public static WriteOutcome Apply(SqliteWriteTransaction transaction, Write write) => Find(write).Apply(transaction, write);

    /// <summary>The write with what depends on its time, or on what is stored then, made fixed: its replay must have the same effect later.</summary>
    public static Write Settle(SqliteWriteTransaction transaction, Write write)
    {
        var settled = write.Settle(transaction.Now);
        return Find(write).Settle is { } settle ? settle(transaction.Connection, settled) : settled;
    }

    private static Operation Find(Write write) =>
        ByKind.TryGetValue(write.GetType(), out var operation)
            ? operation
            : throw new NotSupportedException($"the embedded store does not know {write.Kind}");

    private static KeyValuePair<Type, Operation> Of<TWrite>(Func<SqliteWriteTransaction, TWrite, WriteOutcome> apply,
        Func<SqliteSession, TWrite, TWrite>? settle = null)
        where TWrite : Write => new(typeof(TWrite), new Operation(
            (transaction, write) => apply(transaction, (TWrite)write),
            settle is null ? null : (connection, write) => settle(connection, (TWrite)write)));

    private sealed record Operation(Func<SqliteWriteTransaction, Write, WriteOutcome> Apply, Func<SqliteSession, Write, Write>? Settle);
}
