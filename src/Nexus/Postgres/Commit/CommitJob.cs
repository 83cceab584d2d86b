using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What is left to do of one call, and how it is tried next.</summary>
internal sealed class CommitJob
{
    /// <summary>How often a batch is tried that loses against other transactions.</summary>
    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(8), TimeSpan.FromMilliseconds(512), MaxAttempts: 10);

    private readonly Write[] _writes;
    private readonly Retry _retry;
    private readonly long _started;
    private int[]? _open;
    private int[] _left = [];
    private RetryAttempts? _attempts;

    public CommitJob(Write[] writes, bool atomic, Retry retry)
    {
        (_writes, _retry, _started, Open, Outcomes) = (writes, retry, retry.Now, writes, new WriteOutcome[writes.Length]);
        Transaction = atomic ? TransactionMode.CommitIfAllApplied : TransactionMode.Commit;
    }

    /// <summary>A job for some of the open writes, in a transaction of their own.</summary>
    public CommitJob Part(Write[] writes) => new(writes, atomic: false, _retry)
    {
        Transaction = Transaction,
        Execution = Transaction == TransactionMode.RollBack ? ExecutionMode.Savepoints : ExecutionMode.OneRoundTrip,
        IsPart = true,
    };

    /// <summary>Whether it is a part of another job, which combines the outcomes.</summary>
    public bool IsPart { get; private init; }

    /// <summary>The writes that have no outcome yet.</summary>
    public Write[] Open { get; private set; }

    public WriteOutcome[] Outcomes { get; }

    public ExecutionMode Execution { get; private set; }

    public TransactionMode Transaction { get; private set; }

    /// <summary>Why an atomic batch was refused, while it is found out which of its writes are.</summary>
    public PostgresException? Refusal { get; private set; }

    /// <summary>Counts from the first failure on.</summary>
    public RetryAttempts Attempts => _attempts ??= _retry.Begin(Policy);

    /// <summary>Since the call began.</summary>
    public TimeSpan Elapsed => _retry.Since(_started);

    /// <summary>Whether some writes have their outcome and others have not, so that one exception would be wrong for either.</summary>
    public bool IsPartlyDone => Transaction == TransactionMode.Commit && Open.Length < _writes.Length;

    /// <summary>From now on what is refused fails alone.</summary>
    public void UseSavepoints()
    {
        Execution = ExecutionMode.Savepoints;
        _attempts?.Reset();
    }

    /// <summary>An atomic batch was refused: from now on it is only found out which of its writes are.</summary>
    public void FindRefused(PostgresException refusal)
    {
        (Transaction, Refusal) = (TransactionMode.RollBack, refusal);
        UseSavepoints();
    }

    /// <summary>Takes the outcomes of the open writes. False while one is null: its record changed meanwhile, and it must be tried again.</summary>
    public bool TrySettle(WriteOutcome?[] results)
    {
        List<int>? left = null;
        for (var n = 0; n < results.Length; n++)
        {
            var place = _open is null ? n : _open[n];
            if (results[n] is { } outcome) Outcomes[place] = outcome;
            else (left ??= []).Add(place);
        }
        if (left is null) return true;
        _left = [.. left];
        // An all-or-nothing batch was rolled back and is repeated whole.
        if (Transaction == TransactionMode.CommitIfAllApplied) return false;
        _open = _left;
        Open = Array.ConvertAll(_open, n => _writes[n]);
        return false;
    }

    /// <summary>Fails the writes to which the last attempt gave no outcome.</summary>
    public void FailLeft(NexusException error)
    {
        foreach (var place in _left) Outcomes[place] = WriteOutcome.Failed(error);
    }

    /// <summary>Fails the open writes.</summary>
    public void Fail(NexusException error)
    {
        var failed = WriteOutcome.Failed(error);
        for (var n = 0; n < Open.Length; n++) Outcomes[_open is null ? n : _open[n]] = failed;
    }
}
