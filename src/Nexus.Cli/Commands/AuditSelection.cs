using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Cli.Commands;

/// <summary>The options that the audit and its fixes share: the database, the observation window and the checks.</summary>
internal sealed class AuditSelection
{
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<TimeSpan?> _window = new("--window")
    {
        Description = "How long to observe the traffic, such as 500ms, 10s, 1m or 1h. Default: 60s.",
        CustomParser = ParseWindow,
        HelpName = "TIME",
    };

    private readonly Option<bool> _allowSuperuser = new("--allow-superuser")
    {
        Description = "Allow a superuser, or a role with the same rights, to audit. Prefer the role that docs/audit.md describes.",
    };

    private readonly Option<string[]> _only =
        new("--only") { Description = "Run only these checks.", AllowMultipleArgumentsPerToken = true, HelpName = "ID" };
    private readonly Option<string[]> _ignore =
        new("--ignore") { Description = "Skip these checks.", AllowMultipleArgumentsPerToken = true, HelpName = "ID" };
    private readonly Option<string> _scope = Scope();

    public static Option<AuditLanguage> Language()
    {
        var option = new Option<AuditLanguage>("--lang")
        {
            Description = "The language of the report.",
            CustomParser = result => result.Tokens[0].Value == "es" ? AuditLanguage.Spanish : AuditLanguage.English,
            HelpName = "en|es",
        };
        option.AcceptOnlyFromAmong("en", "es");
        return option;
    }

    private static Option<string> Scope()
    {
        var option = new Option<string>("--scope")
        {
            Description = "\"database\" skips the checks of the whole server, such as logging, checkpoints, backups and logins.",
            HelpName = "all|database",
        };
        option.AcceptOnlyFromAmong("all", "database");
        return option;
    }

    /// <param name="command">The command that gets the options.</param>
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

    /// <exception cref="CommandFailedException">No database is configured.</exception>
    /// <exception cref="NexusConfigurationException">The database URL is invalid.</exception>
    public AuditOptions Read(ParseResult parsed, string command)
    {
        var store = _store.Read(parsed);
        if (!store.UsesPostgres) throw new CommandFailedException(
            $"{command} needs a PostgreSQL database: pass --database URL or set DATABASE_URL", ExitCodes.Usage);
        return new AuditOptions
        {
            ConnectionString = DatabaseUrl.ParseDirect(store.ForPostgres()).ConnectionString,
            AllowSuperuser = parsed.GetValue(_allowSuperuser),
            Window = parsed.GetValue(_window) ?? AuditOptions.DefaultWindow,
            Only = Ids(parsed.GetValue(_only)),
            Ignore = Ids(parsed.GetValue(_ignore)),
            DatabaseOnly = parsed.GetValue(_scope) == "database",
        };
    }

    /// <summary>The folder that <c>--data</c> names.</summary>
    public string DataFolder(ParseResult parsed) => _store.Read(parsed).DataFolder;

    /// <summary>Ids in any case, separated by spaces or commas.</summary>
    public static string[] Ids(string[]? given) =>
        [.. (given ?? []).SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)).Select(id => id.ToUpperInvariant())];

    private static TimeSpan? ParseWindow(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits > 0 && long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= int.MaxValue)
        {
            var milliseconds = text[digits..] switch { "ms" => 1.0, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
            if (number * milliseconds is >= 100 and <= 86_400_000) return TimeSpan.FromMilliseconds(number * milliseconds);
        }
        result.AddError("--window must be a number with ms, s, m or h, from 100ms to 24h");
        return null;
    }
}
