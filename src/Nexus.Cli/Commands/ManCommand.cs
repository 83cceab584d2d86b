using System.CommandLine;
using System.Globalization;
using Nexus.Cli.Shell;
using Nexus.Cli.Terminal;
using Nexus.Telemetry;

namespace Nexus.Cli.Commands;

/// <summary>Prints the man page.</summary>
internal sealed class ManCommand : Command, IHasExamples
{
    /// <summary>Makes builds reproducible: https://reproducible-builds.org/docs/source-date-epoch.</summary>
    private const string EpochVariable = "SOURCE_DATE_EPOCH";

    public ManCommand(CommandConsole console)
        : base("man", "Print the man page nexus(1).") =>
        SetAction(parsed => console.Out.Write(
            ManPage.Create(CommandDescription.Of(parsed.RootCommandResult.Command), NexusTelemetry.Version, DateOnly.FromDateTime(ReadDate()))));

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus man | man -l -", "reads the page"),
        ("nexus man > /usr/local/share/man/man1/nexus.1", "installs it"),
    ];

    private static DateTime ReadDate() =>
        long.TryParse(Environment.GetEnvironmentVariable(EpochVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime : TimeProvider.System.GetUtcNow().UtcDateTime;
}
