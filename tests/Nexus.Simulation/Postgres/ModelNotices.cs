using Nexus.Postgres;

namespace Nexus.Simulation;

/// <summary>Listening sessions on the model server.</summary>
internal sealed class ModelNoticeSource(IModelLink link) : INoticeSource
{
    /// <summary>There is one server, which nothing replaces.</summary>
    public CancellationToken WhenMoved() => CancellationToken.None;

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
    public long Epoch => 0;

    public async Task<INoticeSender> OpenAsync(CancellationToken cancellationToken)
    {
        var generation = link.Generation;
        var process = await link.CallAsync("connect a sender", server => Task.FromResult(server.Connect()), cancellationToken).ConfigureAwait(false);
        return new Sender(link, process, generation);
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
