using Nexus.Engine;

namespace Nexus.Sessions;

/// <summary>A session after a write.</summary>
/// <param name="Session">As it is stored now.</param>
/// <param name="Receipt">The receipt of the write: version, time, and whether it is in the outbox only.</param>
public sealed record StoredSession(Session Session, WriteReceipt Receipt);
