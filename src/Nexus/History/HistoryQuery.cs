using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.History;

/// <summary>A page of entries, newest first.</summary>
/// <param name="Filter">Which entries.</param>
/// <param name="After">Only entries behind this one, by time and id; null for the first page.</param>
/// <param name="Limit">The most entries.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record HistoryQuery(HistoryFilter Filter, (DateTimeOffset At, Guid Id)? After, int Limit)
{
    /// <summary>The size of the page, never what is looked for.</summary>
    public override string ToString() => $"at most {Limit} entries";
}
