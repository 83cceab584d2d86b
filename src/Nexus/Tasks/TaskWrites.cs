using System.Text.Json;
using Nexus.Engine;

namespace Nexus.Tasks;

/// <summary>Creates or replaces a task. A lease stays as it is, and the fence never becomes smaller.</summary>
internal sealed record SaveTask(TaskRow Task, long? ExpectedVersion) : ConditionalWrite(ExpectedVersion)
{
    public const string KindName = "save_task";

    internal override RecordTable Table => TaskRow.Table;

    internal override string RecordId { get; } = Task.Id.ToString();

    internal override string Kind => KindName;

    internal override bool CreatesRecord => true;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Task.Parameters.Length;

    internal override Write Settle(DateTimeOffset now) => this;

    internal override void WriteBody(Utf8JsonWriter json) => TaskJson.Write(json, Task);

    public static SaveTask Read(string id, JsonElement body) => new(TaskJson.Read(Guid.Parse(id), body), ExpectedVersion: null);

    public override Write? ReplaceSecrets(SecretVisitor visitor)
    {
        var (parameters, description, error) = Task.Visit(visitor);
        return parameters is null && description is null && error is null
            ? null
            : this with
            {
                Task = Task with
                {
                    Parameters = parameters ?? Task.Parameters,
                    Description = description ?? Task.Description,
                    Runs = Task.Runs with { LastError = error ?? Task.Runs.LastError },
                },
            };
    }
}

/// <summary>
/// Ends the run of a claim. <see cref="WriteStatus.InvalidState"/> if another claim followed, or if the claim was completed or released before.
/// </summary>
/// <param name="Fence">The number of the claim.</param>
/// <param name="Due">When the run was due. If the task's next run is another now, a caller has set it, and it stays.</param>
/// <param name="NextRun">The next run; null ends the task.</param>
/// <param name="Error">Why the run failed; null if it did not.</param>
/// <param name="CompletedAt">
/// When it was completed by the store's clock; null for now. Only a spooled write has it: the local replica may lack the claim, so that PostgreSQL
/// checks the fence when the write is replayed.
/// </param>
internal sealed record CompleteTask(
    Guid Id, long Fence, DateTimeOffset Due, DateTimeOffset? NextRun, string? Error, DateTimeOffset? CompletedAt = null) : Write
{
    public const string KindName = "complete_task";

    internal override RecordTable Table => TaskRow.Table;

    internal override string RecordId { get; } = Id.ToString();

    internal override string Kind => KindName;

    internal override bool CreatesRecord => false;

    internal override bool IsRemoval => false;

    internal override bool ReplacesRecord => false;

    internal override bool KeepsVersion => false;

    internal override ReplayRule Replay => ReplayRule.Once;

    internal override string NotFoundInReplay => "the task is not in PostgreSQL: it was deleted";

    internal override string InvalidStateInReplay =>
        "the claim is not the last one of the task in PostgreSQL: another worker took the task over, and its run may have been repeated";

    internal override string? SpoolRefusal => null;

    private protected override int PayloadBytes => Error?.Length ?? 0;

    internal override Write WithoutCondition() => this;

    internal override Write ExpectingAbsence() => this;

    internal override Write Settle(DateTimeOffset now) => this with { CompletedAt = CompletedAt ?? now };

    internal override void WriteBody(Utf8JsonWriter json) => TaskJson.Write(json, this);

    public static CompleteTask Read(string id, JsonElement body) => TaskJson.ReadCompletion(Guid.Parse(id), body);

    public override Write? ReplaceSecrets(SecretVisitor visitor) =>
        visitor.Text(TaskRow.Table, "last_error", Error) is { } error ? this with { Error = error } : null;
}

/// <summary>Removes a task, also one that a worker has.</summary>
internal sealed record RemoveTask(Guid Id, long? ExpectedVersion) : RemovalWrite(ExpectedVersion)
{
    public const string KindName = "remove_task";

    internal override RecordTable Table => TaskRow.Table;

    internal override string RecordId { get; } = Id.ToString();

    internal override string Kind => KindName;

    public static RemoveTask Read(string id, JsonElement body) => new(Guid.Parse(id), ExpectedVersion: null);
}

/// <summary>The same task under another encryption key.</summary>
internal sealed record ResealTask(Guid Id, ReadOnlyMemory<byte> Parameters, string? Description, string? LastError, long SeenVersion)
    : ResealWrite(SeenVersion)
{
    internal override RecordTable Table => TaskRow.Table;

    internal override string RecordId { get; } = Id.ToString();

    internal override string Kind => "reseal_task";
}
