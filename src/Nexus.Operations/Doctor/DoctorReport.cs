namespace Nexus.Operations.Doctor;

/// <summary>What is wrong with an installation.</summary>
/// <param name="Findings">The results of all checks.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorFinding> Findings)
{
    /// <summary>Whether no check found a problem or a warning.</summary>
    public bool Ok => Worst < DoctorLevel.Warning;

    /// <summary>The most serious level of all findings.</summary>
    public DoctorLevel Worst => Findings.Count == 0 ? DoctorLevel.Ok : Findings.Max(finding => finding.Level);
}
