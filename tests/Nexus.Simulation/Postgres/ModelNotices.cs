using Nexus.Postgres;

namespace Nexus.Simulation;

/// <summary>Listening sessions on the model server.</summary>
internal sealed class ModelNoticeSource(IModelLink link) : INoticeSource
{
    public CancellationToken WhenEnded() => link.WhenEnded();

    public async Task<INoticeConnection> ListenAsync(Action<string, int> received, CancellationToken cancellationToken)
    {
        var connection = new Connection();
        connection.End = await link.ListenAsync(received, connection.Break, cancellationToken).ConfigureAwait(false);
        return connection;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Connection : INoticeConnection
    {
        private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action? End { get; set; }

        public bool IsPooled => false;

        public void Break() => _broken.TrySetException(ModelErrors.Broken());

        public Task WaitAsync(CancellationToken cancellationToken) => _broken.Task.WaitAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            End?.Invoke();
            _ = _broken.Task.Exception;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>As <see cref="NoticeSenders"/>: notices in transactions of their own, which wait for nothing.</summary>
internal sealed class ModelNoticeSenders(IModelLink link) : INoticeSenders
{
    public long Epoch => link.Epoch;

    public async Task<INoticeSender> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await link.OpenAsync(cancellationToken).ConfigureAwait(false);
        var generation = connection.Generation;
        var process = await connection.CallAsync(
            "connect a sender", server => Task.FromResult(server.Connect()), cancellationToken).ConfigureAwait(false);
        return new Sender(connection, process, generation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Sender(IModelLink link, int process, int generation) : INoticeSender
    {
        public int Process => process;

        public Task<int> SendAsync(string[] notices, CancellationToken cancellationToken)
        {
            if (link.Generation != generation) throw ModelErrors.Broken();
            return link.CallAsync("notices", server =>
            {
                foreach (var notice in notices) server.Notify(notice, process);
                return Task.FromResult(process);
            }, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
