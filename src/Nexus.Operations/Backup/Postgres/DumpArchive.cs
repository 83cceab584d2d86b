using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Operations.Backup;

/// <summary>The table of contents of a dump in directory format.</summary>
internal sealed partial class DumpArchive
{
    private const string DataOfTable = " TABLE DATA ";

    private readonly Dictionary<string, int> _data;

    private DumpArchive(Dictionary<string, int> data, int replications) => (_data, Replications) = (data, replications);

    /// <summary>Publications and subscriptions, which a restore leaves out: a copy must not begin to replicate by itself.</summary>
    public int Replications { get; }

    /// <summary>Reads it with pg_restore.</summary>
    /// <exception cref="BackupException">It is damaged.</exception>
    public static async Task<DumpArchive> ReadAsync(PostgresPrograms programs, int dumpMajor, string folder, CancellationToken cancellationToken)
    {
        var program = await programs.FindAsync("pg_restore", dumpMajor, "the dump", cancellationToken).ConfigureAwait(false);
        var result = await ChildProgram.RunAsync(
            program.Path, ["--list", "--format=directory", folder], environment: null, onError: null, isBackground: false, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0) throw new BackupException(
            BackupErrorKind.Damaged, $"the table of contents of the dump is damaged: {result.Errors}");
        var data = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = result.Output.Split('\n');
        foreach (var line in lines) Add(data, line);
        return new DumpArchive(data, lines.Count(line => Replication().IsMatch(line)));
    }

    /// <summary>The number of the file that holds the rows of a table; null if there is none.</summary>
    public int? Find(string schema, string table) => _data.TryGetValue(Plain($"{schema} {table}"), out var id) ? id : null;

    /// <summary>A line has the form <c>3452; 0 16389 TABLE DATA public sessions owner</c>, without quotes around names that contain spaces.</summary>
    private static void Add(Dictionary<string, int> data, string line)
    {
        var at = line.IndexOf(DataOfTable, StringComparison.Ordinal);
        var semicolon = line.IndexOf(';');
        if (at < 0 || semicolon <= 0 || !int.TryParse(line.AsSpan(0, semicolon), CultureInfo.InvariantCulture, out var id)) return;
        var parts = line[(at + DataOfTable.Length)..].TrimEnd().Split(' ');
        for (var owner = 1; owner <= parts.Length - 2; owner++) data.TryAdd(string.Join(' ', parts[..^owner]), id);
    }

    /// <summary>pg_restore shows line breaks in names as spaces.</summary>
    private static string Plain(string name) => name.Replace('\n', ' ').Replace('\r', ' ');

    [GeneratedRegex("^[0-9]+; [0-9]+ [0-9]+ (PUBLICATION|SUBSCRIPTION) - ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Replication();
}
