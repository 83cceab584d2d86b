using Nexus.Errors;

namespace Nexus.Secrets;

/// <summary>What the documents of the state must be. Masks are kept: a save resolves them against what is stored.</summary>
internal static class StateRules
{
    public static readonly DocumentRules Config = new("config", Validation.MaxDocumentBytes, MustBeObject: true, KeepMasks: true);

    public static readonly DocumentRules Metadata = Config with { Field = "metadata" };

    public static readonly DocumentRules Value = Config with { Field = "value", MustBeObject = false };
}
