namespace Nexus.LoadTest;

/// <summary>The progress of the test.</summary>
/// <param name="Variant">The running variant.</param>
/// <param name="Phase"><c>prepare</c>, <c>run</c> (the warm-up too), <c>verify</c> or <c>clean up</c>.</param>
/// <param name="Share">The completed share of the phase, 0 to 1.</param>
/// <param name="Operations">The completed operations of the phase.</param>
public readonly record struct BenchProgress(BenchVariant Variant, string Phase, double Share, long Operations);
