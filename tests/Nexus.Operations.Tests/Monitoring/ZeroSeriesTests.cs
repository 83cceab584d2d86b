using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Tests.Monitoring;

public sealed class ZeroSeriesTests
{
    private static readonly MetricLabels Scope = MetricLabels.Of([new("scope", "s")]);

    private static readonly ZeroSeries[] Series =
    [
        new("h", "Help.", ["0.5", "1"], [MetricLabels.Of([new("k", "a")]), MetricLabels.Of([new("k", "b")])]),
        new("c_total", "Count.", null, [MetricLabels.Of([new("k", "a")])]),
    ];

    [Fact]
    public void A_missing_family_is_added_whole()
    {
        var text = ZeroSeries.Complete("# TYPE x gauge\nx 1\n", Series, Scope);

        Assert.Equal(
            """
            # TYPE x gauge
            x 1
            # TYPE h histogram
            # HELP h Help.
            h_bucket{k="a",scope="s",le="0.5"} 0
            h_bucket{k="a",scope="s",le="1"} 0
            h_bucket{k="a",scope="s",le="+Inf"} 0
            h_sum{k="a",scope="s"} 0
            h_count{k="a",scope="s"} 0
            h_bucket{k="b",scope="s",le="0.5"} 0
            h_bucket{k="b",scope="s",le="1"} 0
            h_bucket{k="b",scope="s",le="+Inf"} 0
            h_sum{k="b",scope="s"} 0
            h_count{k="b",scope="s"} 0
            # TYPE c_total counter
            # HELP c_total Count.
            c_total{k="a",scope="s"} 0

            """,
            text);
    }

    [Fact]
    public void A_missing_series_stands_with_its_family_and_before_the_end_of_OpenMetrics()
    {
        const string Written = "# TYPE h histogram\nh_bucket{scope=\"s\",k=\"a\",le=\"0.5\"} 3\nh_bucket{scope=\"s\",k=\"a\",le=\"1.0\"} 3\n"
            + "h_bucket{scope=\"s\",k=\"a\",le=\"+Inf\"} 3\nh_sum{scope=\"s\",k=\"a\"} 1.0\nh_count{scope=\"s\",k=\"a\"} "
                + "3\nh_created{scope=\"s\",k=\"a\"} 1\n"
            + "# TYPE x gauge\nx 1\n# EOF\n";

        var text = ZeroSeries.Complete(Written, Series, Scope);

        Assert.EndsWith("# TYPE c counter\n# HELP c Count.\nc_total{k=\"a\",scope=\"s\"} 0\n# EOF\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n').ToList();
        Assert.Equal(lines.FindIndex(line => line.StartsWith("h_created", StringComparison.Ordinal)) + 1,
            lines.FindIndex(line => line.StartsWith("h_bucket{k=\"b\"", StringComparison.Ordinal)));
        Assert.Contains("h_bucket{k=\"b\",scope=\"s\",le=\"1.0\"} 0", lines);
        Assert.Equal(2, lines.Count(line => line.StartsWith("h_count", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_complete_response_stays_as_it_is()
    {
        var once = ZeroSeries.Complete("x 1\n", Series, Scope);

        Assert.Equal(once, ZeroSeries.Complete(once, Series, Scope));
    }
}
