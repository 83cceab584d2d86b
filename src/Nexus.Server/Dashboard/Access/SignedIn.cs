using Nexus.Server.Api;

namespace Nexus.Server.Dashboard;

/// <summary>A sign-in that a cookie proves.</summary>
/// <param name="Key">The key that was presented, as it is known now.</param>
/// <param name="Nonce">Binds the forms of the sign-in to it.</param>
/// <param name="StartedAt">When the key was presented.</param>
/// <param name="RenewedAt">When the cookie was issued.</param>
internal sealed record SignedIn(ApiKey Key, string Nonce, DateTimeOffset StartedAt, DateTimeOffset RenewedAt);
