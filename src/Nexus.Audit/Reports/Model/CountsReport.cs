namespace Nexus.Audit;

/// <summary>How many findings and checks there are.</summary>
public sealed record CountsReport
{
    /// <summary>Findings of severity critical.</summary>
    public int Critical { get; init; }

    /// <summary>Findings of severity high.</summary>
    public int High { get; init; }

    /// <summary>Findings of severity medium.</summary>
    public int Medium { get; init; }

    /// <summary>Findings of severity low.</summary>
    public int Low { get; init; }

    /// <summary>Findings of severity info.</summary>
    public int Info { get; init; }

    /// <summary>Checks that found nothing.</summary>
    public int ChecksOk { get; init; }

    /// <summary>Checks with findings.</summary>
    public int ChecksWithFindings { get; init; }

    /// <summary>Checks that could not examine something and found nothing in the rest.</summary>
    public int ChecksSkipped { get; init; }
}
