namespace Nexus.Server.Dashboard;

/// <summary>A form whose token is not valid any more.</summary>
/// <param name="Action">Where it was sent, without the path base.</param>
/// <param name="Fields">What was typed.</param>
/// <param name="HadSecrets">Whether it had secrets, which are not shown.</param>
/// <param name="IsSignedIn">Whether the sender is still signed in.</param>
public sealed record StaleFormModel(string Action, IReadOnlyList<KeyValuePair<string, string>> Fields, bool HadSecrets, bool IsSignedIn);
