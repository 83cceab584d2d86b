namespace Nexus.LoadTest;

/// <summary>The audit's "impacto esperado": each promise as the measured ratio of nexus to naive.</summary>
internal static class BenchPromises
{
    public static IReadOnlyList<PromiseReport> Judge(IReadOnlyList<VariantReport> variants)
    {
        var nexus = variants.FirstOrDefault(variant => variant.Name == "nexus");
        var naive = variants.FirstOrDefault(variant => variant.Name == "naive");
        if (nexus is null || naive is null || naive.Succeeded == 0) return [];
        return
        [
            AtMost("60 % less connection overhead", 0.40, nexus.ConnectionsPer1000Operations, naive.ConnectionsPer1000Operations),
            AtMost("queries 40 % faster (median latency)", 0.60, nexus.P50Ms, naive.P50Ms),
            AtLeast("3x operations a second", 3, nexus.OperationsPerSecond, naive.OperationsPerSecond),
            AtMost("50 % less memory (client and server)", 0.50, Memory(nexus), Memory(naive)),
        ];
    }

    private static double Memory(VariantReport variant) => variant.ClientPeakBytes + (variant.ServerPrivateBytes ?? 0);

    private static PromiseReport AtMost(string promise, double ratio, double ours, double theirs) =>
        new(promise, ratio, Ratio(ours, theirs), Ratio(ours, theirs) <= ratio);

    private static PromiseReport AtLeast(string promise, double ratio, double ours, double theirs) =>
        new(promise, ratio, Ratio(ours, theirs), Ratio(ours, theirs) >= ratio);

    private static double Ratio(double ours, double theirs) => theirs == 0 ? 0 : ours / theirs;
}
