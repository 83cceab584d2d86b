namespace Nexus.Stores;

/// <summary>An open store that is only looked at.</summary>
internal interface IReadOnlyStore : IStateReader, IAsyncDisposable
{
    /// <summary><c>postgresql</c> or <c>embedded</c>.</summary>
    string Kind { get; }

    /// <summary>Why it does not serve as it should although it answers; empty where all is well.</summary>
    IReadOnlyList<StoreConcern> Concerns => [];
}
