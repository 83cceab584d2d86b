using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Nexus.Server.Api;

/// <summary>The request for a silence.</summary>
internal sealed class SilenceBody
{
    [Description("Required. The name of a rule; an asterisk at the end matches any ending.")]
    [StringLength(200, MinimumLength = 1)]
    public string? Rule { get; set; }

    [Description("Labels that the alert must have; none for all alerts of the rule.")]
    public Dictionary<string, string>? Labels { get; set; }

    [Description("Required. The end, at most 90 days from now.")]
    public DateTimeOffset? Until { get; set; }

    [Description("Required. The reason, at most 500 characters.")]
    [StringLength(500, MinimumLength = 1)]
    public string? Reason { get; set; }
}
