namespace Nexus.Postgres;

/// <summary>The rows of the commit ledger, one for each committed batch.</summary>
internal interface ICommitRows
{
    /// <summary>
    /// Asks for the commit status of a batch on a new connection. Waits for its transaction if that still runs; a batch that has no row yet cannot be
    /// committed afterwards.
    /// </summary>
    /// <param name="batch">Its id.</param>
    /// <param name="deadline">When the caller gives up, by the machine's clock.</param>
    Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline);

    /// <summary>Deletes rows that are no longer needed, some at a time.</summary>
    Task ForgetAsync(CancellationToken cancellationToken);
}
