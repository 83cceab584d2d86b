using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Nexus.Audit;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Which database, for how long, which checks: the options that the audit and its fixes share.</summary>
internal sealed class AuditSelection
{
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<TimeSpan?> _window = new("--window")
    {
        Description = "How long the traffic is watched: 500ms, 10s, 1m, 1h; 60s otherwise.",
        CustomParser = ParseWindow,
        HelpName = "TIME",
    };

    private readonly Option<bool> _allowSuperuser = new("--allow-superuser")
    {
        Description = "Audit also as a superuser or a role with a superuser's rights. Prefer the role that docs/audit.md describes: it needs no such rights.",
    };

    private readonly Option<string[]> _only = new("--only") { Description = "Only these checks.", AllowMultipleArgumentsPerToken = true, HelpName = "ID" };
    private readonly Option<string[]> _ignore = new("--ignore") { Description = "Leave these checks out.", AllowMultipleArgumentsPerToken = true, HelpName = "ID" };
    private readonly Option<string> _scope = Scope();

    public static Option<AuditLanguage> Language()
    {
        var option = new Option<AuditLanguage>("--lang") { Description = "Language of the report.", HelpName = "en|es" };
        option.AcceptOnlyFromAmong("en", "es");
        return option;
    }

    private static Option<string> Scope()
    {
        var option = new Option<string>("--scope") { Description = "database leaves out the checks about the whole server: logging, checkpoints, backups, logins.", HelpName = "all|database" };
        option.AcceptOnlyFromAmong("all", "database");
        return option;
    }

    /// <param name="command">Gets the options.</param>
    /// <param name="choosesChecks">Whether it takes <c>--only</c> and <c>--ignore</c>.</param>
    public void AddTo(Command command, bool choosesChecks = true)
    {
        _store.AddTo(command);
        command.Options.Add(_window);
        command.Options.Add(_allowSuperuser);
        if (!choosesChecks) return;
        command.Options.Add(_only);
        command.Options.Add(_ignore);
        command.Options.Add(_scope);
    }

    /// <exception cref="CommandFailedException">No database is named.</exception>
    public AuditOptions Read(ParseResult parsed, string command)
    {
        var database = _store.Read(parsed).Database;
        if (string.IsNullOrWhiteSpace(database)) throw new CommandFailedException($"{command} needs a PostgreSQL database: --database URL, or DATABASE_URL", ExitCodes.Usage);
        return new AuditOptions { Database = database, AllowSuperuser = parsed.GetValue(_allowSuperuser), Window = parsed.GetValue(_window) ?? TimeSpan.FromSeconds(60), Only = Ids(parsed.GetValue(_only)), Ignore = Ids(parsed.GetValue(_ignore)), DatabaseOnly = parsed.GetValue(_scope) == "database" };
    }

    /// <summary>The folder that <c>--data</c> names.</summary>
    public string DataFolder(ParseResult parsed) => _store.Read(parsed).DataFolder;

    /// <summary>Ids in any case, apart or with commas.</summary>
    public static string[] Ids(string[]? given) => [.. (given ?? []).SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)).Select(id => id.ToUpperInvariant())];

    private static TimeSpan? ParseWindow(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits > 0 && long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue)
        {
            var milliseconds = text[digits..] switch { "ms" => 1.0, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
            if (number * milliseconds is >= 100 and <= 86_400_000) return TimeSpan.FromMilliseconds(number * milliseconds);
        }
        result.AddError("--window must be a number with ms, s, m or h, from 100ms to 24h");
        return null;
    }
}
