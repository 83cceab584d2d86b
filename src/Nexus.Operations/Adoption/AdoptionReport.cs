namespace Nexus.Operations.Adoption;

/// <summary>What adoption did, or would do.</summary>
public sealed class AdoptionReport
{
    /// <summary>Rejects that are listed one by one; more are only counted, so that memory stays bounded.</summary>
    public const int MaxListed = 10_000;

    private readonly List<AdoptionChange> _changes = [];
    private readonly List<AdoptionReject> _rejects = [];

    /// <summary>Whether this only says what would happen.</summary>
    public bool DryRun { get; init; }

    /// <summary>The zone in which naive timestamps were read.</summary>
    public string TimeZone { get; internal set; } = "";

    /// <summary>In the order in which they were made. Empty when there was nothing to do.</summary>
    public IReadOnlyList<AdoptionChange> Changes => _changes;

    /// <summary>The first <see cref="MaxListed"/> values that could not be converted and were kept as they were.</summary>
    public IReadOnlyList<AdoptionReject> Rejects => _rejects;

    /// <summary>All of them.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>The migrations that were recorded on the way.</summary>
    internal IReadOnlyList<string> Migrations { get; set; } = [];

    internal void Add(string table, string what, long rows)
    {
        if (rows > 0) _changes.Add(new AdoptionChange(table, what, rows));
    }

    /// <summary>For what has no rows, such as a table that is created.</summary>
    internal void AddSchema(string table, string what, long rows) => _changes.Add(new AdoptionChange(table, what, rows));

    internal void Reject(AdoptionReject reject)
    {
        RejectedCount++;
        if (_rejects.Count < MaxListed) _rejects.Add(reject);
    }
}

/// <summary>One step.</summary>
/// <param name="Table">The table.</param>
/// <param name="What">What was done to it.</param>
/// <param name="Rows">To how many rows.</param>
public sealed record AdoptionChange(string Table, string What, long Rows);

/// <summary>A value that could not be converted. It is never part of the report, only its place.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The row's key: the chat id, or the id in trade_journal.</param>
/// <param name="Column">The column, followed by the JSON pointer inside it.</param>
/// <param name="Reason">Why, and what became of it.</param>
public sealed record AdoptionReject(string Table, string Key, string Column, string Reason);
