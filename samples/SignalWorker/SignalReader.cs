using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SignalWorker;

/// <summary>Reads signals from standard input, one per line, in place of a queue or a feed.</summary>
internal sealed class SignalReader(Dispatcher dispatcher, IHostApplicationLifetime lifetime, ILogger<SignalReader> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await Console.In.ReadLineAsync(stoppingToken) is { } line)
        {
            if (!Signal.TryParse(line, out var signal))
            {
                logger.LogWarning("Not a signal; expected: ID STRATEGY SYMBOL SIDE PRICE QUANTITY");
                continue;
            }
            var report = await dispatcher.DispatchAsync(signal, stoppingToken);
            Console.WriteLine(
                $"{signal.Strategy} {signal.Symbol}: {report.Stored} opened, {report.AlreadyExisted} were open, {report.Rejected} rejected");
        }
        lifetime.StopApplication();
    }
}
