namespace Nexus.Compare.Contenders;

/// <summary>The grain of one session. Orleans generates code for it, so its types are public.</summary>
public sealed class SessionGrain([PersistentState("session", SessionGrain.Storage)] IPersistentState<SessionState> session) : Grain, ISessionGrain
{
    internal const string Storage = "postgres";

    /// <inheritdoc/>
    public async Task SaveAsync(SessionState state)
    {
        session.State = state;
        await session.WriteStateAsync();
    }

    /// <inheritdoc/>
    public Task<SessionState> LoadAsync() => Task.FromResult(session.State);
}

/// <summary>What the bot asks of a session.</summary>
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Saves it; durable when it returns.</summary>
    [Alias("save")]
    Task SaveAsync(SessionState state);

    /// <summary>Returns it.</summary>
    [Alias("load")]
    Task<SessionState> LoadAsync();
}

/// <summary>The state of a session. It is immutable, so that it is not copied between grain and caller.</summary>
[GenerateSerializer, Immutable, Alias("session")]
public sealed class SessionState
{
    /// <summary>Sealed.</summary>
    [Id(0)]
    public string ApiKey { get; set; } = "";

    /// <summary>Sealed.</summary>
    [Id(1)]
    public string ApiSecret { get; set; } = "";

    /// <summary>JSON.</summary>
    [Id(2)]
    public string Config { get; set; } = "";
}
