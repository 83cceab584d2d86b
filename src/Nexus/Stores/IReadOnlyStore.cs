namespace Nexus.Stores;

/// <summary>An open store that is only read.</summary>
internal interface IReadOnlyStore : IStateReader, IAsyncDisposable
{
    /// <summary><c>postgresql</c> or <c>embedded</c>.</summary>
    string Kind { get; }

    /// <summary>Problems of the store although it responds; empty if there are none.</summary>
    IReadOnlyList<StoreConcern> Concerns => [];
}
