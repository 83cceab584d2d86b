namespace Nexus.Operations.Monitoring;

/// <summary>One row of pg_stat_statements.</summary>
internal sealed record StatementRow(string Id, string Role, bool IsOwn, string Text, StatementCounters Counters);
