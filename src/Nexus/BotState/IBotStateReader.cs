using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.BotState;

/// <summary>Reads the bot's switches from a store.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IBotStateReader
{
    /// <summary>The bot's switches; defaults with version 0 when nothing was ever written.</summary>
    Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken);
}
