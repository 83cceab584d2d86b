using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Nexus.Server.Api;

/// <summary>An error: https://www.rfc-editor.org/rfc/rfc9457.</summary>
internal sealed record ProblemBody
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    [Description("What is wrong and what is allowed, without values.")]
    public required string Detail { get; init; }

    [Description("A stable name of the error, such as invalid, conflict or not_found.")]
    public required string Code { get; init; }

    [Description("The field at fault, such as config or sessions[3].chatId.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [Description("The version that the request named; 0: none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ExpectedVersion { get; init; }

    [Description("The version that is stored; 0: none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ActualVersion { get; init; }

    [Description("The chats that have a record with the id that was named.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ChatIds { get; init; }

    [Description("What a broken off batch had done; sending the batch again does the rest.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TradeBatchView? Done { get; init; }

    [Description("Finds the error in the server's log.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}

/// <summary>A new API key as it is asked for.</summary>
internal sealed class ApiKeyBody
{
    [Description("What the key is for, at most 50 characters; needed.")]
    public string? Name { get; set; }

    [Description("Of bot, secrets, admin and metrics; needed. A key can only give scopes that it has.")]
    public IReadOnlyList<string>? Scopes { get; set; }
}

/// <summary>An API key, without the key.</summary>
internal sealed record ApiKeyView(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt);

/// <summary>An API key that was just made.</summary>
internal sealed record NewApiKeyView(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt,
    [property: Description("Shown this once: only its hash is kept.")] string Key);

/// <summary>Every API key but the admin key of the data folder.</summary>
internal sealed record ApiKeyList(IReadOnlyList<ApiKeyView> ApiKeys);

/// <summary>One change, as server-sent events carry it.</summary>
internal sealed record ChangeView(string Table, [property: Description("The record's key; * when any record of the table may have changed.")] string Id);

/// <summary>How the server is.</summary>
internal sealed record HealthView(
    [property: Description("ok; degraded where the store serves, but not as it should; unavailable where nobody does.")] string Status,
    [property: Description("Why it is degraded: fallback, changes_not_heard, another_read_write_instance, trades_without_partition, damaged_file.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Reasons = null);
