namespace Nexus.Postgres;

/// <summary>A moment of the primary, from which what was written later can be told.</summary>
/// <param name="Server">
/// The cluster, its timeline and the schema. Where any of them is another one, nothing is known of what was written later.
/// </param>
/// <param name="Wal">How much was written to the WAL; lower where the server was set back to an earlier state.</param>
/// <param name="Oldest">Every earlier transaction had ended; 64 bits, so that it never returns to 0.</param>
internal sealed record PrimaryMark(string Server, long Wal, long Oldest)
{
    /// <summary>How far back transactions can be told apart: the row has 32 bits of its transaction, and half of them are the future.</summary>
    public const long Reach = 1L << 30;
}
