using System.Diagnostics.CodeAnalysis;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Stores;

/// <summary>
/// Reads the whole state. Every method is asynchronous and throws <see cref="StoreUnavailableException"/> if the store is unavailable.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IStateReader : ISessionReader, IUserReader, IBotStateReader, ISystemConfigReader, ITradeReader,
    IKeyedStateReader, ITaskReader, ICalibrationReader, IDispatchReader, IMetaReader, IStoreClock
{
    /// <summary>Version, size and row counts.</summary>
    Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken);
}
