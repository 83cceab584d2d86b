using Nexus.BotState;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres;

/// <summary>Which statement carries a write.</summary>
internal static class Statements
{
    public static Statement For(Write write) => write switch
    {
        SaveSession save => PostgresSessions.For(save),
        PatchSessionConfig => PostgresSessions.Patch,
        DeleteSession => PostgresSessions.Delete,
        ResealSession => PostgresSessions.Reseal,
        SaveUser => PostgresUsers.Save,
        ExtendUser => PostgresUsers.Extend,
        RemoveUser => PostgresUsers.Remove,
        ChangeBotState => PostgresBotState.Change,
        SetSystemConfig => PostgresSystemConfig.Set,
        ResealSystemConfig => PostgresSystemConfig.Reseal,
        RemoveSystemConfig => PostgresSystemConfig.Remove,
        OpenTrade { WasAccepted: true } => PostgresTrades.Restore,
        OpenTrade => PostgresTrades.Open,
        CloseTrade => PostgresTrades.Close,
        ResealTrade => PostgresTrades.Reseal,
        _ => throw new ArgumentException($"no statement carries {write.GetType().Name}", nameof(write)),
    };

    /// <summary>
    /// The statement that takes hold of records in key order. A batch that reaches one table with several statements runs it first: each statement
    /// takes its rows in key order, but two batches whose statements share the keys differently would still wait for each other.
    /// </summary>
    public static string Hold(StateTable table) => table switch
    {
        StateTable.Sessions => PostgresSessions.Hold,
        StateTable.Users => PostgresUsers.Hold,
        StateTable.BotState => PostgresBotState.Hold,
        StateTable.SystemConfig => PostgresSystemConfig.Hold,
        StateTable.Trades => PostgresTrades.Hold,
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };
}
