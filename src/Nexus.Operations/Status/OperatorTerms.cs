using System.Text;
using System.Text.RegularExpressions;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>
/// Translates messages of the library for operators. The library names its properties; this table maps them to the options, variables and
/// commands of the command line.
/// </summary>
public static partial class OperatorTerms
{
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        [nameof(NexusOptions.Database)] = "DATABASE_URL",
        [nameof(NexusOptions.DirectDatabase)] = "NEXUS_DIRECT_URL",
        [nameof(NexusOptions.DataFolder)] = "--data",
        [nameof(NexusOptions.ShardDatabases)] = "NEXUS_SHARD_URLS",
        [nameof(NexusOptions.TwoPhaseBatches)] = "NEXUS_TWO_PHASE_BATCHES",
        [nameof(NexusOptions.Keys)] = "NEXUS_KEYS",
        [nameof(NexusOptions.EncryptionKey)] = "ENCRYPTION_KEY",
        [nameof(NexusOptions.Owners)] = "TELEGRAM_CHAT_ID",
        [nameof(NexusOptions.Fallback)] = "--fallback",
        [nameof(NexusOptions.FallbackCopy)] = "--fallback-copy",
        [nameof(NexusOptions.OutboxBytes)] = "NEXUS_OUTBOX_BYTES",
        [nameof(NexusOptions.History)] = "--history",
        [nameof(NexusOptions.HistoryDays)] = "NEXUS_HISTORY_DAYS",
        [nameof(NexusOptions.AcceptOtherStore)] = "--accept-other-store",
        [nameof(NexusOptions.MaxPoolSize)] = "--max-pool-size",
        [nameof(NexusOptions.ConnectTimeout)] = "NEXUS_CONNECT_TIMEOUT",
        [nameof(NexusOptions.CommandTimeout)] = "NEXUS_COMMAND_TIMEOUT",
        [nameof(NexusOptions.Schema)] = "NEXUS_SCHEMA",
    };

    private const string HeadingEnd = ": ";

    /// <summary>If two steps start alike, the longer one comes first.</summary>
    private static readonly (string Library, string Program)[] Steps =
    [
        ("migrate the database", "run nexus migrate"),
        // Commands have no such option: it is the server that takes the connections.
        ("lower --max-pool-size (", "lower --max-pool-size of nexus serve ("),
        ("generate a key and set it", "create one with `nexus keys generate` and set NEXUS_KEYS to it"),
        ("generate a key", "create one with `nexus keys generate`"),
        ("rotate the keys", "run `nexus keys rotate`"),
        ("open it for writing once", "start nexus serve once"),
        ("export them and import them into the new store", "copy them with nexus export and nexus import (see docs/reliability.md)"),
        ("list the records of the API keys, and accept those that are yours",
            "list the records with `nexus keys api-keys`, and accept those that are yours with --accept"),
    ];

    /// <summary>The option or variable of a setting, or the name itself if there is none.</summary>
    public static string Setting(string name) => Settings.GetValueOrDefault(name, name);

    /// <summary>Replaces properties and steps of the library by options, variables and commands.</summary>
    public static string Translate(string message)
    {
        // Every line of the log comes through here, and building a matcher takes a noticeable part of a start.
        var text = message.Contains("NexusOptions.", StringComparison.Ordinal)
            ? Reference().Replace(message, found => Setting(found.Groups["name"].Value))
            : message;
        text = TranslateHeadings(text);
        foreach (var (library, program) in Steps) text = text.Replace(library, program, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Translates the messages of concerns.</summary>
    public static IReadOnlyList<StoreConcern> Translate(IReadOnlyList<StoreConcern> concerns) =>
        concerns.Count == 0 ? concerns : [.. concerns.Select(concern => concern with { Message = Translate(concern.Message) })];

    /// <summary>Replaces properties at the start of a message, also of a nested message: <c>refused: Keys: too short</c>.</summary>
    private static string TranslateHeadings(string message)
    {
        var settings = Settings.GetAlternateLookup<ReadOnlySpan<char>>();
        StringBuilder? translated = null;
        int start = 0, copied = 0;
        for (int end; (end = message.IndexOf(HeadingEnd, start, StringComparison.Ordinal)) >= 0; start = end + HeadingEnd.Length)
        {
            if (!settings.TryGetValue(message.AsSpan(start, end - start), out var setting)) continue;
            (translated ??= new StringBuilder()).Append(message, copied, start - copied).Append(setting);
            copied = end;
        }
        return translated?.Append(message, copied, message.Length - copied).ToString() ?? message;
    }

    /// <summary>A property in a sentence.</summary>
    [GeneratedRegex(@"\bNexusOptions\.(?<name>[A-Za-z]+)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}
