namespace Nexus.Server.Dashboard;

/// <summary>A page that says why there is no other.</summary>
/// <param name="Code">The name of its texts: <c>message.CODE</c> and <c>message.CODE.more</c>.</param>
/// <param name="Method">The method of the request: a form may have been sent in vain.</param>
public sealed record MessageModel(string Code, string Method)
{
    /// <summary>What the server says about it, in English.</summary>
    public string? Detail { get; init; }

    /// <summary>Finds the error in the log; null if there is nothing to find.</summary>
    public string? TraceId { get; init; }
}
