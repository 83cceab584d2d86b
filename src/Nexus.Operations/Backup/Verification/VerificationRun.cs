using Nexus.Operations.Status;

namespace Nexus.Operations.Backup;

/// <summary>The steps of a verification, with their times. Steps may run at the same time.</summary>
internal sealed class VerificationRun(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<VerificationStep?> _steps = [];

    /// <summary>The steps that have ended, in the order in which they began.</summary>
    public IReadOnlyList<VerificationStep> Steps
    {
        get
        {
            lock (_gate) return [.. _steps.OfType<VerificationStep>()];
        }
    }

    /// <summary>Does a step and records its result.</summary>
    /// <param name="name">The step.</param>
    /// <param name="step">Returns what was found.</param>
    /// <exception cref="BackupException">The step failed, which is recorded.</exception>
    public async Task DoAsync(string name, Func<Task<string>> step)
    {
        var started = clock.GetTimestamp();
        int place;
        lock (_gate)
        {
            place = _steps.Count;
            _steps.Add(null);
        }
        try
        {
            var detail = await step().ConfigureAwait(false);
            Record(place, new VerificationStep(name, Ok: true, detail, clock.GetElapsedTime(started)));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Record(place, new VerificationStep(name, Ok: false, OperatorTerms.Translate(error.Message), clock.GetElapsedTime(started)));
            throw;
        }
    }

    private void Record(int place, VerificationStep step)
    {
        lock (_gate) _steps[place] = step;
    }
}
