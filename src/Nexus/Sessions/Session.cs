using System.Text.Json.Nodes;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>The configuration of a chat, with its exchange keys.</summary>
/// <param name="ChatId">The tenant.</param>
/// <param name="ApiKey">The key of the exchange; null for none.</param>
/// <param name="ApiSecret">The secret of the exchange; null for none.</param>
/// <param name="Config">A JSON object of at most 256 KiB and 64 levels. Secret fields inside it are sealed when it is saved.</param>
public sealed record Session(ChatId ChatId, Secret? ApiKey, Secret? ApiSecret, StateJson Config)
{
    /// <summary>Increases by one with each change; 0 for a session that was not read from a store.</summary>
    public long Version { get; init; }

    /// <summary>When it was last changed, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// The session for a chat without access: it watches but does not trade, whatever is configured.
    /// </summary>
    public Session LockDown()
    {
        var config = (JsonObject)JsonNode.Parse(Config.ToString())!;
        config["mode"] = "WATCHER";
        config["strategies"] = new JsonObject();
        config["groups"] = new JsonObject();
        return this with { ApiKey = null, ApiSecret = null, Config = StateJson.Parse(config.ToJsonString(JsonText.SerializerOptions)) };
    }
}
