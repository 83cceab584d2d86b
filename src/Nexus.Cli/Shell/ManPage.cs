using System.Globalization;
using System.Text;
using Nexus.Cli.Configuration;

namespace Nexus.Cli.Shell;

/// <summary>The man page nexus(1), in the macros of man(7).</summary>
internal static class ManPage
{
    /// <param name="root">The commands.</param>
    /// <param name="version">The version of the program.</param>
    /// <param name="date">The date of the page.</param>
    public static string Create(CommandDescription root, string version, DateOnly date)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $".TH NEXUS 1 {date:yyyy-MM-dd} \"nexus {version}\" \"User Commands\"\n");
        text.Append($".SH NAME\nnexus \\- {Escape(Lower(ZshCompletion.FirstSentence(root.Description)))}\n");
        text.Append(".SH SYNOPSIS\n.B nexus\n.I command\n.RI [ options ]\n");
        text.Append($".SH DESCRIPTION\n{Escape(root.Description)}\n.PP\nEach command has help of its own:\n.B nexus\n.I command\n.BR \\-\\-help .\n");
        text.Append(".SH OPTIONS\nThese options belong to every command.\n");
        foreach (var option in root.Options) Append(text, option);
        text.Append(".SH COMMANDS\n");
        var shared = root.Options.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var command in root.All.Skip(1)) Append(text, command, shared);
        text.Append(".SH CONFIGURATION\nA setting has its value from the first of these that gives one: an option, an environment variable, the "
            + "configuration file, the default. The configuration file is a JSON document; the key\n.B database.maxPoolSize\nis the member\n.B "
            + "maxPoolSize\nof the object\n.BR database .\nA secret can be in a file of its own: the variable with\n.B _FILE\nat its end, or the key "
            + "with\n.B File\nat its end, names that file. Only its owner may have access to it; its group may read it if it belongs to root.\n");
        text.Append(".SH ENVIRONMENT\n");
        foreach (var setting in SettingCatalogue.All)
        {
            text.Append($".TP\n.B {Escape(setting.Variable)}\n{Escape(setting.Description)} Key: {Escape(setting.Key)}. ");
            text.Append($"Default: {Escape(setting.DefaultText)}.\n");
        }
        text.Append($".TP\n.B {ConfigurationFile.Variable}\nThe configuration file.\n");
        text.Append($".SH FILES\n.TP\n.I {ConfigurationFile.DefaultPath}\nThe configuration file, if no other is named and it exists.\n"
            + ".TP\n.I data\nThe data folder, if no other is named: the embedded store, its key, the admin key, the local replica and the outbox.\n");
        text.Append(".SH EXIT STATUS\n.TP\n.B 0\nSuccess.\n.TP\n.B 1\nThe command failed or found a problem.\n.TP\n.B 2\nThe command line is "
            + "invalid, or\n.B nexus doctor\nfound that something is broken.\n.TP\n.BR 130 ,\\~ 143\nEnded by SIGINT or SIGTERM.\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, CommandDescription command, HashSet<string> shared)
    {
        text.Append($".SS \"{Escape(command.Path)}\"\n{Escape(command.Description)}\n");
        if (command.Subcommands.Count > 0) return;
        text.Append($".PP\n.B {Escape(command.Path)}\n");
        if (command.Options.Any(option => !shared.Contains(option.Name))) text.Append(".RI [ options ]\n");
        foreach (var argument in command.Arguments) text.Append($".I {Escape(argument.Name)}\n");
        foreach (var option in command.Options.Where(option => !shared.Contains(option.Name))) Append(text, option);
        if (command.Examples.Count == 0) return;
        text.Append(".PP\nExamples:\n");
        foreach (var (commandLine, does) in command.Examples) text.Append($".TP\n.B {Escape(commandLine)}\n{Escape(Sentence(does))}\n");
    }

    private static void Append(StringBuilder text, OptionDescription option)
    {
        text.Append($".TP\n.BR {string.Join(" \", \" ", option.Names.Select(Escape))}");
        if (option.Value is { } value) text.Append($" \" \" \\fI{Escape(value.Name)}\\fR");
        text.Append($"\n{Escape(option.Description)}\n");
        if (option.Value is { Kind: ValueKind.Choice } choice) text.Append($"One of: {Escape(string.Join(", ", choice.Choices))}.\n");
    }

    private static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    private static string Lower(string text) => text.Length == 0 ? "" : $"{char.ToLowerInvariant(text[0])}{text[1..]}";

    /// <summary>A hyphen is one in every font, a backslash is one, and no line begins with a request.</summary>
    private static string Escape(string text)
    {
        var escaped = text.ReplaceLineEndings(" ").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal)
            .Replace("\"", "\\(dq", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal)
            .Replace("`", "\\(ga", StringComparison.Ordinal).Replace("^", "\\(ha", StringComparison.Ordinal)
            .Replace("~", "\\(ti", StringComparison.Ordinal).Replace("…", "...", StringComparison.Ordinal);
        return escaped.StartsWith('.') ? $"\\&{escaped}" : escaped;
    }
}
