namespace Nexus.Audit;

/// <summary>What to audit, and how.</summary>
public sealed record AuditOptions
{
    /// <summary>The default of <see cref="Window"/>: 60 seconds.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromSeconds(60);

    /// <summary>The least value of <see cref="Window"/>: 100 milliseconds.</summary>
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(100);

    /// <summary>The greatest value of <see cref="Window"/>: 24 hours.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    /// <summary>
    /// The database as a connection string of Npgsql, such as <c>Host=db;Database=shop;Username=auditor;Password=…</c>. A remote host is connected to
    /// with
    /// <c>SSL Mode=VerifyFull</c> and SCRAM-SHA-256 unless the string sets <c>SSL Mode</c> (to Disable, Require, VerifyCA) or <c>Require Auth</c>
    /// itself.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Whether a superuser, or a role that can become one, may audit. False refuses such a role.</summary>
    public bool AllowSuperuser { get; init; }

    /// <summary>How long the traffic is observed: 100 milliseconds to 24 hours; 60 seconds by default.</summary>
    public TimeSpan Window { get; init; } = DefaultWindow;

    /// <summary>Leaves out the checks about the whole server, such as logging, checkpoints and backups.</summary>
    public bool DatabaseOnly { get; init; }

    /// <summary>The ids of the checks to run, in any case; all when empty. See <see cref="AuditChecks"/>.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>The ids of the checks to leave out, in any case.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];

    /// <summary>The language of the report.</summary>
    public AuditLanguage Language { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The checks to choose from.</summary>
    internal IReadOnlyList<AuditCheck> Checks { get; init; } = CheckCatalogue.All;

    /// <summary>The options without the connection string, which may hold a password.</summary>
    public override string ToString() =>
        $"{nameof(AuditOptions)} {{ {nameof(Window)} = {Window}, {nameof(DatabaseOnly)} = {DatabaseOnly}, {nameof(Language)} = {Language} }}";

    /// <exception cref="AuditException">A value is out of range, or a check does not exist.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(ConnectionString)) throw Invalid(nameof(ConnectionString), "must not be empty");
        if (Window < ShortestWindow || Window > LongestWindow) throw Invalid(nameof(Window), "must be 100ms to 24h");
        RefuseUnknown(nameof(Only), Only);
        RefuseUnknown(nameof(Ignore), Ignore);
    }

    private static void RefuseUnknown(string option, IEnumerable<string> ids)
    {
        foreach (var id in ids) if (CheckCatalogue.Find(id) is null) throw Invalid(option, Explanations.NoSuchCheck(id));
    }

    private static AuditException Invalid(string option, string reason) => new(AuditErrorKind.InvalidOption, reason, option);
}
