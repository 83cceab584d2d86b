using Nexus.Operations.Status;

namespace Nexus.Operations.Doctor;

/// <summary>Collects findings. A check that fails or takes too long becomes a finding, so that the others still run.</summary>
internal sealed class DoctorRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<DoctorFinding> _findings = [];

    public IReadOnlyList<DoctorFinding> Findings => _findings;

    public void Ok(string check, string message) => _findings.Add(new DoctorFinding(check, DoctorLevel.Ok, message));

    public void Unknown(string check, string message) => _findings.Add(new DoctorFinding(check, DoctorLevel.Unknown, message));

    public void Warning(string check, string message, string fix) => Add(check, DoctorLevel.Warning, message, fix);

    public void Problem(string check, string message, string fix) => Add(check, DoctorLevel.Problem, message, fix);

    public void Add(string check, DoctorLevel level, string message, string? fix) =>
        _findings.Add(new DoctorFinding(check, level, OperatorTerms.Translate(message), fix));

    /// <summary>Runs a check.</summary>
    public async Task TryAsync(string check, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await run(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Problem(check, $"did not end within {Patience.TotalSeconds:0} s", "Find out what is slow: the database, the network or the disk.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Problem(check, $"could not be checked: {error.Message}", "Correct what the message names, and run nexus doctor again.");
        }
    }
}
