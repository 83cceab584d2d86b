using System.Text;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Fuzz.Targets;

/// <summary>Sealed values of columns and of documents.</summary>
internal sealed class SealedValueTarget : FuzzTarget
{
    public override string Name => "sealed-value";

    public override IReadOnlyList<string> Dictionaries => ["tokens"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var text = Encoding.UTF8.GetString(input);
        var isSealed = Sealer.IsSealed(text);
        if (Sealer.KeyIdOf(text) is { Length: not 8 }) throw new FuzzFailureException("a key id has not 8 digits");
        _ = FuzzKeys.Sealer.NeedsReseal(text);
        var converts = FuzzKeys.Sealer.TryAcceptLegacy(FuzzKeys.Place, text, out var converted, out var reason);
        shown.Add(reason);
        if (converts && !Sealer.IsSealed(converted)) throw new FuzzFailureException("a converted value is not sealed");
        var plain = FuzzKeys.Sealer.Open(FuzzKeys.Place, text);
        if (!isSealed) throw new FuzzFailureException("a text that is not sealed opens");
        var again = FuzzKeys.Sealer.Reseal(FuzzKeys.Place, text);
        if (FuzzKeys.Sealer.Open(FuzzKeys.Place, again) != plain) throw new FuzzFailureException("a resealed value holds another text");
    }

    public override bool IsDocumented(Exception error) => error is SecretUnreadableException;

    /// <summary>It is inside of the sealed values, which open.</summary>
    public override bool HidesPlanted(ReadOnlySpan<byte> input) => true;
}
