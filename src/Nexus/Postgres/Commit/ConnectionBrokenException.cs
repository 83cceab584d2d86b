using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>The connection broke while a batch was executed.</summary>
/// <param name="reason">What the driver reported.</param>
/// <param name="atCommit">
/// Null: the batch is not committed, and will not be. Otherwise a commit may have been on its way; it holds the outcomes that are known in either
/// case, such as those of writes that were refused.
/// </param>
internal sealed class ConnectionBrokenException(Exception reason, WriteOutcome?[]? atCommit)
    : Exception("the connection broke while a batch was executed", reason)
{
    public Exception Reason => InnerException!;

    public WriteOutcome?[]? AtCommit => atCommit;

    /// <summary>The batch took too long, as it would again.</summary>
    public bool IsTimeout => Reason.InnerException is TimeoutException;
}
