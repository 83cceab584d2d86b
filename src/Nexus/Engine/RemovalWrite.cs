using System.Text.Json;

namespace Nexus.Engine;

/// <summary>Removes a record.</summary>
internal abstract record RemovalWrite(long? ExpectedVersion) : ConditionalWrite(ExpectedVersion)
{
    internal sealed override bool CreatesRecord => false;

    internal sealed override bool IsRemoval => true;

    internal sealed override bool ReplacesRecord => true;

    internal sealed override ReplayRule Replay => ReplayRule.NewerWins;

    internal override string? SpoolRefusal => null;

    private protected sealed override int PayloadBytes => 0;

    internal sealed override Write Settle(DateTimeOffset now) => this;

    internal sealed override void WriteBody(Utf8JsonWriter json)
    {
        // The key and the kind say all.
    }

    public sealed override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}
