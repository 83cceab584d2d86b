using System.CommandLine;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Cli.Terminal;

/// <summary>The options that name the store, shared by all commands that use one.</summary>
/// <param name="isPostgresOnly">Whether the command works with PostgreSQL only.</param>
internal sealed class StoreOptions(bool isPostgresOnly = false)
{
    private readonly Option<string?> _database = new("--database")
    {
        Description = "The PostgreSQL database, as a URL or in key=value form. Default: "
            + $"DATABASE_URL{(isPostgresOnly ? "" : ", or the embedded store if it is not set")}.",
        HelpName = "URL",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder of the embedded store, its key, the admin key and the local replica. Default: NEXUS_DATA, or \"data\".",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_data);
    }

    /// <summary>Whether the command line names the database.</summary>
    public bool NamesDatabase(ParseResult parsed) => parsed.GetValue(_database) is { Length: > 0 };

    /// <summary>Reads the settings. The command line takes precedence over the environment.</summary>
    /// <exception cref="NexusConfigurationException">A variable has an invalid value.</exception>
    public NexusOptions Read(ParseResult parsed)
    {
        var options = NexusOptions.FromEnvironment();
        // The fallback belongs to the server: a command must not open its data folder, and fails if PostgreSQL is unavailable.
        options.Fallback = FallbackMode.Off;
        if (parsed.GetValue(_database) is { Length: > 0 } database) options.Database = database;
        if (parsed.GetValue(_data) is { Length: > 0 } folder) options.DataFolder = folder;
        return options;
    }
}
