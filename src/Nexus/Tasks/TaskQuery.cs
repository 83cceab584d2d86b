using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Tasks;

/// <summary>Which tasks a store lists, all conditions together.</summary>
/// <param name="ChatId">Of one chat; null for all.</param>
/// <param name="IsActive">Active or not; null for both.</param>
/// <param name="HasFailed">Only those whose last run or attempt failed.</param>
/// <param name="Action">With this action; null for any.</param>
/// <param name="After">After this id.</param>
/// <param name="Limit">At most so many; null for all.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record TaskQuery(
    string? ChatId = null, bool? IsActive = null, bool HasFailed = false, string? Action = null, Guid? After = null, int? Limit = null);
