using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Trades;

namespace Nexus.Server.Demo;

/// <summary>
/// A bot that does not exist: it reads sessions, opens and closes trades, and every few minutes its exchange is out of order for a while, so that its
/// attempts fail.
/// </summary>
internal sealed partial class DemoTraffic(NexusDb db, TimeProvider clock, ILogger<DemoTraffic> logger) : BackgroundService
{
    private const int MostOpen = 60;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OutageEvery = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan OutageLength = TimeSpan.FromSeconds(25);

    private readonly Random _random = new(20_260_131);
    private readonly List<Trade> _open = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var state = new DemoState(db, _random, clock);
        await state.CreateAsync(stoppingToken);
        LogReady(logger, DemoState.Subscribers);
        var started = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Step, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var elapsed = clock.GetElapsedTime(started);
            // The market breathes: two waves, one of minutes and one of seconds.
            var load = 3 + (2 * Math.Sin(elapsed.TotalSeconds / 90)) + Math.Sin(elapsed.TotalSeconds / 11);
            var isOut = elapsed > OutageLength && elapsed.Ticks % OutageEvery.Ticks < OutageLength.Ticks;
            for (var i = 0; i < load; i++) await ActAsync(state, isOut, stoppingToken);
        }
    }

    private async Task ActAsync(DemoState state, bool isOut, CancellationToken cancellationToken)
    {
        var chat = DemoState.ChatAt(_random.Next(DemoState.Subscribers));
        try
        {
            switch (_random.Next(10))
            {
                case < 5:
                    await db.Sessions.GetAsync(chat, cancellationToken);
                    await db.Users.CheckAccessAsync(chat, cancellationToken);
                    break;
                case < 7:
                    var patch = StateJson.Parse($$"""{"last_signal":{{_random.Next(1000)}}}""");
                    await db.Sessions.PatchConfigAsync(chat, patch, cancellationToken: cancellationToken);
                    break;
                default:
                    await TradeAsync(state, isOut, cancellationToken);
                    break;
            }
        }
        catch (NexusException)
        {
            // A bot reports it to its user. Here the figures of the dashboard are the point.
        }
    }

    private async Task TradeAsync(DemoState state, bool isOut, CancellationToken cancellationToken)
    {
        if (isOut)
        {
            // The exchange does not say what became of the order, so the bot closes a trade that nobody opened.
            await db.Trades.CloseAsync(Guid.NewGuid(), new TradeClose { ExitPrice = 1 }, cancellationToken: cancellationToken);
            return;
        }
        if (_open.Count > MostOpen / 2 && _random.Next(MostOpen) < _open.Count)
        {
            var index = _random.Next(_open.Count);
            var trade = _open[index];
            _open.RemoveAt(index);
            await db.Trades.CloseAsync(trade.Id, state.CloseOf(trade), trade.ChatId, cancellationToken);
            return;
        }
        _open.Add((await db.Trades.OpenAsync(state.OpenTrade(), cancellationToken)).Trade);
    }

    [LoggerMessage(3070, LogLevel.Information, "The demo has {Subscribers} invented subscribers and keeps trading")]
    private static partial void LogReady(ILogger logger, int subscribers);
}
