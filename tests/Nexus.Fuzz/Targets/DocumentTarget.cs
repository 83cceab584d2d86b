using System.Text;
using System.Text.Json;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Fuzz.Targets;

/// <summary>Documents that a caller saves: validated, sealed, masked, opened again.</summary>
internal sealed class DocumentTarget : FuzzTarget
{
    private static readonly DocumentRules Rules = StateRules.Config with { KeepMasks = false };

    public override string Name => "document";

    public override IReadOnlyList<string> Dictionaries => ["json", "secrets"];

    public override int Mutations => 1500;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var documents = FuzzKeys.Documents;
        // Whatever the store holds can be shown.
        shown.Add(Encoding.UTF8.GetString(documents.Mask(FuzzKeys.Place, input)));
        shown.Add(StateJson.Parse(input).ToString());
        foreach (var (pointer, reason) in documents.AcceptLegacy(FuzzKeys.Place, input).Problems) shown.Add(pointer + reason);
        var stored = documents.Accept(FuzzKeys.Place, input, Rules);
        if (documents.FindFault(FuzzKeys.Place, stored) is { } fault)
            throw new FuzzFailureException($"a document that was accepted is refused in the outbox: {fault.Pointer}: {fault.Reason}");
        shown.Add(Encoding.UTF8.GetString(stored));
        shown.Add(Encoding.UTF8.GetString(documents.Mask(FuzzKeys.Place, stored)));
        RequireSame(input, documents.Open(FuzzKeys.Place, stored));
        if (documents.Reseal(FuzzKeys.Place, stored) is not null) throw new FuzzFailureException("a new document needs another key");
    }

    public override bool IsDocumented(Exception error) => error is NexusValidationException;

    private static void RequireSame(byte[] input, byte[] opened)
    {
        var options = new JsonDocumentOptions { MaxDepth = 1000 };
        using var given = JsonDocument.Parse(input.AsMemory(input.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0), options);
        using var found = JsonDocument.Parse(opened, options);
        if (HasSealed(input)) return;
        if (!JsonElement.DeepEquals(given.RootElement, found.RootElement)) throw new FuzzFailureException("a document opens as another one");
    }

    /// <summary>A caller may hand in a sealed value, which opens as its secret.</summary>
    private static bool HasSealed(ReadOnlySpan<byte> input) => input.IndexOf("nx1."u8) >= 0 || input.IndexOf("\\u"u8) >= 0;
}
