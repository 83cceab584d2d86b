using System.Diagnostics.CodeAnalysis;

namespace Nexus.Simulation;

/// <summary>Something whose events may stop for a while or for ever: a process.</summary>
internal interface IEventOwner
{
    /// <summary>Events of an owner that is not alive do not happen.</summary>
    bool IsAlive { get; }

    /// <summary>Its events wait until then.</summary>
    long PausedUntil { get; }
}

/// <summary>
/// Owns time and order. It runs on the only worker of the thread pool and queues itself behind everything else there, so that it goes on when every
/// task waits for one of its events: a delivery, a timer, a disk call, a fault. Then it takes the next event, among those of one instant by the seed.
/// </summary>
internal sealed class Scheduler : IThreadPoolWorkItem
{
    /// <summary>An execution has some ten thousand.</summary>
    private const int MostEvents = 2_000_000;

    private readonly PriorityQueue<Event, (long Time, ulong Tie)> _events = new();
    private readonly Dice _ties;
    private readonly SimulationLog _log;
    private readonly ManualResetEventSlim _ended = new();
    private Task? _main;
    private Exception? _error;

    public Scheduler(long seed, SimulationLog log) => (_ties, _log) = (new Dice(seed ^ 0x5EED), log);

    /// <summary>Ticks of 100 ns since the begin.</summary>
    public long Now { get; private set; }

    public long Events { get; private set; }

    /// <summary>Writes a line at the present time.</summary>
    public void Log(string line) => _log.Add(Now, line);

    /// <summary>Lets an event happen after a time.</summary>
    /// <param name="delay">From now on.</param>
    /// <param name="label">For the log; null for events that their effects log.</param>
    /// <param name="owner">Whose event it is; null for the world's.</param>
    /// <param name="run">What happens.</param>
    public void After(TimeSpan delay, string? label, IEventOwner? owner, Action run) => After(delay, new Event(label, owner, run));

    public void After(TimeSpan delay, Event scheduled) => _events.Enqueue(scheduled, (Now + Math.Max(0, delay.Ticks), _ties.Next()));

    /// <summary>Completes after a time, unless the owner dies.</summary>
    public Task DelayAsync(TimeSpan delay, IEventOwner? owner = null)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        After(delay, null, owner, passed.SetResult);
        return passed.Task;
    }

    /// <summary>Runs until a task that begins on the worker is complete. Blocks its caller, which must not be the worker.</summary>
    [SuppressMessage("Usage", "VSTHRD002", Justification = "The task is complete.")]
    public void Run(Func<Task> main)
    {
        ThreadPool.UnsafeQueueUserWorkItem(_ => _main = main(), null);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _ended.Wait();
        _ended.Dispose();
        if (_error is not null) throw new SimulationException(_error.ToString());
        _main!.GetAwaiter().GetResult();
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (true)
            {
                if (ThreadPool.PendingWorkItemCount > 0)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
                if (_main is { IsCompleted: true }) break;
                if (!_events.TryDequeue(out var next, out var place)) throw new SimulationException("everything waits and no event is left");
                if (++Events > MostEvents) throw new SimulationException($"{MostEvents} events: something repeats without end");
                Now = place.Time;
                if (next.Owner is { } owner)
                {
                    if (!owner.IsAlive) continue;
                    if (owner.PausedUntil > Now)
                    {
                        _events.Enqueue(next, (owner.PausedUntil, _ties.Next()));
                        continue;
                    }
                }
                if (next.Label is { } label) Log(label);
                next.Run();
            }
        }
        catch (Exception error)
        {
            _error = error;
        }
        _ended.Set();
    }

    /// <summary>What happens at a time.</summary>
    internal sealed record Event(string? Label, IEventOwner? Owner, Action Run);
}
