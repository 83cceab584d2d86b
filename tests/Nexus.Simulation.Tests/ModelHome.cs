using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Simulation.Tests;

/// <summary>A model server in real time, on a network without delays and faults.</summary>
public sealed class ModelHome : StoreHome
{
    private readonly TempFolder _folder = new("model");
    private readonly ModelServer _server;

    private ModelHome() => _server = new ModelServer(_folder["server"], TimeProvider.System, time => Task.Delay(time));

    public static async Task<StoreHome> CreateAsync()
    {
        var home = new ModelHome();
        await home._server.OpenAsync();
        return home;
    }

    /// <summary>The error of a round trip, by its label; null for none.</summary>
    internal Func<string, Exception?> Fails { get; set; } = _ => null;

    public override NexusOptions CreateOptions() => new() { DataFolder = _folder["server"] };

    public override Task<byte[]> ReadEverythingAsync() => throw new NotSupportedException("the model keeps no secrets of its own");

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    internal override async Task<IStore> OpenStoreAsync(ILoggerFactory? loggers = null)
    {
        var store = new ModelPrimary(
            new ModelParts(new Loopback(_server, label => Fails(label))), TimeProvider.System, new Retry(TimeProvider.System),
            TimeSpan.FromSeconds(15), "off");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    /// <summary>Each message arrives at once.</summary>
    internal sealed class Loopback(ModelServer server, Func<string, Exception?> fails) : IModelLink
    {
        public object Session => this;

        public int Generation => 0;

        public async Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (fails(label) is { } error) throw error;
            return await atServer(server).WaitAsync(cancellationToken);
        }

        public Task<Action> ListenAsync(Action<string, int> received, Action broken, CancellationToken cancellationToken)
        {
            var listener = new Listener(received);
            server.Listen(listener);
            return Task.FromResult<Action>(() =>
            {
                server.Unlisten(listener);
                listener.End();
            });
        }

        public void Post(string label, Action<ModelServer> atServer) => atServer(server);
    }

    private sealed class Listener : ModelListener
    {
        private readonly Channel<(string Payload, int Process)> _notices = Channel.CreateUnbounded<(string, int)>();

        public Listener(Action<string, int> received) => _ = PassOnAsync(received);

        public override void Send(string payload, int process) => _notices.Writer.TryWrite((payload, process));

        public override void Break() => _notices.Writer.TryComplete();

        public void End() => _notices.Writer.TryComplete();

        private async Task PassOnAsync(Action<string, int> received)
        {
            await foreach (var (payload, process) in _notices.Reader.ReadAllAsync()) received(payload, process);
        }
    }
}
