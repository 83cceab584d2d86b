using System.CommandLine;
using System.CommandLine.Completions;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Shell;

/// <summary>What a shell proposes for a value.</summary>
internal enum ValueKind
{
    /// <summary>Nothing: the value is free.</summary>
    Free,

    /// <summary>One of a list.</summary>
    Choice,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}

/// <summary>The value of an option or of an argument.</summary>
internal sealed record ValueDescription(string Name, ValueKind Kind, IReadOnlyList<string> Choices);

/// <summary>An option.</summary>
/// <param name="Name">Its name with the hyphens.</param>
/// <param name="Aliases">Other names.</param>
/// <param name="Description">What it does.</param>
/// <param name="Value">Its value; null for a flag.</param>
internal sealed record OptionDescription(string Name, IReadOnlyList<string> Aliases, string Description, ValueDescription? Value)
{
    public IEnumerable<string> Names => [Name, .. Aliases];
}

/// <summary>A command, as completion scripts and the man page show it. Read from the definitions that also parse the command line.</summary>
internal sealed record CommandDescription(
    string Path, string Name, string Description, IReadOnlyList<OptionDescription> Options, IReadOnlyList<ValueDescription> Arguments,
    IReadOnlyList<CommandDescription> Subcommands, IReadOnlyList<(string CommandLine, string Does)> Examples)
{
    /// <summary>The command and all below it.</summary>
    public IEnumerable<CommandDescription> All => Subcommands.SelectMany(command => command.All).Prepend(this);

    public static CommandDescription Of(Command root) => Of(root, "", []);

    private static CommandDescription Of(Command command, string parent, IReadOnlyList<Option> inherited)
    {
        var path = parent.Length == 0 ? command.Name : $"{parent} {command.Name}";
        var visible = command.Options.Where(option => !option.Hidden).ToList();
        var recursive = inherited.Concat(visible.Where(option => option.Recursive)).ToList();
        return new CommandDescription(
            path, command.Name, command.Description ?? "", [.. visible.Concat(inherited).Select(Describe)],
            [.. command.Arguments.Where(argument => !argument.Hidden).Select(Describe)],
            [.. command.Subcommands.Where(subcommand => !subcommand.Hidden).Select(subcommand => Of(subcommand, path, recursive))],
            command is IHasExamples examples ? examples.Examples : []);
    }

    private static OptionDescription Describe(Option option)
    {
        var isFlag = option.ValueType == typeof(bool) || option.ValueType == typeof(void) || option.Arity.MaximumNumberOfValues == 0;
        var value = isFlag ? null : Describe(option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant(), option, option as ISettingOption);
        return new OptionDescription(option.Name, [.. option.Aliases.Where(IsUsual).Order(StringComparer.Ordinal)], option.Description ?? "", value);
    }

    private static ValueDescription Describe(Argument argument) => Describe(argument.HelpName ?? argument.Name, argument, null);

    private static ValueDescription Describe(string name, Symbol symbol, ISettingOption? setting)
    {
        var type = setting?.Setting.Type;
        if (type == "file" || IsNamed(name, "FILE")) return new ValueDescription(name, ValueKind.File, []);
        if (type == "folder" || IsNamed(name, "DIR") || IsNamed(name, "FOLDER")) return new ValueDescription(name, ValueKind.Folder, []);
        string[] choices = [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label).Distinct(StringComparer.Ordinal)];
        return new ValueDescription(name, choices.Length > 0 ? ValueKind.Choice : ValueKind.Free, choices);
    }

    /// <summary>Not /h and -?, which only old shells of Windows know.</summary>
    private static bool IsUsual(string alias) =>
        alias.StartsWith('-') && alias.Skip(1).All(character => character == '-' || char.IsAsciiLetterOrDigit(character));

    private static bool IsNamed(string name, string kind) => name.Contains(kind, StringComparison.OrdinalIgnoreCase);
}
