using System.Text;
using Nexus.Secrets;

namespace Nexus.Fuzz.Targets;

/// <summary>Fernet tokens of the legacy bot. Reading them throws nothing.</summary>
internal sealed class FernetTarget : FuzzTarget
{
    public override string Name => "fernet";

    public override IReadOnlyList<string> Dictionaries => ["tokens"];

    public override void Run(byte[] input, ShownTexts shown)
    {
        var text = Encoding.UTF8.GetString(input);
        var isToken = FernetToken.IsToken(text);
        if (isToken != FernetToken.IsToken(Encoding.UTF8.GetBytes(text))) throw new FuzzFailureException("the two forms of a token differ");
        if (FuzzKeys.Sealer.TryOpenLegacy(text, out _, out var reason) && !isToken) throw new FuzzFailureException("opens what is no token");
        shown.Add(reason);
        FuzzKeys.Sealer.TryAcceptLegacy(FuzzKeys.Place, text, out _, out var refusal);
        shown.Add(refusal);
    }

    public override bool IsDocumented(Exception error) => false;

    /// <summary>It is inside of the tokens.</summary>
    public override bool HidesPlanted(ReadOnlySpan<byte> input) => input.IndexOf(PlantedSecret.Utf8) < 0;
}
