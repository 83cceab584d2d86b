using System.ComponentModel;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Secrets;

namespace Nexus.Server.Api;

/// <summary>A session as it is sent in. Which of the two keys were named at all matters, since one that was left out stays as it is stored.</summary>
internal sealed class SessionBody
{
    [Description("The chat. Needed in a batch; elsewhere it may be left out, and must be the one of the route where it is given.")]
    public ChatId? ChatId { get; set; }

    [Description("The exchange's key. Left out: stays as it is stored. Null or empty: removed. A mask: the secret of this session that it stands for.")]
    public string? ApiKey
    {
        get;
        set => (field, NamesApiKey) = (value, true);
    }

    [Description("The exchange's secret. Left out: stays as it is stored. Null or empty: removed. A mask: the secret of this session that it stands for.")]
    public string? ApiSecret
    {
        get;
        set => (field, NamesApiSecret) = (value, true);
    }

    [Description("An object of at most 256 KiB and 64 levels. Secret fields in it are sealed; a mask becomes the secret of this session that it stands for, wherever it is put. Left out: stays as it is stored, {} for a new session.")]
    public RawJson Config { get; set; }

    [Description("Not looked at, so that what was read can be sent back: name the version in If-Match.")]
    public long? Version { get; set; }

    [Description("Not looked at.")]
    public DateTimeOffset? UpdatedAt { get; set; }

    [Description("Not looked at.")]
    public IReadOnlyList<string>? Unreadable { get; set; }

    [JsonIgnore]
    public bool NamesApiKey { get; private set; }

    [JsonIgnore]
    public bool NamesApiSecret { get; private set; }
}

/// <summary>A session as it is answered.</summary>
internal sealed record SessionView(
    [property: Description("The chat.")] string ChatId,
    [property: Description("A mask, ******** and a tag, unless the caller's key has the scope secrets; null where there is none.")] string? ApiKey,
    [property: Description("A mask, ******** and a tag, unless the caller's key has the scope secrets; null where there is none.")] string? ApiSecret,
    [property: Description("Secret fields in it show a mask, ******** and a tag, unless the caller's key has the scope secrets.")] RawJson Config,
    [property: Description("Rises with each change; also the ETag.")] long Version,
    [property: Description("When it changed last, by the store's clock.")] DateTimeOffset UpdatedAt)
{
    [Description("What cannot be opened with the server's encryption keys and is masked for that reason.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Unreadable { get; init; }
}

/// <summary>The schema of a page of sessions.</summary>
internal sealed record SessionPage(IReadOnlyList<SessionView> Sessions, [property: Description("Pass it as after to get the next page; null on the last one.")] string? Next);

/// <summary>Many sessions, all saved or none.</summary>
internal sealed class SessionBatchBody
{
    [Description("At most 10,000, each chat once.")]
    public IReadOnlyList<SessionBody>? Sessions { get; set; }
}

/// <summary>What a batch became.</summary>
internal sealed record SessionBatchView(IReadOnlyList<SavedSession> Sessions);

/// <summary>One saved member of a batch.</summary>
internal sealed record SavedSession(string ChatId, long Version, DateTimeOffset UpdatedAt);
