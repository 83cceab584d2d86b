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

namespace Nexus.Postgres;

/// <summary>Which statement carries a write.</summary>
internal static class Statements
{
    private static readonly FrozenDictionary<Type, Func<Write, Statement>> ByKind = new[]
    {
        Of<SaveSession>(PostgresSessions.For),
        Of<PatchSessionConfig>(_ => PostgresSessions.Patch),
        Of<DeleteSession>(_ => PostgresSessions.Delete),
        Of<LockSession>(_ => PostgresSessions.Lock),
        Of<ResealSession>(_ => PostgresSessions.Reseal),
        Of<SaveUser>(_ => PostgresUsers.Save),
        Of<ExtendUser>(_ => PostgresUsers.Extend),
        Of<RemoveUser>(_ => PostgresUsers.Remove),
        Of<ChangeBotState>(_ => PostgresBotState.Change),
        Of<SetSystemConfig>(_ => PostgresSystemConfig.Set),
        Of<ResealSystemConfig>(_ => PostgresSystemConfig.Reseal),
        Of<RemoveSystemConfig>(_ => PostgresSystemConfig.Remove),
        Of<OpenTrade>(PostgresTrades.For),
        Of<CloseTrade>(_ => PostgresTrades.Close),
        Of<AddFills>(_ => PostgresFills.Add),
        Of<DisownTrade>(_ => PostgresTrades.Disown),
        Of<ResealTrade>(_ => PostgresTrades.Reseal),
        Of<SaveKeyedState>(PostgresKeyedState.For),
        Of<PatchKeyedState>(_ => PostgresKeyedState.Patch),
        Of<ResealKeyedState>(_ => PostgresKeyedState.Reseal),
        Of<RemoveKeyedState>(_ => PostgresKeyedState.Remove),
        Of<SaveTask>(PostgresTasks.For),
        Of<CompleteTask>(_ => PostgresTasks.Complete),
        Of<ResealTask>(_ => PostgresTasks.Reseal),
        Of<RemoveTask>(_ => PostgresTasks.Remove),
        Of<SaveCalibration>(_ => PostgresCalibrations.Save),
        Of<RemoveCalibration>(_ => PostgresCalibrations.Remove),
    }.ToFrozenDictionary();

    /// <summary>The kinds of writes that a statement carries.</summary>
    public static IEnumerable<Type> Kinds => ByKind.Keys;

    public static Statement For(Write write) =>
        ByKind.TryGetValue(write.GetType(), out var choose)
            ? choose(write)
            : throw new NotSupportedException($"there is no statement for {write.Kind}");

    private static KeyValuePair<Type, Func<Write, Statement>> Of<TWrite>(Func<TWrite, Statement> choose)
        where TWrite : Write => new(typeof(TWrite), write => choose((TWrite)write));
}
