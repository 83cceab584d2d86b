using Nexus.Sessions;
using Nexus.StoreContract;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>An outbox and a server of its own for each test.</summary>
public abstract class ReplayTest : IAsyncLifetime
{
    private protected ReplayKit Kit { get; private set; } = null!;

    private protected virtual Nexus.Secrets.Sealer? Sealer => null;

    public async ValueTask InitializeAsync() => Kit = await ReplayKit.CreateAsync(Sealer);

    public async ValueTask DisposeAsync()
    {
        await Kit.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static SaveSession Save(string chat, int number, long? expected = null) =>
        Make.Session(chat, $$"""{"n":{{number}}}""", expected);

    private protected static PatchSessionConfig Patch(string chat, string name) => Make.Patch(chat, $$"""{"{{name}}":1}""");
}
