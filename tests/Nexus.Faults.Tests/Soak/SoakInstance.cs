using System.Globalization;
using Nexus.TestKit;

namespace Nexus.Faults.Tests.Soak;

/// <summary>An engine under its share of the load. What it acknowledged goes into the ledger, how long calls took into the measures.</summary>
internal sealed class SoakInstance : IAsyncDisposable
{
    private const int Users = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly AckLedger _ledger;
    private readonly Func<string[]> _words;
    private ChildProcess? _process;
    private int _starts;
    private volatile bool _isOpen;
    private volatile string _end = "";

    /// <param name="number">From 1.</param>
    /// <param name="url">The database.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="keys">The keys of all instances.</param>
    /// <param name="ledger">What was acknowledged.</param>
    public SoakInstance(int number, string url, string folder, string keys, AckLedger ledger)
    {
        (Number, _ledger) = (number, ledger);
        _words = () =>
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "users", url, folder, keys, Text(Users),
            Text(++_starts * 1_000_000), "200", "without-fallback", "latencies", "reads", $"from-user={Text((number * 1000) + 1)}",
        ];
    }

    public int Number { get; }

    /// <summary>The process; null while it is killed.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Calls, median and 99th percentile of a second, in microseconds.</summary>
    public event Action<long, double, double>? Measured;

    /// <summary>Starts it, as a supervisor does: again, if PostgreSQL did not take a connection in time.</summary>
    public async Task StartAsync()
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            _isOpen = false;
            var process = ChildProcess.Start("dotnet", _words(), onLine: Hear);
            await Eventually.TrueAsync(() => _isOpen || process.HasExited, Patience);
            if (_isOpen)
            {
                _process = process;
                return;
            }
            await process.DisposeAsync();
            var mayPass = process.Error.Contains("StoreUnavailableException", StringComparison.Ordinal);
            if (!mayPass || TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"instance {Number} did not start\n{process.Error}");
        }
    }

    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.KillAsync();
        await process.WaitForExitAsync();
        await process.DisposeAsync();
    }

    public void Signal(int signal) => _process?.Signal(signal);

    /// <summary>An instance that ended by itself is a fault of its own.</summary>
    public void CheckRuns()
    {
        if (_process is { HasExited: true } process) throw new InvalidOperationException($"instance {Number} ended by itself\n{process.Error}");
    }

    /// <summary>Its users stop, and it ends.</summary>
    public async Task FinishAsync()
    {
        var process = _process ?? throw new InvalidOperationException($"instance {Number} does not run");
        process.Input.Close();
        var code = await process.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(code == 0 && _end == "drained 0 0 .", $"instance {Number} ended with {code} and '{_end}'\n{process.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private void Hear(string line)
    {
        switch (line.Split(' '))
        {
            case ["open", "."]:
                _isOpen = true;
                break;
            case ["drained", ..]:
                _end = line;
                _ledger.Add(line);
                break;
            case ["l", var calls, var median, var slow, "."]:
                Measured?.Invoke(long.Parse(calls, CultureInfo.InvariantCulture), double.Parse(median, CultureInfo.InvariantCulture),
                    double.Parse(slow, CultureInfo.InvariantCulture));
                break;
            default:
                _ledger.Add(line);
                break;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
