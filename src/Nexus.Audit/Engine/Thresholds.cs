namespace Nexus.Audit;

/// <summary>
/// From which value on a finding has which severity; a check takes them as a parameter where a test could not wait for the real ones.
/// </summary>
/// <param name="Medium">Least value of a medium finding.</param>
/// <param name="High">Of a high one.</param>
/// <param name="Critical">Of a critical one; infinite where there is none.</param>
internal sealed record Thresholds(double Medium, double High, double Critical)
{
    /// <summary>In seconds.</summary>
    public static Thresholds Of(TimeSpan medium, TimeSpan high, TimeSpan critical) =>
        new(medium.TotalSeconds, high.TotalSeconds, critical.TotalSeconds);

    /// <summary>Null below all.</summary>
    public AuditSeverity? Judge(double value) =>
        value >= Critical ? AuditSeverity.Critical : value >= High ? AuditSeverity.High : value >= Medium ? AuditSeverity.Medium : null;
}
