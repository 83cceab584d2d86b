namespace Nexus.LoadTest;

/// <summary>The operations of a user.</summary>
internal enum BenchOperation
{
    Access,
    Read,
    Save,
    Patch,
    Trade,
    Toggle,
}

internal static class BenchMix
{
    public static readonly IReadOnlyList<BenchOperation> Kinds = Enum.GetValues<BenchOperation>();

    /// <summary>
    /// Access checks run on every message and are the most frequent. The rest follows reference load tests of the legacy bot: a quarter session
    /// changes, a tenth trades, a twentieth toggles.
    /// </summary>
    public static BenchOperation Pick(Random random) => random.Next(100) switch
    {
        < 50 => BenchOperation.Access,
        < 60 => BenchOperation.Read,
        < 73 => BenchOperation.Save,
        < 85 => BenchOperation.Patch,
        < 95 => BenchOperation.Trade,
        _ => BenchOperation.Toggle,
    };

    public static bool IsWrite(this BenchOperation operation) => operation >= BenchOperation.Save;
}
