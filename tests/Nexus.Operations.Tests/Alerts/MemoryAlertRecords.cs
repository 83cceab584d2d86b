using Nexus.Errors;

using Nexus.Operations.Alerts;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>Documents in memory, shared by the instances of a test.</summary>
internal sealed class MemoryAlertRecords(TimeProvider clock) : IAlertRecords
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlertRecord> _records = new(StringComparer.Ordinal);

    public Task<AlertRecord?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(_records.GetValueOrDefault(key));
    }

    public Task<IReadOnlyList<AlertRecord>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<AlertRecord>>(
                [.. _records.Values.Where(record => record.Key.StartsWith(prefix, StringComparison.Ordinal))]);
    }

    public Task<long> SaveAsync(string key, string json, TimeSpan? lifetime, long? expectedVersion, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var version = _records.GetValueOrDefault(key)?.Version ?? 0;
            if (expectedVersion is { } expected && expected != version) throw new NexusConflictException(key, expected, version);
            _records[key] = new AlertRecord(key, json, version + 1, clock.GetUtcNow());
            return Task.FromResult(version + 1);
        }
    }
}
