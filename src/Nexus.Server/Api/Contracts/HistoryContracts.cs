using System.ComponentModel;
using Nexus.Engine;
using Nexus.History;

namespace Nexus.Server.Api;

/// <summary>Who made a change.</summary>
internal sealed record HistoryAuthorView(
    [property: Description("The id of the API key, or of the caller of the library or the command line.")] string Id,
    [property: Description("The name of the API key or of the person.")] string Name,
    [property: Description("The origin of the change: api, dashboard, command-line or library.")] string Origin);

/// <summary>One field of a change.</summary>
internal sealed record HistoryFieldView(
    [property: Description("A JSON pointer into the record, such as /config/leverage.")] string Field,
    [property: Description("The value before: a text as it is, anything else as JSON. Null where there was none, and for secrets.")] string? From,
    [property: Description("The value after, in the same form.")] string? To,
    [property: Description("What happened to a secret: set, changed or removed; null for any other field.")] string? Secret);

/// <summary>One change of one record.</summary>
internal sealed record HistoryEntryView(
    Guid Id,
    [property: Description("When it was acknowledged, by the store's clock.")] DateTimeOffset At,
    HistoryAuthorView Author,
    [property: Description("The table: sessions, users, bot_state, system_config or api_keys.")] string Table,
    [property: Description("The record's key.")] string Key,
    [property: Description("What happened to the record: created, changed or removed.")] string Action,
    [property: Description("The record's version after the change, or the version that was removed.")] long Version,
    IReadOnlyList<HistoryFieldView> Fields,
    [property: Description("How many more fields differ than the list holds.")] int OmittedFields)
{
    public static HistoryEntryView From(HistoryEntry entry) => new(
        entry.Id, entry.At, new HistoryAuthorView(entry.Author.Id, entry.Author.Name, NameOf(entry.Author.Origin)), entry.Table, entry.Key,
        entry.Action switch
        {
            HistoryAction.Created => "created",
            HistoryAction.Changed => "changed",
            _ => "removed",
        },
        entry.Version,
        [
            .. entry.Fields.Select(
                field => new HistoryFieldView(field.Field, field.From, field.To, field.Secret is { } secret ? NameOf(secret) : null)),
        ],
        entry.OmittedFields);

    public static string NameOf(ChangeOrigin origin) => origin switch
    {
        ChangeOrigin.Api => "api",
        ChangeOrigin.Dashboard => "dashboard",
        ChangeOrigin.CommandLine => "command-line",
        _ => "library",
    };

    private static string NameOf(SecretChange secret) => secret switch
    {
        SecretChange.Set => "set",
        SecretChange.Changed => "changed",
        _ => "removed",
    };
}

/// <summary>A page of the history, newest first.</summary>
internal sealed record HistoryPage(
    IReadOnlyList<HistoryEntryView> Entries, [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);
