namespace Nexus.Engine;

/// <summary>
/// Commits a note together with each write of one flow of control. If the flow is repeated after a crash, a write that was committed gets its outcome
/// from the note and is not applied again.
/// </summary>
internal abstract class WriteJournal
{
    private static readonly AsyncLocal<WriteJournal?> Ambient = new();

    /// <summary>The journal of this flow of control; null for none.</summary>
    public static WriteJournal? Current => Ambient.Value;

    /// <summary>The writes that follow in this flow of control are noted here, until the result is disposed of.</summary>
    public IDisposable Begin()
    {
        var before = Ambient.Value;
        Ambient.Value = this;
        return new Scope(before);
    }

    /// <summary>Applies writes together with a note: all or none.</summary>
    /// <inheritdoc cref="WriteQueue.WriteBatchAsync"/>
    public abstract Task<WriteOutcome[]> WriteAsync(WriteQueue queue, IReadOnlyList<Write> writes, CancellationToken cancellationToken);

    /// <summary>Applies one write together with a note.</summary>
    public async Task<WriteOutcome> WriteAsync(WriteQueue queue, Write write, CancellationToken cancellationToken) =>
        (await WriteAsync(queue, [write], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The writes that follow in the calling asynchronous method are not noted.</summary>
    protected static void Suspend() => Ambient.Value = null;

    private sealed class Scope(WriteJournal? before) : IDisposable
    {
        public void Dispose() => Ambient.Value = before;
    }
}
