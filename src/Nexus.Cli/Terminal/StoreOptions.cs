using System.CommandLine;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Cli.Terminal;

/// <summary>Where the state is: the same two options for every command that needs it.</summary>
/// <param name="isPostgresOnly">Whether the command has no use for the embedded store.</param>
internal sealed class StoreOptions(bool isPostgresOnly = false)
{
    private readonly Option<string?> _database = new("--database")
    {
        Description = $"PostgreSQL as a URL or in key=value form; DATABASE_URL otherwise.{(isPostgresOnly ? "" : " With neither the embedded store is used.")}",
        HelpName = "URL",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of the embedded store, its key, the admin key, and the fallback of PostgreSQL; NEXUS_DATA otherwise, else \"data\".",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_data);
    }

    /// <summary>The environment's settings with those of the command line over them.</summary>
    /// <exception cref="NexusConfigurationException">A variable has an unusable value.</exception>
    public NexusOptions Read(ParseResult parsed)
    {
        var options = NexusOptions.FromEnvironment();
        // The fallback belongs to the server: a command beside it must not want its data folder, and fails where PostgreSQL does not answer.
        options.Fallback = FallbackMode.Off;
        if (parsed.GetValue(_database) is { Length: > 0 } database) options.Database = database;
        if (parsed.GetValue(_data) is { Length: > 0 } folder) options.DataFolder = folder;
        return options;
    }
}
