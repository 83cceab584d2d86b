using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Nexus.Server.Api;

/// <summary>An error: https://www.rfc-editor.org/rfc/rfc9457.</summary>
internal sealed record ProblemBody
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    [Description("What is wrong and what is allowed. Never contains submitted values.")]
    public required string Detail { get; init; }

    [Description("A stable name of the error, such as invalid, conflict or not_found.")]
    public required string Code { get; init; }

    [Description("The field at fault, such as config or sessions[3].chatId.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [Description("The version that the request expected; 0 if it expected no record.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ExpectedVersion { get; init; }

    [Description("The stored version; 0 if there is no record.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ActualVersion { get; init; }

    [Description("The chats that have a record with the requested id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ChatIds { get; init; }

    [Description("What an interrupted batch stored. Send the batch again to store the rest.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TradeBatchView? Done { get; init; }

    [Description("Identifies the error in the server's log.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}

/// <summary>The request for a new API key.</summary>
internal sealed class ApiKeyBody
{
    [Description("Required. What the key is for, at most 50 characters.")]
    [StringLength(50, MinimumLength = 1)]
    public string? Name { get; set; }

    [Description("Required. Any of bot, secrets, admin, metrics and viewer. A key can grant only scopes that it has.")]
    [AllowedValues("bot", "secrets", "admin", "metrics", "viewer")]
    [MinLength(1)]
    public IReadOnlyList<string>? Scopes { get; set; }
}

/// <summary>An API key, without the key.</summary>
internal sealed record ApiKeyView(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt);

/// <summary>A new API key.</summary>
internal sealed record NewApiKeyView(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt,
    [property: Description("The key, shown only once: the server stores only its hash.")] string Key);

/// <summary>All API keys except the admin key of the data folder.</summary>
internal sealed record ApiKeyList(IReadOnlyList<ApiKeyView> ApiKeys);

/// <summary>One change, as sent in server-sent events.</summary>
internal sealed record ChangeView(
    string Table, [property: Description("The record's key, or * if any record of the table may have changed.")] string Id);

/// <summary>The health of the server.</summary>
internal sealed record HealthView(
    [property: AllowedValues("ok", "degraded", "unavailable")]
    [property: Description("ok; degraded if the store serves with restrictions; unavailable if nothing serves.")] string Status,
    [property: Description("Why it is degraded: fallback, changes_not_heard, old_primary, another_read_write_instance, trades_without_partition, "
        + "damaged_file.")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Reasons = null);
