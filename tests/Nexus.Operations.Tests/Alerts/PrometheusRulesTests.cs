using System.Text;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>The rules that Prometheus gets and those that the server evaluates are the same.</summary>
public sealed class PrometheusRulesTests
{
    [Fact]
    public async Task Promtool_accepts_the_exported_rules()
    {
        using var folder = new TempFolder("rules");
        await File.WriteAllTextAsync(folder["nexus.rules.yml"], PrometheusRules.Write(RuleCatalogue.All));

        Assert.Contains($"{RuleCatalogue.All.Count} rules found", await Promtool.RunAsync(folder.Path, "check", "rules", "nexus.rules.yml"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_scenario_in_which_it_fires_and_one_in_which_it_does_not()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            Assert.Contains(RuleScenarios.All, scenario => scenario.Rule == rule.Name && scenario.Expected is not null);
            Assert.Contains(RuleScenarios.All, scenario => scenario.Rule == rule.Name && scenario.Expected is null);
        }
    }

    [Fact]
    public void The_server_fires_and_ends_each_alert_when_the_scenario_says()
    {
        foreach (var scenario in RuleScenarios.All)
        {
            var firing = scenario.Evaluate(RuleCatalogue.All.Single(rule => rule.Name == scenario.Rule));
            if (scenario.Expected is not { } expected)
            {
                Assert.True(firing.Count == 0, $"{scenario.Rule} fired at minute {firing.FirstOrDefault().Minute}");
                continue;
            }
            Assert.True(firing.Count > 0, $"{scenario.Rule} did not fire");
            if (expected.From < 0) continue;
            Assert.True(expected.From == firing[0].Minute, $"{scenario.Rule} fired at minute {firing[0].Minute} and not {expected.From}");
            Assert.True(expected.To is null ? firing[^1].Minute == scenario.Minutes : firing[^1].Minute == expected.To - 1,
                $"{scenario.Rule} fired last at minute {firing[^1].Minute}, expected the end at {expected.To}");
        }
    }

    [Fact]
    public async Task Prometheus_and_the_server_agree_at_every_minute_of_every_scenario()
    {
        using var folder = new TempFolder("rules");
        // A file for each rule, because promtool evaluates every rule of a file over every scenario.
        foreach (var rule in RuleCatalogue.All)
        {
            await File.WriteAllTextAsync(folder[$"{rule.Name}.rules.yml"], PrometheusRules.Write([rule]));
            var tests = new StringBuilder($"rule_files: [{rule.Name}.rules.yml]\nevaluation_interval: 1m\ntests:\n");
            foreach (var scenario in RuleScenarios.All.Where(scenario => scenario.Rule == rule.Name))
                tests.Append(scenario.ToTest(scenario.Evaluate(rule), rule));
            await File.WriteAllTextAsync(folder[$"{rule.Name}.test.yml"], tests.ToString());
        }

        var report = await Promtool.RunAsync(folder.Path, ["test", "rules", .. RuleCatalogue.All.Select(rule => $"{rule.Name}.test.yml")]);

        Assert.Equal(RuleCatalogue.All.Count, report.Split("SUCCESS").Length - 1);
    }

    [Fact]
    public void Every_metric_of_a_rule_is_exposed()
    {
        var known = MetricNames.All.Keys.ToHashSet(StringComparer.Ordinal);
        var used = RuleCatalogue.All.SelectMany(rule => rule.Value.Metrics);

        Assert.Empty(used.Where(metric => !known.Contains(metric)).Distinct());
    }

    [Fact]
    public void Names_are_unique_and_texts_are_complete()
    {
        Assert.Equal(RuleCatalogue.All.Count, RuleCatalogue.All.Select(rule => rule.Name).Distinct().Count());
        Assert.All(RuleCatalogue.All, rule => Assert.True(rule.Summary.EndsWith('.') && rule.Remedy.EndsWith('.'), rule.Name));
    }
}
