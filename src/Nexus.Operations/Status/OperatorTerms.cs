using System.Text.RegularExpressions;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>
/// Says messages of the library in the terms of whoever runs the program. The library names its options and what is needed; here is the one table of
/// the command line's
/// options, variables and commands for them.
/// </summary>
public static partial class OperatorTerms
{
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        [nameof(NexusOptions.Database)] = "DATABASE_URL",
        [nameof(NexusOptions.DataFolder)] = "--data",
        [nameof(NexusOptions.Keys)] = "NEXUS_KEYS",
        [nameof(NexusOptions.EncryptionKey)] = "ENCRYPTION_KEY",
        [nameof(NexusOptions.Owners)] = "TELEGRAM_CHAT_ID",
        [nameof(NexusOptions.Fallback)] = "--fallback",
        [nameof(NexusOptions.AcceptOtherStore)] = "--accept-other-store",
        [nameof(NexusOptions.MaxPoolSize)] = "--max-pool-size",
    };

    /// <summary>The longer one first where one begins like another.</summary>
    private static readonly (string Library, string Program)[] Steps =
    [
        ("migrate the database", "run nexus migrate"),
        ("generate a key and set it", "make one with `nexus keys generate` and set NEXUS_KEYS to it"),
        ("generate a key", "make one with `nexus keys generate`"),
        ("rotate the keys", "run `nexus keys rotate`"),
        ("open it for writing once", "start nexus serve once"),
        ("export them and import them into the new store", "copy them with nexus export and nexus import (the reliability page describes it)"),
        ("list the records of the API keys, and accept those that are yours",
            "see `nexus keys api-keys`, which lists the records, and accept those that are yours with --accept"),
    ];

    /// <summary>The setting as the command line or the environment names it; the name itself where neither has it.</summary>
    public static string Setting(string name) => Settings.GetValueOrDefault(name, name);

    /// <summary>The message with options, variables and commands instead of properties and steps of the library.</summary>
    public static string Translate(string message)
    {
        var text = Reference().Replace(message, found => Setting(found.Groups["name"].Value));
        text = Heading().Replace(text, found => $"{found.Groups["before"].Value}{Setting(found.Groups["name"].Value)}: ");
        foreach (var (library, program) in Steps) text = text.Replace(library, program, StringComparison.Ordinal);
        return text;
    }

    /// <summary>The same concerns in the terms of the program.</summary>
    public static IReadOnlyList<StoreConcern> Translate(IReadOnlyList<StoreConcern> concerns) =>
        concerns.Count == 0 ? concerns : [.. concerns.Select(concern => concern with { Message = Translate(concern.Message) })];

    /// <summary>A property in a sentence.</summary>
    [GeneratedRegex(@"\bNexusOptions\.(?<name>[A-Za-z]+)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    /// <summary>A property that a message begins with, also inside another message.</summary>
    [GeneratedRegex(@"(?<before>^|: )(?<name>Database|DataFolder|Keys|EncryptionKey|Owners|Fallback|AcceptOtherStore|MaxPoolSize): ",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Heading();
}
