using System.CommandLine;

namespace Nexus.Cli.Terminal;

/// <summary>The further servers of a database with shards.</summary>
internal sealed class ShardServersOption
{
    private readonly Option<string[]> _urls = new("--urls")
    {
        Description = "The servers of further shards beside that of the database, as URLs, always in the same order. Default: NEXUS_SHARD_URLS, "
            + "where other users of the machine cannot read the passwords.",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command) => command.Options.Add(_urls);

    /// <summary>Adds the servers to the options. The command line takes precedence over the environment.</summary>
    public NexusOptions Read(ParseResult parsed, NexusOptions options)
    {
        if (parsed.GetValue(_urls) is { Length: > 0 } urls) options.ShardDatabases = string.Join(' ', urls);
        return options;
    }
}
