using System.Text.Json;

namespace Nexus.Engine;

/// <summary>
/// The same record under another encryption key. Version and time stay, since nothing that a reader sees changes.
/// Applies only while the stored version is <paramref name="SeenVersion"/>, otherwise <see cref="WriteStatus.Conflict"/>.
/// </summary>
internal abstract record ResealWrite(long SeenVersion) : Write
{
    public sealed override bool CreatesRecord => false;

    public sealed override bool IsRemoval => false;

    public sealed override bool ReplacesRecord => false;

    public sealed override bool KeepsVersion => true;

    public sealed override ReplayRule Replay => ReplayRule.Never;

    public sealed override string? SpoolRefusal => "secrets are resealed only while PostgreSQL is available";

    protected sealed override int PayloadBytes => 0;

    public sealed override Write WithoutCondition() => this;

    public sealed override Write ExpectingAbsence() => this;

    public sealed override Write Settle(DateTimeOffset now) => this;

    public sealed override void WriteBody(Utf8JsonWriter json) => throw new InvalidOperationException($"{Kind} is never spooled");

    public sealed override Write? ReplaceSecrets(SecretVisitor visitor) => null;
}
