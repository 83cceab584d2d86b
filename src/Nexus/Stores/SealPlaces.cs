using System.Diagnostics.CodeAnalysis;
using Nexus.BotState;
using Nexus.Infrastructure;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Stores;

/// <summary>The places to which the sealed values of each table are bound.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class SealPlaces
{
    /// <summary>A column of a session.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="column"><c>api_key</c>, <c>api_secret</c> or <c>config</c>.</param>
    public static SealContext Session(string chatId, string column) => SessionSealing.Place(chatId, column);

    /// <summary>A document of the bot's switches.</summary>
    /// <param name="column"><c>enabled_strategies</c> or <c>group_config</c>.</param>
    public static SealContext BotState(string column) => NexusBotState.Place(column);

    /// <summary>The value of a setting, reserved or not.</summary>
    /// <param name="key">The key of the setting.</param>
    public static SealContext SystemConfig(string key) => NexusSystemConfig.Place(key);

    /// <summary>The metadata of a trade.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="id">The trade.</param>
    public static SealContext Trade(string chatId, Guid id) => TradeSealing.Place(chatId, id);

    /// <summary>The parameters of a scheduled task.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="id">The task.</param>
    public static SealContext Task(string chatId, Guid id) => TaskRow.Place(chatId, id);
}
