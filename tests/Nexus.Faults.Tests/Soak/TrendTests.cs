namespace Nexus.Faults.Tests.Soak;

/// <summary>The judge of the soak: it finds leaks, and no trend where there is none.</summary>
public sealed class TrendTests
{
    private const int Points = 600;

    [Fact]
    public void Noise_around_a_level_is_no_trend()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            Assert.False(Of(_ => 100 + (20 * random.NextDouble()), tolerance: 1).IsUpwards, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    public void A_leak_under_noise_is_one(double perPoint)
    {
        var random = new Random(1);

        Assert.True(Of(n => 100 + (perPoint * n) + (10 * random.NextDouble()), tolerance: 10).IsUpwards);
    }

    [Fact]
    public void A_leak_in_a_saw_of_collections_is_one()
    {
        Assert.True(Of(n => 100 + (n % 20) + (0.2 * n), tolerance: 10).IsUpwards);
        Assert.False(Of(n => 100 + (n % 20), tolerance: 10).IsUpwards);
    }

    [Fact]
    public void A_warm_up_that_ends_is_none() => Assert.False(Of(n => 100 * (1 - Math.Exp(-n / 40.0)), tolerance: 5).IsUpwards);

    [Fact]
    public void Peaks_during_faults_are_none() => Assert.False(Of(n => n % 60 < 8 ? 1000 + n : 10, tolerance: 1).IsUpwards);

    [Fact]
    public void A_fall_and_a_rise_within_the_tolerance_are_none()
    {
        Assert.False(Of(n => 1000 - n, tolerance: 1).IsUpwards);
        Assert.False(Of(n => 1000 + (0.01 * n), tolerance: 10).IsUpwards);
        Assert.True(Of(n => 1000 + (0.01 * n), tolerance: 1).IsUpwards);
    }

    [Fact]
    public void What_grows_by_design_until_an_instant_is_judged_from_then_on()
    {
        List<(double, double)> full = [.. Enumerable.Range(0, Points).Select(n => ((double)n, (double)Math.Min(n, 400)))];
        List<(double, double)> growing = [.. Enumerable.Range(0, Points).Select(n => ((double)n, (double)n))];

        Assert.True(Trend.Of(full, 10)!.IsUpwards);
        Assert.False(Trend.Of(full, 10, notBefore: 400)!.IsUpwards);
        Assert.True(Trend.Of(growing, 10, notBefore: 400)!.IsUpwards);
        Assert.Null(Trend.Of(growing, 10, notBefore: Points));
    }

    [Fact]
    public void Too_few_points_are_not_judged()
    {
        Assert.Null(Trend.Of([], 1));
        Assert.Null(Trend.Of([.. Enumerable.Range(0, 10).Select(n => ((double)n, (double)n))], 1));
    }

    private static Trend Of(Func<int, double> value, double tolerance) =>
        Trend.Of([.. Enumerable.Range(0, Points).Select(n => ((double)n, value(n)))], tolerance)!;
}
