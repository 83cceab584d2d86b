using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Tests.Monitoring;

/// <summary>What /metrics exposes, name by name and label by label: src/Nexus.Operations/Monitoring/metrics.txt.</summary>
public sealed class MetricNamesTests
{
    [Fact]
    public async Task Every_exposed_metric_and_label_is_in_the_list_and_nothing_else_is()
    {
        await using var server = await MonitoredServer.StartAsync(usesPostgres: true);
        await server.UseAsync();
        var exposed = Labels(await server.ScrapeAsync("pg_stat_user_tables_n_dead_tup"));

        var listed = MetricNames.All.Select(metric => $"{metric.Key}{{{string.Join(',', metric.Value)}}}").ToList();
        var found = exposed.Select(metric => $"{metric.Key}{{{string.Join(',', metric.Value)}}}").ToList();
        Assert.Empty(found.Except(listed));
        Assert.Empty(listed.Except(found).Where(metric => !MetricNames.Optional.Contains(metric.Split('{')[0])));
    }

    [Fact]
    public async Task The_embedded_store_exposes_the_same_metrics_without_those_of_PostgreSQL()
    {
        await using var server = await MonitoredServer.StartAsync(usesPostgres: false);
        await server.UseAsync();
        var exposed = Labels(await server.ScrapeAsync("nexus_store_up"));

        Assert.Empty(exposed.Keys.Where(name => !MetricNames.All.ContainsKey(name)));
        Assert.Empty(exposed.Keys.Where(name => name.StartsWith("pg_", StringComparison.Ordinal)
            || name.StartsWith("nexus_postgres", StringComparison.Ordinal)
            || name.StartsWith("db_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Series_of_the_engine_exist_before_anything_was_counted()
    {
        await using var server = await MonitoredServer.StartAsync(usesPostgres: true);
        var samples = await server.ScrapeAsync("nexus_queue_pending");

        foreach (var operation in NexusOperations.Names)
        {
            Assert.Contains(samples, sample => sample is { Name: "nexus_operation_duration_seconds_count", Value: 0 }
                && sample.Labels["nexus_operation_name"] == operation);
            Assert.Equal(11, samples.Count(sample => sample.Name == "nexus_operation_duration_seconds_bucket"
                && sample.Labels["nexus_operation_name"] == operation));
        }
        Assert.Equal(8, samples.Count(sample => sample.Name == "nexus_cache_reads_total"));
        Assert.Contains(samples, sample => sample is { Name: "nexus_pool_timeouts_total", Value: 0 });
        Assert.Contains(samples, sample => sample.Name == "nexus_commit_duration_seconds_count");

        // What was counted is not there twice, and what was not stays.
        await server.UseAsync();
        samples = ExpositionReader.Read(await server.ScrapeAsync());
        Assert.Equal(1, samples.Single(sample => sample.Name == "nexus_operation_duration_seconds_count"
            && sample.Labels["nexus_operation_name"] == "save_session" && sample.Labels["error_type"].Length == 0).Value);
        Assert.Equal(samples.Count, samples.DistinctBy(sample => (sample.Name, sample.Labels)).Count());
        Assert.Contains(samples, sample => sample is { Name: "nexus_operation_duration_seconds_count", Value: 0 });
    }

    private static Dictionary<string, SortedSet<string>> Labels(List<MetricSample> samples)
    {
        var metrics = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var sample in samples)
        {
            if (!metrics.TryGetValue(sample.Name, out var labels)) metrics.Add(sample.Name, labels = new(StringComparer.Ordinal));
            labels.UnionWith(sample.Labels.Pairs.Select(pair => pair.Key));
        }
        return metrics;
    }
}
