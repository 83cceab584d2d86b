using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Failover;
using Nexus.Sqlite;
using SQLitePCL;

namespace Nexus.Simulation;

/// <summary>The result of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Hash">Over everything that happened, with its times.</param>
/// <param name="Order">Over everything that happened, without its times.</param>
/// <param name="Seconds">Simulated.</param>
/// <param name="Milliseconds">Of the processor.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="Faults">How many faults happened.</param>
/// <param name="Operations">Calls of the clients.</param>
/// <param name="Violations">Broken promises.</param>
internal sealed record SimulationResult(
    long Seed, string Hash, string Order, double Seconds, double Milliseconds, long Events, int Faults, int Operations,
    IReadOnlyList<string> Violations);

/// <summary>Executes seeds, one after the other.</summary>
internal sealed class SimulationRun : IDisposable
{
    private readonly string _root;
    private readonly string _template;

    /// <summary>
    /// One thread uses a connection at a time, and nobody reads how much memory SQLite uses: locks around both are a tenth of what it does.
    /// </summary>
    private static readonly bool IsUnlocked = Unlock();

    /// <summary>Prepares the files that every execution begins with.</summary>
    [SuppressMessage("Usage", "VSTHRD002", Justification = "Its calls are done by the caller.")]
    public SimulationRun()
    {
        if (!IsUnlocked) throw new InvalidOperationException("SQLite was used before the simulation configured it");
        _root = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"nexus-simulation-{Environment.ProcessId}");
        _template = Path.Combine(_root, "template");
        Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in new[] { SqliteStore.FileName, FailoverStore.FileName })
        {
            var store = new SqliteStore(_template, TimeProvider.System, NullLoggerFactory.Instance, fileName: file, dispatch: call => call());
            store.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <param name="seed">The seed.</param>
    /// <param name="plant">The planted defect; null for none.</param>
    /// <param name="output">Receives the log; null for none.</param>
    /// <param name="kind">The world; null for that of the planted defect.</param>
    public SimulationResult Execute(long seed, Plant? plant = null, TextWriter? output = null, WorldKind? kind = null)
    {
        var started = Environment.CpuUsage.TotalTime;
        using var log = new SimulationLog(output);
        var scheduler = new Scheduler(seed, log);
        var observer = new Observer(scheduler);
        var folder = Path.Combine(_root, "run");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        World? world = null;
        try
        {
            plant ??= new Plant();
            world = new World(seed, scheduler, observer, plant, folder, _template, kind ?? plant.World);
            scheduler.Run(world.RunAsync);
        }
        catch (Exception error)
        {
            observer.Violate(error.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return new SimulationResult(
            seed, log.Hash, log.OrderHash, scheduler.Now / (double)TimeSpan.TicksPerSecond,
            (Environment.CpuUsage.TotalTime - started).TotalMilliseconds, scheduler.Events, world?.FaultCount ?? 0,
            observer.Operations.Count + observer.Reads, observer.Violations);
    }

    private static bool Unlock()
    {
        Batteries_V2.Init();
        return raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD) == raw.SQLITE_OK
            && raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0) == raw.SQLITE_OK;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
