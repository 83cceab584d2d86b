using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Stores;

/// <summary>The tables of the state.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class RecordTables
{
    private static readonly FrozenDictionary<string, RecordTable> ByName;
    private static readonly FrozenDictionary<long, RecordTable> ByNumber;

    static RecordTables()
    {
        All = [SessionRow.Table, UserRow.Table, BotStateRow.Table, SystemConfigRow.Table, TradeRow.Table, KeyedStateRow.Table, TaskRow.Table,
            CalibrationRow.Table];
        ByName = All.ToFrozenDictionary(table => table.Name, StringComparer.Ordinal);
        ByNumber = All.ToFrozenDictionary(table => (long)table.Number);
        Everything = [.. All.Select(table => new StateChange(table.Name, StateChange.Everything))];
    }

    /// <summary>Every table, in the order in which transactions lock them.</summary>
    internal static IReadOnlyList<RecordTable> All { get; }

    /// <summary>Any record of any table may have changed.</summary>
    public static IReadOnlyList<StateChange> Everything { get; }

    /// <summary>The table of a name; null for any other name.</summary>
    internal static RecordTable? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// The table of a number that the outbox holds. An unknown number, from a newer version or a damaged file, gives a
    /// table that names it and has no writes.
    /// </summary>
    internal static RecordTable Of(long number) => ByNumber.TryGetValue(number, out var table) ? table : new RecordTable
    {
        Name = $"unknown table {number}",
        KeyColumn = "id",
        LockOrder = All.Count,
        Number = unchecked((int)number),
        Describe = id => $"record {id} of the unknown table {number}",
        RestoringKind = null,
    };
}
