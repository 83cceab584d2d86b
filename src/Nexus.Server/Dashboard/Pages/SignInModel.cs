namespace Nexus.Server.Dashboard;

/// <summary>The sign-in.</summary>
/// <param name="Return">The page to show afterwards.</param>
/// <param name="Error">The name of the text that says why the last attempt failed; null for the first.</param>
/// <param name="WaitSeconds">How long to wait before the next attempt.</param>
public sealed record SignInModel(string Return, string? Error = null, int WaitSeconds = 0);
