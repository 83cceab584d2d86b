using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Monitoring;

/// <summary>The files in deploy/ for Prometheus and Grafana.</summary>
public sealed partial class DeployedFilesTests
{
    private static readonly string Deploy = Path.Combine(FindRoot(), "deploy");

    [Fact]
    public async Task The_rules_are_the_exported_ones_and_promtool_accepts_the_configuration()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(Deploy, "prometheus", "nexus.rules.yml"), TestContext.Current.CancellationToken);
        Assert.Equal(PrometheusRules.Write(RuleCatalogue.All), rules);
        using var program = new NexusProgram();
        Assert.Equal(rules.TrimEnd(), (await program.RunAsync("alerts", "export")).Expect(0).Output.TrimEnd());

        using var folder = new TempFolder("prometheus");
        foreach (var file in Directory.GetFiles(Path.Combine(Deploy, "prometheus"))) File.Copy(file, folder[Path.GetFileName(file)]);
        await File.WriteAllTextAsync(folder["nexus.token"], "nxk_x", TestContext.Current.CancellationToken);
        Assert.Contains("SUCCESS", await Promtool.RunAsync(folder.Path, "check", "config", "prometheus.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_is_valid_and_reads_exposed_metrics()
    {
        var dashboard = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Deploy, "grafana", "nexus.json"),
            TestContext.Current.CancellationToken));
        var queries = dashboard.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
            .Select(query => query.Replace("$__rate_interval", "1m", StringComparison.Ordinal)).ToList();
        Assert.True(queries.Count > 30);

        using var folder = new TempFolder("grafana");
        var rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        foreach (var (query, i) in queries.Select((query, i) => (query, i)))
            rules.Append($"      - record: query:{i}\n        expr: {JsonSerializer.Serialize(query)}\n");
        await File.WriteAllTextAsync(folder["queries.yml"], rules.ToString(), TestContext.Current.CancellationToken);
        Assert.Contains($"{queries.Count} rules found", await Promtool.RunAsync(folder.Path, "check", "rules", "queries.yml"),
            StringComparison.Ordinal);

        var metrics = queries.SelectMany(query => Metric().Matches(query).Select(match => match.Groups["name"].Value)).Distinct().ToList();
        Assert.True(metrics.Count > 30);
        Assert.Empty(metrics.Where(metric => !MetricNames.All.ContainsKey(metric)));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"(?<name>[a-z_0-9]+)\{")]
    private static partial Regex Metric();
}
