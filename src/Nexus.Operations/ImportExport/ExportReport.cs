using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.Trades;

namespace Nexus.Operations.ImportExport;

/// <summary>The number of records of an export.</summary>
public sealed record ExportReport(long Sessions, long Users, long BotState, long SystemConfig, long Trades, long State = 0, long Tasks = 0,
    long Calibrations = 0)
{
    /// <summary>Tasks that an export for the legacy bot leaves out: its table holds the chat of a task as a number, and theirs is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long TasksLeftOut { get; init; }

    /// <summary>The total number of records.</summary>
    public long Total => Sessions + Users + BotState + SystemConfig + Trades + State + Tasks + Calibrations;
}
