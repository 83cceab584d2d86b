using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>What became of a task's runs.</summary>
/// <param name="Fence">The number of the last claim. Each claim has a greater one; 0 before the first.</param>
/// <param name="CompletedFence">The number of the last claim that was completed; 0 for none.</param>
/// <param name="Attempts">Claims since the last completed run.</param>
/// <param name="LastRun">When the last run was completed.</param>
/// <param name="LastError">Why the last run or attempt failed, with secrets masked; null if it did not.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record TaskRuns(long Fence, long CompletedFence, int Attempts, DateTimeOffset? LastRun, string? LastError)
{
    internal static TaskRuns None { get; } = new(0, 0, 0, null, null);

    /// <summary>The numbers, never the text of a failure.</summary>
    public override string ToString() => $"claim {Fence}, {Attempts} attempts";
}
