using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Secrets;

/// <summary>A secret that does not show itself: <see cref="ToString"/>, logs, JSON and the debugger see only a mask.</summary>
/// <remarks>A secret that was read is opened each time <see cref="Reveal"/> is called and is not kept in plain text in between.</remarks>
[System.Diagnostics.DebuggerDisplay(Mask)]
[System.Text.Json.Serialization.JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret
{
    /// <summary>What stands in place of a secret wherever one is shown; a tag follows where the mask can be saved again.</summary>
    public const string Mask = "********";

    private readonly string? _plain;
    private readonly Sealer? _sealer;
    private readonly SealContext _context;

    private Secret(string? plain, string? ciphertext, Sealer? sealer, SealContext context) =>
        (_plain, Ciphertext, _sealer, _context) = (plain, ciphertext, sealer, context);

    /// <summary>Wraps a plain text.</summary>
    public static Secret Of(string plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        return new Secret(plaintext, null, null, default);
    }

    /// <summary>A value as a store holds it, and where; null for none.</summary>
    internal static Secret? FromStore(string? ciphertext, Sealer sealer, SealContext context) =>
        string.IsNullOrEmpty(ciphertext) ? null : new Secret(null, ciphertext, sealer, context);

    /// <summary>The sealed form where the secret was read from a store: saving it again passes it through.</summary>
    internal string? Ciphertext { get; }

    /// <summary>The plain text.</summary>
    /// <exception cref="SecretUnreadableException">The stored value cannot be opened with the configured keys.</exception>
    public string Reveal() => _plain ?? _sealer!.Open(_context, Ciphertext!);

    /// <summary>
    /// The mask with the tag that says which secret of its record it stands for; without one where the secret was not read from a store.
    /// </summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public string Masked()
    {
        if (_sealer is null) return Mask;
        var mask = new Utf8Buffer(MaskText.Length);
        new MaskTags(_sealer.Keys).Write(_context, System.Text.Encoding.UTF8.GetBytes(Ciphertext!), mask);
        return System.Text.Encoding.ASCII.GetString(mask.Written);
    }

    /// <summary>The plain text, or the mask where it cannot be opened; then its place is added to the list.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public string RevealOrMask(ICollection<string> unreadable)
    {
        try
        {
            return Reveal();
        }
        catch (SecretUnreadableException error)
        {
            unreadable.Add(error.Field);
            return Masked();
        }
    }

    /// <summary>The mask, never the secret.</summary>
    public override string ToString() => Mask;

    /// <summary>Plain text becomes a secret by assignment; the way back is <see cref="Reveal"/>.</summary>
    public static implicit operator Secret(string plaintext) => Of(plaintext);
}
