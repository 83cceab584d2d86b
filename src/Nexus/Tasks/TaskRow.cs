using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Tasks;

/// <summary>A scheduled task as a store holds it.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record TaskRow : IHasSize, IStateRow
{
    internal static RecordTable Table { get; } = new()
    {
        Name = "tasks",
        KeyColumn = "id",
        LockOrder = 6,
        Number = 6,
        Describe = id => $"task {id}",
        RestoringKind = SaveTask.KindName,
        IsOfChat = static (_, body, chat) => body.ReadText("chat_id"u8) == chat,
    };

    /// <summary>Unique over all chats.</summary>
    public required Guid Id { get; init; }

    /// <summary>The chat.</summary>
    public required string ChatId { get; init; }

    /// <summary>What the worker does.</summary>
    public required string Action { get; init; }

    /// <summary>A JSON object with secrets sealed.</summary>
    public ReadOnlyMemory<byte> Parameters { get; init; } = "{}"u8.ToArray();

    /// <summary>When it runs.</summary>
    public required TaskSchedule Schedule { get; init; }

    /// <summary>The policy for missed runs.</summary>
    public MissedRuns Missed { get; init; }

    /// <summary>For people; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own name of the task; null for none.</summary>
    public string? JobId { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>When the next run is due, or the run that is in progress was; null if there is none.</summary>
    public DateTimeOffset? NextRun { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What became of its runs.</summary>
    public TaskRuns Runs { get; init; } = TaskRuns.None;

    /// <summary>Until when the last claim holds; null if no worker has the task.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>Who has it.</summary>
    public string? LeasedBy { get; init; }

    /// <summary>When the run that the lease is for was due.</summary>
    public DateTimeOffset? LeasedFor { get; init; }

    /// <summary>1 when created, more after each change and completed run, but not after claims. Assigned by the store.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Assigned by the store.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The place to which the secrets of the parameters are bound.</summary>
    internal static SealContext Place(string chatId, Guid id) => new(Table.Name, $"{chatId}/{id}", "params");

    int IHasSize.Size => IHasSize.Overhead + Parameters.Length + (2 * (Action.Length + (Description?.Length ?? 0)));

    WriteKey IStateRow.RecordKey => new(Table, Id.ToString());

    DateTimeOffset? IStateRow.WrittenAt => UpdatedAt;

    DateTimeOffset IStateRow.AsOf => UpdatedAt;

    Write IStateRow.ToWrite() => ToSave(expectedVersion: null);

    /// <summary>The record and its version, never its content.</summary>
    public override string ToString() => $"task {Id}, version {Version}";

    Write? IStateRow.ReplaceSecrets(SecretVisitor visitor)
    {
        var (parameters, description, error) = Visit(visitor);
        return parameters is null && description is null && error is null
            ? null
            : new ResealTask(Id, parameters ?? Parameters, description ?? Description, error ?? Runs.LastError, Version);
    }

    internal SaveTask ToSave(long? expectedVersion) => new(this, expectedVersion);

    internal (byte[]? Parameters, string? Description, string? LastError) Visit(SecretVisitor visitor)
    {
        visitor.Name(Table, "action", Action);
        visitor.Name(Table, "job_id", JobId);
        return (visitor.Document(Place(ChatId, Id), Parameters), visitor.Text(Table, "description", Description),
            visitor.Text(Table, "last_error", Runs.LastError));
    }
}
