namespace Nexus.Operations.Doctor;

/// <summary>The result of one check. Names and meaning of the members are stable, because programs read them.</summary>
/// <param name="Check">The stable name of the check: one of <see cref="DoctorChecks"/>.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="Message">What was found; never a secret.</param>
/// <param name="Fix">What to do; null if there is nothing to do.</param>
public sealed record DoctorFinding(string Check, DoctorLevel Level, string Message, string? Fix = null);
