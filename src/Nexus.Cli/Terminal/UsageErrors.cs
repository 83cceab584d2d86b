using System.CommandLine;
using System.CommandLine.Parsing;
using Nexus.Errors;

namespace Nexus.Cli.Terminal;

/// <summary>Describes the errors of a command line and suggests the likely fix.</summary>
internal static class UsageErrors
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unmatched = parsed.UnmatchedTokens;
        foreach (var token in unmatched)
        {
            if (token.StartsWith('-'))
                yield return $"{token} is not an option of {PathOf(parsed.CommandResult)}{Suggestion.For(token, OptionsOf(parsed.CommandResult))}";
            else if (command.Subcommands.Count > 0)
                yield return $"{token} is not a command{Suggestion.For(token, command.Subcommands.Select(subcommand => subcommand.Name))}";
            else yield return $"{token} is an unexpected argument of {PathOf(parsed.CommandResult)}";
        }
        // The parser also reports unmatched tokens, and the command that is missing because of them.
        foreach (var error in parsed.Errors)
        {
            if (unmatched.Count == 0 || error.SymbolResult is not CommandResult) yield return Describe(error);
        }
    }

    /// <summary>The parser names types of .NET, and not the option whose value is no choice.</summary>
    private static string Describe(ParseError error)
    {
        (string? name, Type? type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult { Parent: OptionResult option } => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => ($"<{argument.Argument.Name}>", argument.Argument.ValueType),
            _ => ((string?)null, (Type?)null),
        };
        if (name is null || type is null) return OnOneLine(error.Message);
        if (error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal)) return $"{name} must be {KindOf(type)}";
        const string Choices = "Must be one of:";
        if (error.Message.IndexOf(Choices, StringComparison.Ordinal) is not (>= 0 and var at)) return OnOneLine(error.Message);
        var choices = error.Message[(at + Choices.Length)..]
            .Split(['\r', '\n', '\t', ' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(choice => choice.Trim('\'')).ToList();
        var given = error.SymbolResult?.Tokens.Select(token => token.Value).FirstOrDefault(value => !choices.Contains(value)) ?? "";
        return $"{name} must be one of: {string.Join(", ", choices)}{Suggestion.For(given, choices)}";
    }

    private static string KindOf(Type type)
    {
        type = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? $"one of: {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(bool) ? "true or false"
            : type == typeof(Guid) ? "an id of 32 hexadecimal digits"
            : "a valid value";
    }

    /// <summary>Joins the lines of the parser, which lists each accepted value on a separate line.</summary>
    private static string OnOneLine(string message)
    {
        foreach (var question in (string[])["Must be one of:", "Did you mean one of the following?"])
        {
            var end = message.LastIndexOf(question, StringComparison.Ordinal) + question.Length;
            if (end < question.Length) continue;
            return $"{message[..end]} {string.Join(", ", message[end..].Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))}";
        }
        return message;
    }

    /// <summary>The command's name, preceded by the names of its parents.</summary>
    public static string PathOf(CommandResult command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is CommandResult result; at = at.Parent) names.Insert(0, result.Command.Name);
        return string.Join(' ', names);
    }

    private static IEnumerable<string> OptionsOf(CommandResult command)
    {
        for (SymbolResult? at = command; at is CommandResult result; at = at.Parent)
        {
            foreach (var option in result.Command.Options.Where(option => !option.Hidden && (option.Recursive || at == command)))
                yield return option.Name;
        }
    }
}
