namespace Nexus.Server.Dashboard;

/// <summary>The API keys.</summary>
public sealed class ApiKeyModel
{
    /// <summary>The scopes to choose from, with whether the reader may grant each.</summary>
    public required IReadOnlyList<KeyValuePair<string, bool>> Scopes { get; init; }

    /// <summary>The keys, oldest first.</summary>
    public required IReadOnlyList<Row> Keys { get; init; }

    /// <summary>The key that was just created, shown once; null otherwise.</summary>
    public string? Created { get; init; }

    /// <summary>Why the keys cannot be changed; null if they can.</summary>
    public string? Distrust { get; init; }

    /// <summary>Why a change failed; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The name that was typed.</summary>
    public string? Name { get; init; }

    /// <summary>The scopes that were chosen.</summary>
    public IReadOnlyCollection<string> Chosen { get; init; } = [];

    /// <summary>A key, without the key itself, which is not stored.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Scopes">What it allows.</param>
    /// <param name="CreatedAt">When it was created.</param>
    /// <param name="IsOwn">Whether the reader signed in with it.</param>
    public sealed record Row(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, bool IsOwn);
}
