using Nexus.Operations.Status;

namespace Nexus.Operations.Backup;

/// <summary>The steps of a verification, with their times.</summary>
internal sealed class VerificationRun(TimeProvider clock)
{
    private readonly List<VerificationStep> _steps = [];

    /// <summary>The steps so far.</summary>
    public IReadOnlyList<VerificationStep> Steps => _steps;

    /// <summary>Does a step and records its result.</summary>
    /// <param name="name">The step.</param>
    /// <param name="step">Returns what was found.</param>
    /// <exception cref="BackupException">The step failed, which is recorded.</exception>
    public async Task DoAsync(string name, Func<Task<string>> step)
    {
        var started = clock.GetTimestamp();
        try
        {
            var detail = await step().ConfigureAwait(false);
            _steps.Add(new VerificationStep(name, Ok: true, detail, clock.GetElapsedTime(started)));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _steps.Add(new VerificationStep(name, Ok: false, OperatorTerms.Translate(error.Message), clock.GetElapsedTime(started)));
            throw;
        }
    }
}
