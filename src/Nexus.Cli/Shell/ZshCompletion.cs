using System.Text;

namespace Nexus.Cli.Shell;

/// <summary>A completion script for zsh: one function for each command.</summary>
internal static class ZshCompletion
{
    public static string Create(CommandDescription root)
    {
        var text = new StringBuilder("""
            #compdef nexus
            # zsh completion for nexus, made by `nexus completion zsh`.
            # Save it as _nexus in a folder of $fpath, such as: nexus completion zsh > /usr/local/share/zsh/site-functions/_nexus

            """).Append('\n');
        foreach (var command in root.All) Append(text, command);
        // Called by the completion system, or sourced.
        return text.Append("if [[ $funcstack[1] == _nexus ]]; then _nexus \"$@\"; elif (( $+functions[compdef] )); then compdef _nexus nexus; fi\n")
            .ToString();
    }

    private static void Append(StringBuilder text, CommandDescription command)
    {
        text.Append($"{Function(command)}() {{\n  local curcontext=\"$curcontext\" state line\n  typeset -A opt_args\n  _arguments -C -s");
        foreach (var option in command.Options)
        {
            foreach (var name in option.Names)
            {
                var value = option.Value is { } known ? $":{Escape(known.Name)}:{Action(known)}" : "";
                // The value may be the next word or follow an equals sign.
                var equals = option.Value is not null && name.StartsWith("--", StringComparison.Ordinal) ? "=" : "";
                text.Append($" \\\n    {Quote($"{name}{equals}[{Escape(FirstSentence(option.Description))}]{value}")}");
            }
        }
        if (command.Subcommands.Count > 0) text.Append(" \\\n    '1: :->command' \\\n    '*:: :->arguments'");
        else if (command.Arguments is [var argument, ..])
            text.Append($" \\\n    {Quote($"*:{Escape(argument.Name)}:{Action(argument)}")}");
        text.Append('\n');
        if (command.Subcommands.Count > 0)
        {
            text.Append("  case $state in\n    command)\n      local -a commands\n      commands=(\n");
            foreach (var subcommand in command.Subcommands)
            {
                var description = FirstSentence(subcommand.Description).Replace(":", "\\:", StringComparison.Ordinal);
                text.Append($"        {Quote($"{subcommand.Name}:{description}")}\n");
            }
            text.Append($"      )\n      _describe -t commands {Quote($"{command.Path} command")} commands ;;\n");
            text.Append("    arguments)\n      case $line[1] in\n");
            foreach (var subcommand in command.Subcommands) text.Append($"        {subcommand.Name}) {Function(subcommand)} ;;\n");
            text.Append("      esac ;;\n  esac\n");
        }
        text.Append("}\n\n");
    }

    private static string Function(CommandDescription command) => $"_{command.Path.Replace(' ', '_').Replace('-', '_')}";

    private static string Action(ValueDescription value) => value.Kind switch
    {
        ValueKind.Choice => $"({string.Join(' ', value.Choices.Select(Escape))})",
        ValueKind.File => "_files",
        ValueKind.Folder => "_files -/",
        _ => " ",
    };

    internal static string FirstSentence(string text) => text.Split(". ", 2)[0].TrimEnd('.');

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
