using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Failover;

namespace Nexus.Cli.Configuration;

/// <summary>The options that name the store, shared by all commands that use one.</summary>
/// <param name="isPostgresOnly">Whether the command works with PostgreSQL only.</param>
internal sealed class StoreOptions(bool isPostgresOnly = false)
{
    private readonly SettingOption _database = new(StoreSettings.Database)
    {
        Description = "The PostgreSQL database, as a URL or in key=value form. Default: "
            + $"{StoreSettings.Database.Variable}{(isPostgresOnly ? "" : ", or the embedded store if it is not set")}. Behind a pooler such as "
            + "PgBouncer, add pgbouncer=true and the server's own address as listen=HOST:PORT, or set NEXUS_DIRECT_URL beside DATABASE_URL.",
    };

    private readonly SettingOption _data = new(StoreSettings.DataFolder);

    public void AddTo(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_data);
    }

    /// <summary>Whether the command line names the database.</summary>
    public bool NamesDatabase(ParseResult parsed) => _database.Given(parsed) is not null;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="CommandFailedException">The configuration has an error.</exception>
    public NexusOptions Read(ParseResult parsed)
    {
        var options = ToolConfiguration.Of(parsed).ToNexusOptions();
        // The fallback belongs to the server: a command must not open its data folder, and fails if PostgreSQL is unavailable.
        options.Fallback = FallbackMode.Off;
        return options;
    }
}
