using System.Text.Json;

namespace Nexus.Engine;

/// <summary>Removes a record.</summary>
internal abstract record RemovalWrite(long? ExpectedVersion) : ConditionalWrite(ExpectedVersion)
{
    public sealed override bool CreatesRecord => false;

    public sealed override bool IsRemoval => true;

    public sealed override bool ReplacesRecord => true;

    public sealed override ReplayRule Replay => ReplayRule.NewerWins;

    public override string? SpoolRefusal => null;

    protected sealed override int PayloadBytes => 0;

    public sealed override Write Settle(DateTimeOffset now) => this;

    public sealed override void WriteBody(Utf8JsonWriter json)
    {
        // The key and the kind say all.
    }

    public sealed override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}
