using System.Threading.Channels;
using Nexus.Chats;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Bench.Raw;

/// <summary>
/// The lower bound for concurrent saves: two workers, each collects at most 500 saves and commits them in one unnest upsert. No versions
/// checked, no validation, one seal for the cost of both secrets: what the hardware allows.
/// </summary>
internal sealed class GroupCommitPrototype : IAsyncDisposable
{
    private readonly Channel<Item>[] _queues;
    private readonly Task[] _workers;
    private readonly RawSessions _raw;

    public GroupCommitPrototype(NpgsqlDataSource dataSource, RawSessions raw, int workers = 2)
    {
        _raw = raw;
        _queues = [.. Enumerable.Range(0, workers).Select(_ => Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true }))];
        _workers = [.. _queues.Select(queue => Task.Run(() => WorkAsync(dataSource, queue.Reader)))];
    }

    public Task SaveAsync(int i, int revision)
    {
        var item = new Item(
            Workload.ChatId(i), _raw.Seal(Workload.SecretText(i, "key")), _raw.Seal(Workload.SecretText(i, "secret")), Workload.Config(i, revision));
        _queues[i % _queues.Length].Writer.TryWrite(item);
        return item.Done.Task;
    }

    private static async Task WorkAsync(NpgsqlDataSource dataSource, ChannelReader<Item> reader)
    {
        var batch = new List<Item>(500);
        await using var connection = await dataSource.OpenConnectionAsync();
        while (await reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < 500 && reader.TryRead(out var item)) batch.Add(item);
            await RawSessions.UpsertAsync(connection, new RawSessions.Chunk(
                [.. batch.Select(item => item.ChatId)], [.. batch.Select(item => item.Key)], [.. batch.Select(item => item.Secret)], [
                    .. batch.Select(item => item.Config)
                ]));
            foreach (var item in batch) item.Done.SetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues) queue.Writer.Complete();
        await Task.WhenAll(_workers);
    }

    private sealed record Item(string ChatId, string Key, string Secret, byte[] Config)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
