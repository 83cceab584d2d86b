using System.Runtime.CompilerServices;
using Nexus;
using Nexus.Trades;

namespace SignalWorker;

/// <summary>Opens a trade for each chat that may get the signal.</summary>
internal sealed class Dispatcher(NexusDb db)
{
    public Task<AppendReport> DispatchAsync(Signal signal, CancellationToken cancellationToken) =>
        db.Trades.AppendAsync(TradesOf(signal, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<Trade> TradesOf(Signal signal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var about = new Nexus.Dispatch.Signal(signal.Strategy) { Symbol = signal.Symbol, Modes = ["PILOT"] };
        await foreach (var recipient in db.Sessions.DispatchAsync(about, cancellationToken))
        {
            yield return new Trade
            {
                Id = signal.Id,
                ChatId = recipient.ChatId,
                Symbol = signal.Symbol,
                Side = signal.Side,
                Strategy = signal.Strategy,
                EntryPrice = signal.Price,
                Quantity = signal.Quantity,
            };
        }
    }
}
