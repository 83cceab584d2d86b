using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Tests.Engine;

/// <summary>A write queue in front of a real store whose batches the test holds.</summary>
public abstract class QueueTest : IAsyncLifetime
{
    private readonly TempFolder _folder = new("queue");
    private readonly List<WriteQueue> _queues = [];

    private protected HeldStore Store { get; private set; } = null!;

    /// <summary>Parts of the store that commit apart from each other.</summary>
    private protected virtual int Lanes => 1;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = new HeldStore(new SqliteStore(_folder.Path, TimeProvider.System, NullLoggerFactory.Instance)) { Lanes = Lanes };
        await Store.OpenAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // Before the queue is waited for: a test that failed has left batches at the gate.
        Store.LetAllGo();
        foreach (var queue in _queues) await queue.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected WriteQueue Queue(int writers = 1, int maxBatch = 500, int capacity = 10_000, EngineTelemetry? telemetry = null,
        HistoryMode history = HistoryMode.Off)
    {
        var queue = new WriteQueue(Store, writers, maxBatch, capacity, telemetry, history);
        _queues.Add(queue);
        return queue;
    }

    private protected static SaveSession Save(string chatId, string config = "{}", long? expected = null) =>
        new(chatId, SealedField.Set(null), SealedField.Set(null), Encoding.UTF8.GetBytes(config), expected);
}
