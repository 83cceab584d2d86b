using System.Runtime.CompilerServices;
using Nexus;
using Nexus.Trades;

namespace SignalWorker;

/// <summary>Opens a trade for each chat that runs the signal's strategy and has access.</summary>
internal sealed class Dispatcher(NexusDb db)
{
    public Task<AppendReport> DispatchAsync(Signal signal, CancellationToken cancellationToken) =>
        db.Trades.AppendAsync(TradesOf(signal, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<Trade> TradesOf(Signal signal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var switches = await db.BotState.GetAsync(cancellationToken);
        if (switches.DisabledAssets.Contains(signal.Symbol)) yield break;
        await foreach (var session in db.Sessions.ListAsync(mode: "PILOT", strategy: signal.Strategy, cancellationToken: cancellationToken))
        {
            if (!(await db.Users.CheckAccessAsync(session.ChatId, cancellationToken)).Allowed) continue;
            yield return new Trade
            {
                Id = signal.Id,
                ChatId = session.ChatId,
                Symbol = signal.Symbol,
                Side = signal.Side,
                Strategy = signal.Strategy,
                EntryPrice = signal.Price,
                Quantity = signal.Quantity,
            };
        }
    }
}
