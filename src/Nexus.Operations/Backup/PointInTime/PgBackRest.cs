using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Nexus.Operations.Backup;

/// <summary>
/// Asks pgBackRest about its repositories (https://pgbackrest.org/command.html#command-info). It only reads. What it writes is not trusted:
/// bounded in time and size, and only values of the expected form are used.
/// </summary>
internal sealed class PgBackRest(BackupOptions options, TimeProvider clock)
{
    private const int MaxBackups = 10_000;
    private const int MaxMessage = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonDocumentOptions Bounds = new() { MaxDepth = 32 };

    private readonly string _stanza = IsStanza(options.PgBackRestStanza) ? options.PgBackRestStanza! : throw new BackupException(
        BackupErrorKind.Configuration, "NEXUS_PGBACKREST_STANZA must be the name of a stanza: letters, digits, '-', '_' and '.', at most 64");

    /// <summary>Reads the base backups and the archives of the stanza.</summary>
    /// <exception cref="BackupException">The program is missing, failed, did not respond, or wrote something else.</exception>
    public async Task<PgBackRestInfo> ReadInfoAsync(CancellationToken cancellationToken)
    {
        using var document = await RunAsync(["info", "--output=json"], cancellationToken).ConfigureAwait(false);
        try
        {
            var stanza = document.RootElement.EnumerateArray().First(entry => entry.GetProperty("name").GetString() == _stanza);
            var status = stanza.GetProperty("status");
            return new PgBackRestInfo(
                status.GetProperty("code").GetInt32(), Bounded(status.GetProperty("message").GetString()),
                [.. stanza.GetProperty("db").EnumerateArray().Select(entry => new PgBackRestDatabase(
                    entry.GetProperty("id").GetInt32(), entry.GetProperty("repo-key").GetInt32(), entry.GetProperty("system-id").GetInt64()))],
                [.. Entries(stanza, "archive").Select(Archive)],
                [.. Entries(stanza, "backup").Take(MaxBackups).Select(Backup)]);
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Lists a folder of a repository.</summary>
    /// <returns>The names in it.</returns>
    public async Task<List<string>> ListAsync(string path, int repository, CancellationToken cancellationToken)
    {
        using var document = await RunAsync(
            ["repo-ls", path, "--output=json", $"--repo={repository.ToString(CultureInfo.InvariantCulture)}"], cancellationToken)
            .ConfigureAwait(false);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? [.. document.RootElement.EnumerateObject().Select(entry => entry.Name)] : throw Unreadable(null);
    }

    /// <summary>The folder of an archive in a repository.</summary>
    public string FolderOf(PgBackRestArchive archive) => $"archive/{_stanza}/{archive.Id}";

    private static bool IsStanza(string? name) =>
        name is { Length: > 0 and <= 64 } && name[0] is not ('-' or '.')
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static JsonElement.ArrayEnumerator Entries(JsonElement stanza, string name) =>
        stanza.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;

    private static PgBackRestArchive Archive(JsonElement entry)
    {
        var database = entry.GetProperty("database");
        var id = entry.GetProperty("id").GetString() ?? "";
        if (id.Length > 16 || !id.All(letter => char.IsAsciiDigit(letter) || letter is '-' or '.')) throw new FormatException();
        return new PgBackRestArchive(
            id, database.GetProperty("id").GetInt32(), database.GetProperty("repo-key").GetInt32(), Wal(entry.GetProperty("max").GetString(), true));
    }

    private static PgBackRestBackup Backup(JsonElement entry)
    {
        var (database, info, time) = (entry.GetProperty("database"), entry.GetProperty("info"), entry.GetProperty("timestamp"));
        var (label, type) = (entry.GetProperty("label").GetString() ?? "", entry.GetProperty("type").GetString());
        if (label.Length > 40 || !label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')) throw new FormatException();
        if (type is not ("full" or "diff" or "incr")) throw new FormatException();
        return new PgBackRestBackup(database.GetProperty("id").GetInt32(), new BaseBackup(
            label, type, Time(time.GetProperty("start")), Time(time.GetProperty("stop")), info.GetProperty("size").GetInt64(),
            info.GetProperty("repository").GetProperty("delta").GetInt64(),
            entry.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.True,
            database.GetProperty("repo-key").GetInt32(), Wal(entry.GetProperty("archive").GetProperty("start").GetString(), false)!));
    }

    private static DateTimeOffset Time(JsonElement seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64());

    private static string? Wal(string? name, bool mayBeMissing) => name switch
    {
        null when mayBeMissing => null,
        { Length: WalSegment.NameLength } when name.All(char.IsAsciiHexDigit) => name,
        _ => throw new FormatException(),
    };

    private static string Bounded(string? text) => text is null ? "" : text.Length > MaxMessage ? text[..MaxMessage] : text;

    private async Task<JsonDocument> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var program = options.PgBackRest ?? "pgbackrest";
        ChildResult result;
        try
        {
            result = await ChildProgram.RunAsync(
                program,
                [.. arguments, $"--stanza={_stanza}", "--log-level-console=off", "--log-level-file=off", "--log-level-stderr=error"],
                Variables(), onError: null, isBackground: false, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackupException(
                BackupErrorKind.Unreachable, $"pgBackRest did not respond within {Patience.TotalSeconds:0} s: check its repository");
        }
        if (result.ExitCode != 0)
            throw new BackupException(BackupErrorKind.Failed, $"pgBackRest failed with exit code {result.ExitCode}: {Bounded(result.Errors)}");
        try
        {
            return JsonDocument.Parse(result.Output, Bounds);
        }
        catch (JsonException error)
        {
            throw Unreadable(error);
        }
    }

    /// <summary>Its own variables, such as PGBACKREST_CONFIG: those of PostgreSQL stay away from programs.</summary>
    private static Dictionary<string, string> Variables() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith("PGBACKREST_", StringComparison.Ordinal))
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    private static BackupException Unreadable(Exception? error) =>
        new(BackupErrorKind.Failed, "the output of pgBackRest cannot be read: version 2.45 or newer is needed", error);
}

/// <summary>What pgBackRest says about a stanza.</summary>
/// <param name="Code">0 if everything is well, 2 if there is no backup.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Databases">The clusters that the stanza was made for.</param>
/// <param name="Archives">The WAL of each.</param>
/// <param name="Backups">The base backups.</param>
internal sealed record PgBackRestInfo(
    int Code, string Message, IReadOnlyList<PgBackRestDatabase> Databases, IReadOnlyList<PgBackRestArchive> Archives,
    IReadOnlyList<PgBackRestBackup> Backups);

/// <summary>A cluster in a repository.</summary>
internal sealed record PgBackRestDatabase(int Id, int Repository, long SystemId);

/// <summary>The WAL of a cluster in a repository.</summary>
internal sealed record PgBackRestArchive(string Id, int DatabaseId, int Repository, string? LastWal);

/// <summary>A base backup of a cluster.</summary>
internal sealed record PgBackRestBackup(int DatabaseId, BaseBackup Backup);
