using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>The migrations that this program knows.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class MigrationSet
{
    private const string Folder = "Nexus.Postgres.Migrations.";
    private const string Reversals = "Reversals.";

    internal MigrationSet(IEnumerable<Migration> migrations)
    {
        All = [.. migrations.OrderBy(migration => migration.Number)];
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Number != i + 1) throw new ArgumentException($"migration {i + 1:0000} is missing or duplicated", nameof(migrations));
        }
    }

    /// <summary>The files <c>0001_….sql</c> beside this class.</summary>
    public static MigrationSet Embedded { get; } = new(
        Resources().Where(name => char.IsAsciiDigit(name[Folder.Length]))
            .Select(name => Migration.Parse(name[Folder.Length..], Read(name), ReadReversal(name[Folder.Length..]))));

    /// <summary>The audit's own list of indexes, made on demand only: docs/decisions/0004-indexes-that-keep-updates-hot.md.</summary>
    public static Migration AuditIndexes { get; } = Migration.Parse("0000_audit_indexes.sql", Read(Folder + "audit_indexes.sql"));

    /// <summary>Longer columns for symbols and names, which adoption needs before it moves rows.</summary>
    public static Migration LongerNames { get; } = Embedded.All.Single(migration => migration.Name == "longer_names");

    /// <summary>Wider amounts of trades, which adoption needs before it moves rows: a narrower column would round them.</summary>
    public static Migration WiderAmounts { get; } = Embedded.All.Single(migration => migration.Name == "fills");

    /// <summary>In order; the numbers are 1, 2, 3, ….</summary>
    public IReadOnlyList<Migration> All { get; }

    /// <summary>The newest number, which is also the newest schema that the program can read unless the schema says otherwise.</summary>
    internal int Newest => All.Count;

    /// <summary>The number of migrations that a program must know at least to use a schema whose newest one has the number.</summary>
    internal int MinimumReader(int newest) => All.Take(newest).Select(migration => migration.MinimumReader).Append(1).Max();

    private static string? ReadReversal(string file) => Resources().Contains(Folder + Reversals + file) ? Read(Folder + Reversals + file) : null;

    private static IEnumerable<string> Resources() =>
        typeof(MigrationSet).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal));

    private static string Read(string name)
    {
        using var stream = typeof(MigrationSet).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
