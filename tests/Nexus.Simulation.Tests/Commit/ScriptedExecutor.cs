using Nexus.Engine;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>Executes batches on the model server, which refuses rows and breaks connections as a test says.</summary>
internal sealed class ScriptedExecutor(IModelLink link, ChangeNotice notice) : IBatchExecutor
{
    private readonly ModelBatchExecutor _real = new(link);

    /// <summary>What was sent: how many writes, and how.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The error of an attempt, by its number from 1, in place of its execution.</summary>
    public Func<int, PostgresBatch, Exception?> Before { get; set; } = (_, _) => null;

    /// <summary>The error of an attempt after its execution: the response is lost.</summary>
    public Func<int, PostgresBatch, Exception?> After { get; set; } = (_, _) => null;

    /// <summary>What happens at the server after an execution and before its caller learns of it.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>Why the server refuses the row of a write.</summary>
    public Func<Write, PostgresException?> Refuses { get; set; } = _ => null;

    /// <summary>Whether a trigger suppresses the write in an attempt.</summary>
    public Func<int, Write, bool> Suppresses { get; set; } = (_, _) => false;

    public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
        CancellationToken cancellationToken)
    {
        Sent.Add($"{batch.Count} {execution} {transaction}");
        var attempt = Sent.Count;
        if (Before(attempt, batch) is { } early) throw early;
        var outcomes = await RunAsync(batch, execution, transaction, attempt, cancellationToken);
        await Meanwhile();
        return After(attempt, batch) is { } late ? throw late : outcomes;
    }

    private async Task<WriteOutcome?[]> RunAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction, int attempt,
        CancellationToken cancellationToken)
    {
        var outcomes = new WriteOutcome?[batch.Count];
        List<int> good = [];
        for (var n = 0; n < outcomes.Length; n++)
        {
            if (Suppresses(attempt, batch[n])) continue;
            if (Refuses(batch[n]) is not { } refusal) good.Add(n);
            else if (execution == ExecutionMode.OneRoundTrip || ServerErrors.EndsConnection(refusal)) throw refusal;
            else outcomes[n] = WriteOutcome.Failed(PostgresErrors.Translate(refusal));
        }
        if (good.Count == batch.Count) return await _real.ExecuteAsync(batch, execution, transaction, cancellationToken);
        if (good.Count == 0) return outcomes;
        // Some are refused or suppressed, which rolls back what must be applied as a whole.
        var mode = transaction == TransactionMode.Commit ? transaction : TransactionMode.RollBack;
        var part = new PostgresBatch([.. good.Select(n => batch[n])], notice);
        var applied = await ModelBatchExecutor.SendAsync(link, part, server => ModelBatchExecutor.RunAsync(server, part, mode));
        for (var n = 0; n < good.Count; n++) outcomes[good[n]] = applied[n];
        return outcomes;
    }
}
