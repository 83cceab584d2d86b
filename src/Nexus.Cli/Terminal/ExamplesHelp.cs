using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Nexus.Cli.Terminal;

/// <summary>A command with usage examples.</summary>
internal interface IHasExamples
{
    /// <summary>Command lines, each with what it does.</summary>
    IReadOnlyList<(string CommandLine, string Does)> Examples { get; }
}

/// <summary>Prints the standard help, followed by the command's examples.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _usual;

    private ExamplesHelp(HelpAction usual) => _usual = usual;

    public static void AddTo(HelpOption option) => option.Action = new ExamplesHelp((HelpAction)option.Action!);

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not IHasExamples { Examples: { Count: > 0 } examples }) return exitCode;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        var width = examples.Max(example => example.CommandLine.Length);
        foreach (var (commandLine, does) in examples) output.WriteLine($"  {commandLine.PadRight(width)}  {does}");
        output.WriteLine();
        return exitCode;
    }
}
