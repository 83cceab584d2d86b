using System.Globalization;
using Microsoft.Extensions.Configuration;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus;

/// <summary>
/// Reads <see cref="NexusOptions"/> from a configuration section. Not by the framework's binder: it passes over names that it does not know and list
/// elements that it cannot convert (https://learn.microsoft.com/dotnet/api/microsoft.extensions.configuration.binderoptions), and an owner that is
/// left out is a bot that refuses its owner.
/// </summary>
internal static class ConfigurationSettings
{
    private static readonly Dictionary<string, Action<NexusOptions, IConfigurationSection>> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(NexusOptions.Database)] = (options, section) => options.Database = Text(section),
        [nameof(NexusOptions.DirectDatabase)] = (options, section) => options.DirectDatabase = Text(section),
        [nameof(NexusOptions.DataFolder)] = (options, section) => options.DataFolder = Text(section),
        [nameof(NexusOptions.ShardDatabases)] = (options, section) => options.ShardDatabases = Text(section),
        [nameof(NexusOptions.TwoPhaseBatches)] = (options, section) => options.TwoPhaseBatches = Switch(section),
        [nameof(NexusOptions.Schema)] = (options, section) => options.Schema = Text(section),
        [nameof(NexusOptions.Keys)] = (options, section) => options.Keys = Text(section),
        [nameof(NexusOptions.EncryptionKey)] = (options, section) => options.EncryptionKey = Text(section),
        [nameof(NexusOptions.Owners)] = SetOwners,
        [nameof(NexusOptions.MinPoolSize)] = (options, section) => options.MinPoolSize = Number(section),
        [nameof(NexusOptions.MaxPoolSize)] = (options, section) => options.MaxPoolSize = Number(section),
        [nameof(NexusOptions.ConnectTimeout)] = (options, section) => options.ConnectTimeout = Duration(section),
        [nameof(NexusOptions.CommandTimeout)] = (options, section) => options.CommandTimeout = Duration(section),
        [nameof(NexusOptions.History)] = (options, section) => options.History = HistoryModes.Parse(section.Path, Text(section)),
        [nameof(NexusOptions.HistoryDays)] = (options, section) => options.HistoryDays = Number(section),
        [nameof(NexusOptions.HistoryEntries)] = (options, section) => options.HistoryEntries = LongNumber(section),
        [nameof(NexusOptions.Fallback)] = (options, section) => options.Fallback = NexusOptions.ParseFallback(section.Path, Text(section)),
        [nameof(NexusOptions.FallbackWithoutCopy)] = (options, section) => options.FallbackWithoutCopy = Switch(section),
        [nameof(NexusOptions.FallbackCopy)] = (options, section) =>
            options.FallbackCopy = NexusOptions.ParseFallbackCopy(section.Path, Text(section)),
        [nameof(NexusOptions.OutboxBytes)] = (options, section) => options.OutboxBytes = LongNumber(section),
        [nameof(NexusOptions.FallbackAfter)] = (options, section) => options.FallbackAfter = Duration(section),
        [nameof(NexusOptions.AcceptOtherStore)] = (options, section) => options.AcceptOtherStore = Switch(section),
        [nameof(NexusOptions.MigrateOnOpen)] = (options, section) => options.MigrateOnOpen = Switch(section),
        [nameof(NexusOptions.Writers)] = (options, section) => options.Writers = Number(section),
        [nameof(NexusOptions.MaxBatchSize)] = (options, section) => options.MaxBatchSize = Number(section),
        [nameof(NexusOptions.QueueCapacity)] = (options, section) => options.QueueCapacity = Number(section),
        [nameof(NexusOptions.CacheCapacity)] = (options, section) => options.CacheCapacity = Number(section),
        [nameof(NexusOptions.DispatchIndex)] = (options, section) => options.DispatchIndex = Switch(section),
        [nameof(NexusOptions.CacheBytes)] = (options, section) => options.CacheBytes = LongNumber(section),
    };

    private static readonly string[] Durations = [@"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF"];

    /// <summary>The names of all settings.</summary>
    public static IReadOnlyCollection<string> Names => Settings.Keys;

    /// <summary>Sets what the section holds and leaves the rest.</summary>
    /// <exception cref="NexusConfigurationException">A name is unknown or a value is invalid. The message gives its path.</exception>
    public static void Apply(IConfiguration section, NexusOptions options)
    {
        // Nexus=postgres://…: otherwise the defaults would be used silently.
        if (section is IConfigurationSection { Value.Length: > 0 } single)
            throw new NexusConfigurationException(
                single.Path, $"is a single value, and settings are below it, as {single.Path}:{nameof(NexusOptions.Database)}");
        foreach (var child in section.GetChildren())
        {
            if (!Settings.TryGetValue(child.Key, out var set))
                throw new NexusConfigurationException(child.Path, $"is not a setting{Suggestion.For(child.Key, Settings.Keys)}");
            var isList = child.GetChildren().Any();
            // Two sources in an order that the framework does not tell: one of them would be ignored silently.
            if (isList && !string.IsNullOrEmpty(child.Value))
                throw new NexusConfigurationException(child.Path, "is given as one value and as several: remove one of the two");
            // null, as written in JSON: the default.
            if (isList || child.Value is not null) set(options, child);
        }
    }

    private static void SetOwners(NexusOptions options, IConfigurationSection section)
    {
        var owners = section.Value is { } text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(owner => (section.Path, Text: (string?)owner))
            : section.GetChildren().Select(child => (child.Path, Text: child.Value));
        options.Owners.Clear();
        foreach (var (path, owner) in owners)
            options.Owners.Add(ChatId.TryParse(owner, out var chatId) ? chatId
                : throw new NexusConfigurationException(path, "must be a chat id: digits with an optional leading minus"));
    }

    private static string Text(IConfigurationSection section) =>
        section.Value ?? throw new NexusConfigurationException(section.Path, "must be a single value");

    private static int Number(IConfigurationSection section) =>
        int.TryParse(section.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NexusConfigurationException(section.Path, "must be a whole number");

    private static long LongNumber(IConfigurationSection section) =>
        long.TryParse(section.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NexusConfigurationException(section.Path, "must be a whole number");

    private static bool Switch(IConfigurationSection section) =>
        bool.TryParse(section.Value, out var value) ? value : throw new NexusConfigurationException(section.Path, "must be true or false");

    /// <summary>
    /// Only with all its parts: TimeSpan takes a plain 15 as fifteen days, 24:00:00 as twenty-four, and 0:15 as a quarter of an hour.
    /// </summary>
    private static TimeSpan Duration(IConfigurationSection section) =>
        TimeSpan.TryParseExact(section.Value, Durations, CultureInfo.InvariantCulture, out var duration)
            ? duration
            : throw new NexusConfigurationException(section.Path, "must be a duration as hours:minutes:seconds, for example 00:00:15");
}
