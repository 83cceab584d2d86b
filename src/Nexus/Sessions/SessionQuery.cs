using System.Diagnostics.CodeAnalysis;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Infrastructure;

namespace Nexus.Sessions;

/// <summary>Which sessions to stream, all conditions together.</summary>
/// <param name="Mode">The config's <c>mode</c>, exactly.</param>
/// <param name="Strategy">A name that is <c>true</c> in the config's <c>strategies</c>.</param>
/// <param name="After">Only chats after this one in key order: a page follows the last chat of the one before.</param>
/// <param name="Limit">At most so many.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record SessionQuery(string? Mode = null, string? Strategy = null, string? After = null, int? Limit = null);
