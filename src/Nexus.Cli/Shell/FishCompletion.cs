using System.Text;

namespace Nexus.Cli.Shell;

/// <summary>A completion script for fish.</summary>
internal static class FishCompletion
{
    public static string Create(CommandDescription root)
    {
        var valued = root.All.SelectMany(command => command.Options).Where(option => option.Value is not null).SelectMany(option => option.Names)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var text = new StringBuilder($"""
            # fish completion for nexus, made by `nexus completion fish`.
            # Save it: nexus completion fish > ~/.config/fish/completions/nexus.fish

            set -g __nexus_commands {string.Join(' ', root.All.Select(command => Quote(command.Path)))}
            set -g __nexus_groups {string.Join(' ', root.All.Where(command => command.Subcommands.Count > 0).Select(command => Quote(command.Path)))}
            set -g __nexus_valued {string.Join(' ', valued)}

            # Whether the words before the cursor name this command.
            function __nexus_at
                set -l words (commandline -opc)
                set -l path nexus
                set -l skip 0
                for word in $words[2..-1]
                    if test $skip = 1
                        set skip 0
                    else if contains -- $word $__nexus_valued
                        set skip 1
                    else if contains -- "$path $word" $__nexus_commands
                        set path "$path $word"
                    else if contains -- "$path" $__nexus_groups; and not string match -q -- '-*' $word
                        # An unknown word where a command stands.
                        return 1
                    end
                end
                test "$path" = "$argv[1]"
            end

            complete -c nexus -f

            """);
        foreach (var command in root.All)
        {
            var at = $"complete -c nexus -n {Quote($"__nexus_at {Quote(command.Path)}")}";
            foreach (var subcommand in command.Subcommands)
                text.Append($"{at} -a {subcommand.Name} -d {Quote(ZshCompletion.FirstSentence(subcommand.Description))}\n");
            foreach (var option in command.Options)
                text.Append($"{at} {Names(option)}{Value(option.Value)} -d {Quote(ZshCompletion.FirstSentence(option.Description))}\n");
            if (command.Subcommands.Count == 0 && command.Arguments is [var argument, ..] && Argument(argument) is { } proposals)
                text.Append($"{at}{proposals}\n");
        }
        return text.ToString();
    }

    private static string Names(OptionDescription option) => string.Join(' ', option.Names.Select(name => name switch
    {
        ['-', '-', .. var rest] => $"-l {rest}",
        ['-', var letter] => $"-s {letter}",
        ['-', .. var rest] => $"-o {rest}",
        _ => $"-l {Quote(name.TrimStart('/'))}",
    }));

    private static string Value(ValueDescription? value) => value?.Kind switch
    {
        null => "",
        ValueKind.Choice => $" -x -a {Quote(string.Join(' ', value.Choices))}",
        ValueKind.File => " -r -F",
        ValueKind.Folder => " -x -a '(__fish_complete_directories)'",
        _ => " -x",
    };

    private static string? Argument(ValueDescription value) => value.Kind switch
    {
        ValueKind.Choice => $" -a {Quote(string.Join(' ', value.Choices))}",
        ValueKind.File => " -F",
        ValueKind.Folder => " -a '(__fish_complete_directories)'",
        _ => null,
    };

    private static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
