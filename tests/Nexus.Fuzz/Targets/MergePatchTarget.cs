using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Fuzz.Targets;

/// <summary>A document and two merge patches, one a line: applying both is applying their composition.</summary>
internal sealed class MergePatchTarget : FuzzTarget
{
    private static readonly DocumentRules Rules = StateRules.Value;

    public override string Name => "merge-patch";

    public override IReadOnlyList<string> Dictionaries => ["json", "secrets"];

    public override int Mutations => 1500;

    public override long BytesPerByte => 4000;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var lines = new InputLines(input);
        var target = Accept(lines.Next());
        var first = Accept(lines.Next());
        var second = Accept(System.Text.Encoding.UTF8.GetString(lines.Rest));
        var oneByOne = MergePatch.Apply(MergePatch.Apply(target, first), second);
        using var result = JsonDocument.Parse(oneByOne, new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth + 1 });
        if (MergePatch.TryCompose(first, second) is not { } composed) return;
        using var together = JsonDocument.Parse(MergePatch.Apply(target, composed), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth + 1 });
        if (!JsonElement.DeepEquals(result.RootElement, together.RootElement))
            throw new FuzzFailureException("two patches give another result than their composition");
    }

    public override bool IsDocumented(Exception error) => error is NexusValidationException;

    private static byte[] Accept(string json) => FuzzKeys.Documents.Accept(FuzzKeys.Place, System.Text.Encoding.UTF8.GetBytes(json), Rules);
}
