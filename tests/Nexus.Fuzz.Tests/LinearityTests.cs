using Nexus.TestKit;

namespace Nexus.Fuzz.Tests;

/// <summary>
/// The cost of a long input grows with its length: a part of a corpus input is repeated to one length and to eight times that length. Processor time
/// of the thread is measured, so that other load does not count, and the best of several runs.
/// </summary>
public sealed class LinearityTests
{
    private const int Short = 8 * 1024;
    private const int Times = 8;

    /// <summary>Linear work takes 8 times as long, quadratic work 64 times.</summary>
    private const int MostTimes = 4 * Times;

    /// <summary>Below this the clock and the collector decide. Nanoseconds.</summary>
    private const long Noise = 20_000_000;

    private const int Parts = 24;
    private const int Repeats = 4;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Where(target => target.IsGrown).Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Long_inputs_cost_in_proportion_to_their_length(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var random = new Random(1);
        var corpus = FuzzCorpus.Read(target).Where(seed => seed.Input.Length > 0).ToList();
        for (var n = 0; n < Parts; n++)
        {
            var (file, input) = corpus[n % corpus.Count];
            var start = random.Next(input.Length);
            var length = Math.Min(1 + random.Next(24), input.Length - start);
            var (few, many) = (Grow(input, start, length, Short), Grow(input, start, length, Short * Times));
            var (little, much) = (long.MaxValue, Cost(target, many));
            for (var run = 0; run < Repeats && much >= Noise && (run == 0 || much > MostTimes * little); run++)
                (little, much) = (Math.Min(little, Cost(target, few)), Math.Min(much, Cost(target, many)));
            Assert.True(
                much < Noise || much <= MostTimes * little,
                $"{file}, bytes {start} to {start + length} repeated: {Short} bytes take {little / 1000} µs, {Times} times as many {much / 1000} µs");
        }
    }

    private static byte[] Grow(byte[] input, int start, int length, int size)
    {
        var part = input.AsSpan(start, length);
        var grown = new List<byte>(size + input.Length);
        grown.AddRange(input.AsSpan(0, start));
        while (grown.Count < size) grown.AddRange(part);
        grown.AddRange(input.AsSpan(start + length));
        return [.. grown];
    }

    private static long Cost(FuzzTarget target, byte[] input)
    {
        var before = ThreadClock.Read();
        FuzzRun.Check(target, input);
        return ThreadClock.Read() - before;
    }
}
