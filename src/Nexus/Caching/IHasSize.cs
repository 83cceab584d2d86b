namespace Nexus.Caching;

/// <summary>A row that says what it takes in memory, so that pages and caches are bounded by bytes and not by rows of any size.</summary>
internal interface IHasSize
{
    /// <summary>What a row takes beside its texts and documents, in bytes, about.</summary>
    const int Overhead = 200;

    /// <summary>Bytes in memory, about.</summary>
    int Size { get; }
}
