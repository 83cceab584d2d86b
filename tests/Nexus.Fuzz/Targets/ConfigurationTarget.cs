using Nexus.Cli.Configuration;

namespace Nexus.Fuzz.Targets;

/// <summary>The configuration file of the program. What is wrong is a list of problems.</summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    public override string Name => "configuration";

    public override IReadOnlyList<string> Dictionaries => ["json", "configuration", "database-url"];

    public override int Mutations => 800;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var problems = new List<ConfigurationProblem>();
        var file = ConfigurationFile.Parse(input, "nexus.json", problems);
        foreach (var problem in problems) shown.Add($"{problem.Field}{problem.Reason}");
        foreach (var value in file.Values.Values) shown.Add(value.Shown);
    }

    public override bool IsDocumented(Exception error) => false;

    public override bool HidesPlanted(ReadOnlySpan<byte> input) => PlantedSecret.Follows(input, "\"url\":\"postgres://bot:");
}
