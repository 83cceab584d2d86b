namespace Nexus.Server.Dashboard;

/// <summary>The filter of a list of tasks as it was typed.</summary>
/// <param name="Chat">One chat.</param>
/// <param name="State">active, paused or failed.</param>
/// <param name="Action">One action, exactly.</param>
public sealed record TaskFilterText(string? Chat, string? State, string? Action)
{
    /// <summary>Whether everything is shown.</summary>
    public bool IsEmpty => Chat is null && State is null && Action is null;
}
