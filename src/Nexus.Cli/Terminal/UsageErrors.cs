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
            if (unmatched.Count == 0 || error.SymbolResult is not CommandResult) yield return OnOneLine(error.Message);
        }
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
