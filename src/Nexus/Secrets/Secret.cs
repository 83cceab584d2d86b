namespace Nexus;

/// <summary>A secret that does not show itself: <see cref="ToString"/>, logs, JSON and the debugger see only a mask.</summary>
/// <remarks>A secret that was read is opened each time <see cref="Reveal"/> is called and is not kept in plain text in between.</remarks>
[System.Diagnostics.DebuggerDisplay(Mask)]
[System.Text.Json.Serialization.JsonConverter(typeof(Secrets.SecretJsonConverter))]
public sealed class Secret
{
    /// <summary>What stands in place of a secret wherever one is shown.</summary>
    public const string Mask = "********";

    private readonly string? _plain;
    private readonly Func<string>? _open;

    private Secret(string? plain, Func<string>? open) => (_plain, _open) = (plain, open);

    /// <summary>Wraps a plain text.</summary>
    public static Secret Of(string plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        return new Secret(plaintext, null);
    }

    /// <summary>A sealed value and the way to open it.</summary>
    internal static Secret Sealed(Func<string> open) => new(null, open);

    /// <summary>The plain text.</summary>
    /// <exception cref="SecretUnreadableException">The stored value cannot be opened with the keys at hand.</exception>
    public string Reveal() => _plain ?? _open!();

    /// <summary>The mask, never the secret.</summary>
    public override string ToString() => Mask;

    /// <summary>Plain text becomes a secret by assignment; the way back is <see cref="Reveal"/>.</summary>
    public static implicit operator Secret(string plaintext) => Of(plaintext);
}
