using System.Text.Json;

namespace Nexus.Engine;

/// <summary>
/// The same record under another encryption key. Version and time stay, since nothing that a reader sees changes.
/// Applies only while the stored version is <paramref name="SeenVersion"/>, otherwise <see cref="WriteStatus.Conflict"/>.
/// </summary>
internal abstract record ResealWrite(long SeenVersion) : Write
{
    internal sealed override bool CreatesRecord => false;

    internal sealed override bool IsRemoval => false;

    internal sealed override bool ReplacesRecord => false;

    internal sealed override bool KeepsVersion => true;

    internal sealed override ReplayRule Replay => ReplayRule.Never;

    internal sealed override string? SpoolRefusal => "secrets are resealed only while PostgreSQL is available";

    private protected sealed override int PayloadBytes => 0;

    internal sealed override Write WithoutCondition() => this;

    internal sealed override Write ExpectingAbsence() => this;

    internal sealed override Write Settle(DateTimeOffset now) => this;

    internal sealed override void WriteBody(Utf8JsonWriter json) => throw new InvalidOperationException($"{Kind} is never spooled");

    public sealed override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}
