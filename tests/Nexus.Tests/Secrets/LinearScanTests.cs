using System.Diagnostics;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets;

/// <summary>No text makes a look at it cost more than its length.</summary>
public sealed class LinearScanTests
{
    private const int Short = 8 * 1024;
    private const int Times = 16;

    [Theory]
    [InlineData("eyJ")]
    [InlineData("=")]
    [InlineData(">")]
    [InlineData("a:")]
    [InlineData("sk-")]
    [InlineData("key: a ")]
    [InlineData("/a")]
    [InlineData("{\\\"")]
    [InlineData("a1b2 ")]
    [InlineData("\u3000あ")]
    public void Sixteen_times_the_text_costs_no_more_than_a_linear_look(string part)
    {
        Measure(part, Short);
        var (once, more) = (Measure(part, Short), Measure(part, Short * Times));

        // A quadratic look would take 256 times as long.
        Assert.True(more < 100 * Math.Max(once, 0.5), $"{once} ms for {Short} bytes, {more} ms for {Times} times as much");
    }

    /// <summary>The fastest of several, since the machine does other work.</summary>
    private static double Measure(string part, int length)
    {
        var text = Utf8(string.Concat(Enumerable.Repeat(part, length / part.Length)));
        var best = double.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            SecretFields.IsSecretValue(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }
}
