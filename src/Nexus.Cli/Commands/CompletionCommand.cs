using System.CommandLine;
using Nexus.Cli.Shell;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Prints a completion script.</summary>
internal sealed class CompletionCommand : Command, IHasExamples
{
    private readonly Argument<string> _shell = new("shell") { Description = "The shell: bash, zsh or fish.", HelpName = "SHELL" };

    public CompletionCommand(CommandConsole console)
        : base("completion", "Print a script with which a shell completes commands, options and their values.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
        SetAction(parsed =>
        {
            var root = CommandDescription.Of(parsed.RootCommandResult.Command);
            console.Out.Write(parsed.GetRequiredValue(_shell) switch
            {
                "bash" => BashCompletion.Create(root),
                "zsh" => ZshCompletion.Create(root),
                _ => FishCompletion.Create(root),
            });
        });
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("source <(nexus completion bash)", "completes in this bash"),
        ("nexus completion zsh > ~/.zfunc/_nexus", "for every zsh, with ~/.zfunc in $fpath"),
        ("nexus completion fish > ~/.config/fish/completions/nexus.fish", "for every fish"),
    ];
}
