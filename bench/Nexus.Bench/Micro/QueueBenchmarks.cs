using System.Reflection;
using BenchmarkDotNet.Attributes;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Stores;

namespace Nexus.Bench.Micro;

/// <summary>1,000 saves through the write queue into a store that responds at once, which measures only the queue.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class QueueBenchmarks
{
    private const int Writes = 1000;

    private readonly SaveSession[] _writes =
    [
        .. Enumerable.Range(0, Writes).Select(n => new SaveSession(Workload.ChatId(n), SealedField.Keep, SealedField.Keep, "{}"u8.ToArray(), null))
    ];
    private readonly WriteQueue _queue = new(DispatchProxy.Create<IStore, AnsweringStore>(), writers: 2, maxBatchSize: 500, capacity: 10_000);

    [Benchmark(OperationsPerInvoke = Writes)]
    public async Task<int> SaveAsync()
    {
        var waiting = Array.ConvertAll(_writes, write => _queue.WriteAsync(write, CancellationToken.None));
        var applied = 0;
        foreach (var task in waiting) applied += (await task).IsApplied ? 1 : 0;
        return applied;
    }

    /// <summary>Yields like a store on a server, and reports every write as applied.</summary>
    public class AnsweringStore : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name == nameof(IStore.ApplyAsync)
            ? ApplyAsync((IReadOnlyList<Write>)args![0]!)
            : throw new NotSupportedException(targetMethod?.Name);

        private static async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes)
        {
            await Task.Yield();
            return [.. writes.Select(_ => WriteOutcome.Applied(1, default))];
        }
    }
}
