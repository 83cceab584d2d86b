using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Secrets;

namespace Nexus.Server.Api;

/// <summary>A session in a request. A key that is omitted keeps its stored value, so the record tracks which keys are present.</summary>
internal sealed class SessionBody
{
    [Description("The chat. Required in a batch. Otherwise optional; if present, it must equal the chat id in the path.")]
    public ChatId? ChatId { get; set; }

    [Description(
        "The exchange key. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session.")]
    public string? ApiKey
    {
        get;
        set => (field, NamesApiKey) = (value, true);
    }

    [Description(
        "The exchange secret. If omitted, it keeps its stored value. Null or empty removes it. A mask keeps the stored secret of this session.")]
    public string? ApiSecret
    {
        get;
        set => (field, NamesApiSecret) = (value, true);
    }

    [Description(
        "An object of at most 256 KiB and 64 levels. Its secret fields are sealed. A mask stands for its secret of this session, in any field. If "
            + "omitted, it keeps its stored value, or is {} for a new session.")]
    public RawJson Config { get; set; }

    [Description("Ignored, so that a session can be sent back as it was read. Send the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Ignored.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Ignored.")]
    public IReadOnlyList<string>? Unreadable { get; set; }

    [JsonIgnore]
    public bool NamesApiKey { get; private set; }

    [JsonIgnore]
    public bool NamesApiSecret { get; private set; }
}

/// <summary>A session in a response.</summary>
internal sealed record SessionView(
    [property: Description("The chat.")] string ChatId,
    [property: Description("A mask (******** and a tag) unless the API key has the scope secrets; null if there is none.")] string? ApiKey,
    [property: Description("A mask (******** and a tag) unless the API key has the scope secrets; null if there is none.")] string? ApiSecret,
    [property: Description("Its secret fields show a mask (******** and a tag) unless the API key has the scope secrets.")] RawJson Config,
    [property: Description("Increases with each change. Also the ETag.")] long Version,
    [property: Description("When it last changed, by the store's clock.")] DateTimeOffset UpdatedAt)
{
    [Description("Fields that are masked because the server's encryption keys cannot open them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }
}

/// <summary>The schema of a page of sessions.</summary>
internal sealed record SessionPage(
    IReadOnlyList<SessionView> Sessions, [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>Sessions that are saved atomically: all or none.</summary>
internal sealed class SessionBatchBody
{
    [Description("Required. At most 10,000 sessions, each chat once.")]
    public IReadOnlyList<SessionBody>? Sessions { get; set; }
}

/// <summary>The result of a batch.</summary>
internal sealed record SessionBatchView(IReadOnlyList<SavedSession> Sessions);

/// <summary>One saved member of a batch.</summary>
internal sealed record SavedSession(string ChatId, long Version, DateTimeOffset UpdatedAt);
