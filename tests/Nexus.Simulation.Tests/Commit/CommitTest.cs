namespace Nexus.Simulation.Tests.Commit;

/// <summary>A committer of its own for each test.</summary>
public abstract class CommitTest : IAsyncLifetime
{
    private protected CommitKit Kit { get; private set; } = null!;

    private protected ScriptedExecutor Executor => Kit.Executor;

    private protected virtual TimeSpan? Budget => null;

    public async ValueTask InitializeAsync() => Kit = await CommitKit.CreateAsync(Budget);

    public async ValueTask DisposeAsync()
    {
        await Kit.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
