namespace Nexus.Operations.Leadership;

/// <summary>
/// Elects one leader among the instances that share a store. A process has one election for each name, and every job of the process that must run in
/// one instance only uses it. Safe for concurrent use.
/// </summary>
public interface ILeaderElection
{
    /// <summary>What the instances elect a leader for.</summary>
    string Name { get; }

    /// <summary>
    /// Whether this instance holds the lease, by its own clock. Only a hint for display: a job uses its <see cref="ILeaderTerm"/>.
    /// </summary>
    bool IsLeader { get; }

    /// <summary>The epoch of the lease that this instance holds; 0 if it is not the leader.</summary>
    long Epoch { get; }

    /// <summary>
    /// Waits until this instance is the leader, runs the job, and starts it again each time that leadership was lost and regained. When the lease is
    /// lost, <see cref="ILeaderTerm.Lost"/> is cancelled and the job must end; it is not started again before it has ended.
    /// </summary>
    /// <param name="work">The job. Its normal end also ends this call; an exception other than that of the lost lease is passed on.</param>
    /// <param name="cancellationToken">Stops the job and this call.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task RunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken);

    /// <summary>Runs the job if this instance is the leader or becomes it at once, for commands that run beside a server.</summary>
    /// <param name="work">The job.</param>
    /// <param name="cancellationToken">Stops the job.</param>
    /// <returns>False if another instance is the leader: the job did not start.</returns>
    /// <exception cref="LeadershipLostException">The lease was lost while the job ran.</exception>
    Task<bool> TryRunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken);
}
