namespace Nexus.Operations.Adoption;

/// <summary>The changes that adoption made, or would make.</summary>
public sealed class AdoptionReport
{
    /// <summary>The maximum number of listed rejects. Further rejects are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 10_000;

    private readonly List<AdoptionChange> _changes = [];
    private readonly List<AdoptionReject> _rejects = [];

    /// <summary>Whether nothing was changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>The time zone of timestamps without one.</summary>
    public string TimeZone { get; internal set; } = "";

    /// <summary>The changes in order. Empty if there was nothing to do.</summary>
    public IReadOnlyList<AdoptionChange> Changes => _changes;

    /// <summary>The first <see cref="MaxListed"/> values that could not be converted and were kept unchanged.</summary>
    public IReadOnlyList<AdoptionReject> Rejects => _rejects;

    /// <summary>The number of all rejects.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>The migrations that were recorded.</summary>
    internal IReadOnlyList<string> Migrations { get; set; } = [];

    internal void Add(string table, string what, long rows)
    {
        if (rows > 0) _changes.Add(new AdoptionChange(table, what, rows));
    }

    /// <summary>Adds a change without rows, such as a new table.</summary>
    internal void AddSchema(string table, string what, long rows) => _changes.Add(new AdoptionChange(table, what, rows));

    internal void Reject(AdoptionReject reject)
    {
        RejectedCount++;
        if (_rejects.Count < MaxListed) _rejects.Add(reject);
    }
}
