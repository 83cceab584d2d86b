namespace Nexus.Idempotency;

/// <summary>What to do with a request that came with a key.</summary>
/// <param name="Status">Why.</param>
/// <param name="Request">The request to carry out, with <see cref="RequestStatus.Started"/>.</param>
/// <param name="Answer">The answer of the first time, with <see cref="RequestStatus.Answered"/>.</param>
public sealed record RequestStart(RequestStatus Status, IdempotentRequest? Request = null, ReadOnlyMemory<byte> Answer = default);
