namespace Nexus.Operations.Leadership;

/// <summary>How long a leader leads without being heard of, and how carefully it judges that itself.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>How long a lease lasts unless it is renewed. After the death of a leader another one follows within about this time.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the leader renews its lease, and how often the others ask for it.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much earlier than the lease's end the leader stops its jobs: for clocks that run at different speeds.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(2);
}
